"""Checks recorded exchanges with the gateway against its own contract. Usage: EXCHANGES.json CONTRACT.yaml."""

import json
import re
import sys
from urllib.parse import parse_qsl

import yaml
from jsonschema import Draft202012Validator, RefResolver

# Webhooks may be 500 levels deep.
sys.setrecursionlimit(20_000)

METHODS = ("get", "post", "put", "patch", "delete")
# A segment that is not properly percent-encoded is no path of the contract.
SEGMENT = "(?:[^/%]|%[0-9A-Fa-f]{2})+"


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.safe_load(file)
        self.resolver = RefResolver("", self.document)
        self.operations = []
        for template, item in self.document["paths"].items():
            parts = re.split(r"\{[^}]+\}", template)
            pattern = re.compile(SEGMENT.join(re.escape(part) for part in parts) + r"\Z")
            for method in METHODS:
                if method in item:
                    self.operations.append((method.upper(), template, pattern, item))
        # Fixed paths before those with placeholders.
        self.operations.sort(key=lambda operation: operation[1].count("{"))

    def find(self, method, path):
        for verb, template, pattern, item in self.operations:
            if verb == method and pattern.match(path):
                return template, item[method.lower()], item.get("parameters", [])
        return None

    def resolved(self, node):
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def errors(self, value, schema):
        validator = Draft202012Validator(schema, resolver=self.resolver)
        for error in validator.iter_errors(value):
            place = "".join(f"/{part}" for part in error.absolute_path)
            yield f"{place or '(whole)'} {error.message}"


def media(text):
    return (text or "").split(";")[0].strip().lower()


def without_nulls(value):
    """The contract's rule for requests: an optional field that is null counts as absent."""
    if isinstance(value, dict):
        return {name: without_nulls(v) for name, v in value.items() if v is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def typed(text, schema):
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"[+-]?[0-9]+", text):
        return int(text)
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def reply_faults(contract, operation, exchange):
    status, body = exchange["status"], exchange["body"]
    if str(status) not in operation["responses"]:
        yield f"this status is not listed: {json.dumps(body)}"
        return
    content = contract.resolved(operation["responses"][str(status)]).get("content")
    if not content:
        if body is not None:
            yield f"a body where none is described: {json.dumps(body)}"
        return
    kind = media(exchange["content_type"])
    if kind not in content:
        yield f"the content type {kind or '(none)'} is not listed"
        return
    if kind in ("text/html", "text/plain", "text/css", "text/javascript"):
        return
    for error in contract.errors(body, content[kind]["schema"]):
        yield f"reply: {error}"
    if kind == "application/problem+json" and isinstance(body, dict):
        code = str(body.get("type")).split(":")[-1]
        if code not in operation["x-problem-codes"]:
            yield f"the problem {code} is not listed: {body.get('detail')}"
        if body.get("status") != status:
            yield f"the problem's status is {body.get('status')}"


def request_faults(contract, operation, shared, exchange):
    """What the gateway took, the contract must allow: it may not be narrower than the code."""
    parameters = [contract.resolved(p) for p in shared + operation.get("parameters", [])]
    known = {p["name"]: p for p in parameters if p["in"] == "query"}
    # An object that is spread over the query takes whatever has no name of its own.
    others = any(contract.resolved(p["schema"]).get("type") == "object" for p in known.values())
    given = dict(parse_qsl(exchange["query"] or "", keep_blank_values=True))
    for name, text in given.items():
        if name not in known:
            if not others:
                yield f"unknown query parameter {name}"
        elif text:
            schema = contract.resolved(known[name]["schema"])
            for error in contract.errors(typed(text, schema), schema):
                yield f"query {name}: {error}"
    for name, parameter in known.items():
        if parameter.get("required") and name not in given:
            yield f"query parameter {name} is missing"
    body = exchange["request"]
    if "requestBody" in operation:
        schema = contract.resolved(operation["requestBody"])["content"]["application/json"]["schema"]
        # An empty body counts as {}.
        for error in contract.errors(without_nulls({} if body is None else body), schema):
            yield f"request: {error}"
    elif body not in (None, {}):
        yield "a request body where none is described"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        exchanges = json.load(file)["data"]
    contract = Contract(sys.argv[2])
    exercised, faults = set(), 0
    for exchange in exchanges:
        method, path, status = exchange["method"], exchange["path"], exchange["status"]
        found = contract.find(method, path)
        if found is None:
            # Preflights belong to CORS, not to the contract.
            if status in (404, 405) or method == "OPTIONS":
                continue
            template, errors = path, ["no such operation"]
        else:
            template, operation, shared = found
            exercised.add((method, template))
            errors = list(reply_faults(contract, operation, exchange))
            # A redirect is a success too.
            if 200 <= status < 400:
                errors += request_faults(contract, operation, shared, exchange)
        for error in errors:
            faults += 1
            print(method, template, status, " ".join(error[:200].split()))
    missing = [f"{o[0]} {o[1]}" for o in contract.operations if (o[0], o[1]) not in exercised]
    if missing:
        print(f"{len(missing)} operations never exercised:", ", ".join(missing))
    print(f"{len(exchanges)} exchanges, {faults} faults")
    sys.exit(1 if faults else 0)


main()
