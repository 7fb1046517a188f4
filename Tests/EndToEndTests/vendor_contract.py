"""Checks recorded requests against the vendor's OpenAPI files: path, query, body. Usage: FILE FOLDER."""

import json
import re
import sys
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator, RefResolver


def plain(node):
    """Without $id and $schema: the v2 file puts them into every component, where they would redirect $ref."""
    if isinstance(node, dict):
        return {k: plain(v) for k, v in node.items() if k not in ("$id", "$schema")}
    return [plain(item) for item in node] if isinstance(node, list) else node


def load(path):
    with open(path, encoding="utf-8") as file:
        document = plain(json.load(file))
    resolver = RefResolver("", document)
    routes = []
    for template, item in document["paths"].items():
        pattern = re.compile("^" + re.sub(r"\{[^}]+\}", "([^/]+)", template) + "$")
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                parameters = item.get("parameters", []) + operation.get("parameters", [])
                routes.append((method.upper(), template, pattern, operation, parameters))
    # Fixed paths before those with placeholders.
    routes.sort(key=lambda route: route[1].count("{"))
    return resolver, routes


def errors_of(value, schema, resolver):
    return [e.message[:200] for e in Draft202012Validator(schema, resolver=resolver).iter_errors(value)]


def typed(text, schema):
    kinds = json.dumps(schema)
    if '"integer"' in kinds or '"number"' in kinds:
        return int(text)
    if '"boolean"' in kinds:
        return {"true": True, "false": False}[text]
    return text


def check(request, documents):
    method, path = request["method"], request["path"]
    resolver, routes = documents["v2" if path.startswith("/v2/") else "v1"]
    for verb, template, pattern, operation, parameters in routes:
        if verb == method and pattern.match(path):
            break
    else:
        return ["no such operation"]
    found = []
    query = dict(parse_qsl(request["query"] or "", keep_blank_values=True))
    known = {p["name"]: p for p in parameters if p["in"] == "query"}
    found += [f"unknown query parameter {name}" for name in query if name not in known]
    for name, parameter in known.items():
        if name in query:
            schema = parameter.get("schema", {})
            found += [f"query {name}: {e}" for e in errors_of(typed(query[name], schema), schema, resolver)]
        elif parameter.get("required"):
            found.append(f"query {name} is missing")
    body = operation.get("requestBody")
    text = request["body"]
    if body:
        schema = body["content"]["application/json"]["schema"]
        found += [f"body: {e}" for e in errors_of(json.loads(text), schema, resolver)]
        if not request["headers"].get("content-type", "").startswith("application/json"):
            found.append("content type is not JSON")
    elif text not in ("", "{}", None):
        found.append("a body where none is described")
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        requests = json.load(file)["data"]
    documents = {v: load(f"{sys.argv[2]}/openapi-{v}.json") for v in ("v1", "v2")}
    bad = 0
    for request in requests:
        for error in check(request, documents):
            bad += 1
            print(request["method"], request["path"], request["query"], error)
    print(f"{len(requests)} requests, {bad} faults")
    sys.exit(1 if bad else 0)


main()
