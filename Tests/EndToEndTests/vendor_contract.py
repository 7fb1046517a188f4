"""Checks recorded exchanges against the vendor's OpenAPI files. Usage: [--replies] FILE FOLDER.

Without the option FILE holds the requests that reached Meeting BaaS: their path, query, headers and body. With it, it
holds exchanges with a gateway, of which the replies of the mirror (`/meeting-baas/**`) are checked.
"""

import json
import re
import sys
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator, RefResolver
from jsonschema.exceptions import best_match

# Webhooks and a bot's `extra` may be deep.
sys.setrecursionlimit(20_000)

MIRROR = "/meeting-baas"
METHODS = ("get", "post", "put", "patch", "delete")
# What a path or method that is not in the vendor's files may be answered with.
UNLISTED = (404, 405)
KEY = "x-meeting-baas-api-key"
# What callers say to the gateway, and who they are, stays there.
CALLERS_OWN = (
    "authorization", "cookie", "gateway-user", "idempotency-key", "x-forwarded-for", "forwarded", "x-real-ip")
# v1's placeholders are UUIDs by their description only.
UUID = {"pattern": r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"}
# Lists of values are strings by their schema; what may stand in them the description says.
VALUES = re.compile(r"Valid values(?: are)?(?: one or more of)?: ([^.]*)\.")
TEXT = {"type": "string", "minLength": 1}
# The whole error, on both versions: v1 documents none, and v2's 400 (ValidationErrorResponse) has no `details`.
ENVELOPE = {
    "type": "object",
    "properties": {
        "success": {"const": False}, "error": TEXT, "code": TEXT, "statusCode": {"type": "integer"}, "message": TEXT,
        "details": {"type": ["string", "null"]}},
    "required": ["success", "error", "code", "statusCode", "message", "details"],
    "additionalProperties": False,
}
ENVELOPE_429 = {**ENVELOPE, "properties": {**ENVELOPE["properties"], "retryAfter": {"type": "integer"}}}


def plain(node):
    """Without $id and $schema: the v2 file puts them into every component, where they would redirect $ref. v1's tuples
    (`items` as a list) get their present name."""
    if isinstance(node, dict):
        node = {k: plain(v) for k, v in node.items() if k not in ("$id", "$schema")}
        if isinstance(node.get("items"), list):
            node["prefixItems"] = node.pop("items")
        return node
    return [plain(item) for item in node] if isinstance(node, list) else node


class Operation:
    def __init__(self, version, method, template, described, shared):
        self.version, self.method, self.template = version, method, template
        self.parameters = shared + described.get("parameters", [])
        self.responses = described["responses"]
        body = described.get("requestBody")
        self.body = body and body["content"]["application/json"]["schema"]
        parts = re.split(r"\{([^}]+)\}", template.rstrip("/"))
        parts = [f"(?P<{part}>[^/]+)" if i % 2 else re.escape(part) for i, part in enumerate(parts)]
        self.pattern = re.compile("".join(parts) + r"/?\Z")

    def named(self, place):
        return {p["name"]: p for p in self.parameters if p["in"] == place}


class Vendor:
    """One version's file."""

    def __init__(self, version, path):
        with open(path, encoding="utf-8") as file:
            document = plain(json.load(file))
        self.resolver = RefResolver("", document)
        self.validators = {}
        self.operations = [
            Operation(version, method.upper(), template, item[method], item.get("parameters", []))
            for template, item in document["paths"].items() for method in METHODS if method in item]
        # Fixed paths before those with placeholders.
        self.operations.sort(key=lambda operation: operation.template.count("{"))

    def find(self, method, path):
        """The operation and what stands at its placeholders, or (None, None)."""
        for operation in self.operations:
            match = operation.pattern.match(path) if operation.method == method else None
            if match:
                return operation, match.groupdict()
        return None, None

    def faults(self, place, value, schema):
        # The schema is kept with its validator, so that its id stays its own.
        if id(schema) not in self.validators:
            self.validators[id(schema)] = schema, Draft202012Validator(schema, resolver=self.resolver)
        for error in self.validators[id(schema)][1].iter_errors(value):
            error = best_match([error])
            where = "".join(f"/{part}" for part in error.absolute_path)
            yield f"{place}{where}: {error.message}"


def media(text):
    return (text or "").split(";")[0].strip().lower()


def kinds(schema):
    """Every type that a parameter's schema names."""
    named = schema.get("type", [])
    return set([named] if isinstance(named, str) else named).union(*map(kinds, schema.get("anyOf", [])))


def typed(text, schema):
    """A parameter's value; what is none of its type stays text, for the schema to refuse."""
    wanted = kinds(schema)
    if "integer" in wanted and re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    if "boolean" in wanted:
        return {"true": True, "false": False}.get(text, text)
    return text


def header_faults(headers, has_body):
    if not headers.get(KEY):
        yield f"{KEY} is missing"
    for name in CALLERS_OWN:
        if name in headers:
            yield f"the header {name} is not Meeting BaaS's to know"
    if has_body:
        if media(headers.get("content-type")) != "application/json":
            yield "content type is not JSON"
        if ("content-length" in headers) == ("transfer-encoding" in headers):
            yield "a body needs either content-length or transfer-encoding"


def path_faults(vendor, operation, placeholders):
    known = operation.named("path")
    for name, text in placeholders.items():
        schema = known[name]["schema"]
        yield from vendor.faults(f"path {name}", unquote(text), schema if "pattern" in schema else UUID)


def query_faults(vendor, operation, text):
    known, seen = operation.named("query"), set()
    for name, value in parse_qsl(text or "", keep_blank_values=True):
        if name in seen:
            yield f"query {name} is given twice"
        seen.add(name)
        if name not in known:
            yield f"unknown query parameter {name}"
            continue
        schema = known[name].get("schema", {})
        yield from vendor.faults(f"query {name}", typed(value, schema), schema)
        values = VALUES.search(known[name].get("description") or json.dumps(schema))
        for part in value.split(",") if values and value else []:
            if part not in re.findall(r"\w+", values[1]):
                yield f"query {name}: {part!r} is none of its values"
    for name, parameter in known.items():
        # v2 says of parameters with defaults that they are required; its own SDK leaves them out.
        if parameter.get("required") and "default" not in parameter["schema"] and name not in seen:
            yield f"query {name} is missing"


def body_faults(vendor, operation, text):
    if not text:
        # v2 takes no write without a JSON body, be it {} (415); v1 documents a body only where it needs one.
        if operation.body or operation.version == "v2" and operation.method != "GET":
            yield "the body is missing"
        return
    try:
        body = json.loads(text)
    except ValueError as error:
        yield f"body: no JSON: {error}"
        return
    if operation.body:
        yield from vendor.faults("body", body, operation.body)
    elif operation.version == "v1" or operation.method == "GET" or body != {}:
        yield "a body where none is described"


def request_faults(vendors, request):
    text = request["body"]
    headers = {name.lower(): value for name, value in request["headers"].items()}
    yield from header_faults(headers, bool(text))
    vendor = vendors["v2" if request["path"].startswith("/v2/") else "v1"]
    operation, placeholders = vendor.find(request["method"], request["path"])
    if operation is None:
        yield "no such operation"
        return
    yield from path_faults(vendor, operation, placeholders)
    yield from query_faults(vendor, operation, request["query"])
    yield from body_faults(vendor, operation, text)


def error_faults(vendor, exchange):
    status, body = exchange["status"], exchange["body"]
    if media(exchange["content_type"]) != "application/json":
        yield f"the content type is {exchange['content_type']}"
    # A reply to HEAD has no body.
    if exchange["method"] == "HEAD":
        return
    yield from vendor.faults("error", body, ENVELOPE_429 if status == 429 else ENVELOPE)
    if isinstance(body, dict) and body.get("statusCode") != status:
        yield f"error/statusCode: it is {body.get('statusCode')}"


def reply_faults(vendors, exchange):
    method, path, status = exchange["method"], exchange["path"].removeprefix(MIRROR), exchange["status"]
    # Preflights belong to CORS, not to the vendor.
    if method == "OPTIONS" and status == 204:
        return
    vendor = vendors["v2" if path.startswith("/v2/") else "v1"]
    if status >= 400:
        yield from error_faults(vendor, exchange)
    operation, _ = vendor.find(method, path)
    if operation is None:
        if status not in UNLISTED:
            yield f"no such operation, but {status}"
        return
    if status >= 400:
        return
    if str(status) not in operation.responses:
        yield f"this status is not listed: {json.dumps(exchange['body'])}"
        return
    schema = operation.responses[str(status)].get("content", {}).get("application/json", {}).get("schema")
    if not schema:
        return
    if media(exchange["content_type"]) != "application/json":
        yield f"the content type is {exchange['content_type']}"
    yield from vendor.faults("reply", exchange["body"], schema)


def main():
    arguments = sys.argv[1:]
    replies = arguments[0] == "--replies"
    path, folder = arguments[replies:]
    with open(path, encoding="utf-8") as file:
        data = json.load(file)["data"]
    vendors = {v: Vendor(v, f"{folder}/openapi-{v}.json") for v in ("v1", "v2")}
    if replies:
        data = [exchange for exchange in data if exchange["path"].startswith(MIRROR + "/")]
    bad = 0
    for entry in data:
        for error in reply_faults(vendors, entry) if replies else request_faults(vendors, entry):
            bad += 1
            print(entry["method"], entry["path"], entry["status"] if replies else entry["query"], error[:300])
    print(f"{len(data)} {'replies' if replies else 'requests'}, {bad} faults")
    sys.exit(1 if bad else 0)


main()
