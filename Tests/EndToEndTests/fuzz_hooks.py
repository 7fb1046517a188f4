"""What schemathesis is told about the gateway: real ids, what it may not delete, and where a check cannot hold.

Everything that the schemas of the contract say is checked as it stands. Excused are only replies that the contract
demands and JSON Schema cannot say; each excuse has its reason beside it and fits one rule's own words.
"""

import ipaddress
import json
import os
import re
import zlib
from urllib.parse import parse_qsl

import jsonschema_rs
import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import (
    EnsureResourceAvailability, RejectedPositiveData, UndefinedStatusCode, UseAfterFree,
)

with open(os.environ["GATEWAY_FUZZ_WORLD"], encoding="utf-8") as file:
    WORLD = json.load(file)
CALLER = os.environ["GATEWAY_FUZZ_CALLER"]

# Every request in its order, so that two runs can be compared.
REQUESTS = open(f"{CALLER}.requests", "w", encoding="utf-8")

# Whose id a placeholder of a path is, by what stands before it.
IDS = {
    "/connections/{id}": "connection", "/calendars/{id}": "calendar", "/events/{id}": "event",
    "/webhook-endpoints/{id}": "endpoint", "/messages/{id}": "message", "/deliveries/{id}": "delivery",
    "/sessions/{id}": "session", "/replays/{id}": "replay", "/keys/{key}": "key", "/users/{user_id}": "user", "/tenants/{slug}": "slug",
    "/meeting-baas/{slug}": "slug", "/{provider}": "provider",
}
# The tests go on with these, so no DELETE may end them.
KEPT = {WORLD[name] for name in ("slug", "user", "key", "session", "connection", "calendar", "endpoint")}
KEPT |= set(WORLD["kept"])
# Cases whose ids were put there here, not taken from the reply to an earlier one.
FILLED = set()
# What a stored reply told once more: it may be gone by now.
REPLAYED = set()


def kinds(path):
    """What each placeholder of a path stands for."""
    return {part[part.index("{") + 1:-1]: kind for part, kind in IDS.items() if part in path}


# What differs from run to run though the request is the same: ids, tokens, ports, times, addresses in memory.
OWN = re.compile(
    r"\b(?:ten|key|con|ses|ep|msg|dlv|rpl|cal|req)_[0-9a-v]{26}\b|\bmg[ks]_\w+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\bfuzz-\w+|(?<=localhost:)\d+|(?<=127\.0\.0\.1:)\d+|\b20\d\d-\d\d-\d\dT[\d:.]+Z| at 0x[0-9a-f]+|"
    + "|".join(re.escape(WORLD[name]) for name in ("operator_token", "refresh_token")))


def shape(case, *more):
    """A request as it is the same in each run of one seed."""
    parts = (case.path_parameters, case.query, *more, case.body)
    return OWN.sub("*", f"{case.method} {case.path} " + " ".join(map(repr, parts)))


def dice(case):
    """True five times in six, always the same for one case: Hypothesis runs a case again to shrink it."""
    known = shape(case)
    return lambda what: zlib.crc32(f"{what} {known}".encode("utf-8", "surrogatepass")) % 6 != 0


@schemathesis.hook
def before_call(context, case, kwargs):
    meta = case.meta
    often = dice(case)
    stay_home(case, often)
    if meta is None or meta.generation.mode.is_positive:
        reach(case, often)
    if case.method.upper() == "DELETE":
        spare(case)
    print(shape(case, dict(case.headers or {})).encode("utf-8", "backslashreplace").decode(), file=REQUESTS, flush=True)


@schemathesis.hook
def after_call(context, case, response):
    if "idempotency-replayed" in response.headers:
        made = json.loads(response.content or b"{}")
        REPLAYED.update(value for value in made.values() if isinstance(value, str))


def reach(case, often):
    """Fills in what no generator can guess, so that most cases get past 404 and 422."""
    linked = getattr(case._override, "path_parameters", None) or {}
    for name, kind in kinds(case.path).items():
        if name in (case.path_parameters or {}) and name not in linked and often(name):
            case.path_parameters[name] = WORLD[kind]
            FILLED.add(case.id)
    # The key is read only where there is no signature.
    if CALLER == "upstream" and often("signature"):
        for name in ("svix-id", "svix-timestamp", "svix-signature"):
            case.headers.pop(name, None)
    # Idempotency keys are new for each thing to be done, or most of what follows would be one mismatch.
    if "Idempotency-Key" in case.headers and often("once"):
        case.headers["Idempotency-Key"] = f"fuzz-{case.id}"
    # With a session the header is refused, and a key's must name the fixture's user to find anything.
    if "Gateway-User" in case.headers and often("user"):
        if CALLER == "session":
            del case.headers["Gateway-User"]
        else:
            case.headers["Gateway-User"] = WORLD["user"]
    known = {
        "user_id": WORLD["user"], "connection_id": WORLD["connection"], "return_url": WORLD["return_url"],
        "redirect_uri": "", "after": WORLD["message"], "endpoint_id": WORLD["endpoint"],
        "refresh_token": WORLD["refresh_token"],
    }
    for container in (case.query, case.body):
        for name in known:
            # One user in all places of a request, or they contradict each other.
            if isinstance(container, dict) and name in container and often(name.removesuffix("_id")):
                container[name] = known[name]
    # Meeting BaaS knows one provider of transcripts, and refuses the others itself.
    asked = case.body.get("transcription") if isinstance(case.body, dict) else None
    if isinstance(asked, dict) and "provider" in asked and often("transcription"):
        asked["provider"] = "gladia"


def stay_home(case, often):
    """Deliveries go where an endpoint says: to this machine, so that no generated name is ever looked up."""
    url = case.body.get("url") if isinstance(case.body, dict) else None
    if isinstance(url, str):
        url = re.sub(r"^(https?://)[^\[/?:]+", r"\g<1>127.0.0.1", url)
        case.body["url"] = re.sub(r"^(https?://)\[[^/?\]]*\]", r"\g<1>[::1]", url) if often("url") else url


def spare(case):
    """A DELETE of what the tests live from takes a spare instead, or what does not exist."""
    name = case.path.rpartition("{")[2].removesuffix("}")
    value = (case.path_parameters or {}).get(name)
    if case.path.endswith("}") and isinstance(value, str) and value in KEPT:
        spares = WORLD["spares"].get(kinds(case.path)[name], [])
        case.path_parameters[name] = spares.pop() if spares else "gone"
        FILLED.add(case.id)


# MARK: Where a check cannot hold

# Rules that a request's schema cannot say, told by their own words: (pointer, detail).
UNSAYABLE = [
    # Two places of one request must agree, or who calls decides.
    (r"[/?]user_id", r"must be the caller's own user, or left out"),
    (r"/user_id", r"is required with a key \(or send the header Gateway-User\)"),
    (r"/directory", r"is for microsoft only"),
    (r"/(bot_image|transcription/(api_key|custom_parameters))", r"may be given by a tenant's key only.*"),
    # It depends on what is stored, or on what the provider says.
    (r"/return_url", r"is not among the tenant's return_urls"),
    (r"/redirect_uri", r"must be empty or among the tenant's return_urls.*"),
    (r"/raw_calendar_id", r"is not among the calendars of this connection.*"),
    (r"/refresh_token", r"is not accepted by the provider.*"),
    (r"\?after", r"is not a message of this tenant.*"),
    (r"\?cursor", r"is not a cursor of this list"),
    # Time goes on; lengths in bytes and a number's form have no keyword.
    (r"/expires_at", r"must lie in the future"),
    (r"/until", r"must not lie before since"),
    # Names that differ in the case of their letters alone.
    (r"/headers/.*", r"stands twice"),
    (r"/extra", r"must be an object of at most 4096 bytes"),
    # "No text may hold U+0000", for every text of every request.
    (r".*", r"must not hold the character U\+0000"),
]
# IPv6 addresses and numbers to 65535 have a grammar, but none that anybody could read in a pattern: there, a URL whose
# host or port cannot be may fit the pattern.
URLS = (r"/(url|bot_image|return_urls/\d+|allowed_origins/\d+)", r"must be an .*(URL|origin).*")


def problem(response):
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def code(response):
    return str(problem(response).get("type")).split(":")[-1]


def is_unsayable(case, response):
    def fits(error, rule):
        return re.fullmatch(rule[0], error["pointer"]) and re.fullmatch(rule[1], error["detail"], re.S)

    errors = problem(response).get("errors", [])
    return code(response) == "validation" and bool(errors) and all(
        any(fits(error, rule) for rule in UNSAYABLE)
        or fits(error, URLS) and not can_be_reached(at(case.body, error["pointer"])) for error in errors)


def at(value, pointer):
    for part in pointer.split("/")[1:]:
        value = value[int(part) if isinstance(value, list) else part]
    return value


def can_be_reached(url):
    """Whether an address in brackets is one, and a port."""
    host, port = re.match(r"https?://(\[.*?\]|[^/?:]*)(?::(\d+))?", url).groups()
    try:
        ipaddress.IPv6Address(host[1:-1] if host.startswith("[") else "::1")
    except ValueError:
        return False
    return 0 < int(port or 80) < 65536


def rejected(case, response):
    """Requests that fit their schema and may be refused nevertheless."""
    operation = case.operation.definition.raw.get("operationId")
    return (
        is_unsayable(case, response)
        # What was sent before decides; a ticket or code that was never given out is none.
        or code(response) == "idempotency_mismatch"
        or code(response) == "ticket_invalid" and operation in ("completeConnection", "exchangeConnection")
        # A session has its own user: with it the header answers 400.
        or CALLER == "session" and code(response) == "malformed" and "Gateway-User" in case.headers
        # "What fits no consent gets a page": a generated state fits none.
        or operation == "finishConsentRedirect" and response.status_code == 400
    )


def without_nulls(value):
    """The contract's rule for requests: an optional field that is null counts as absent."""
    if isinstance(value, dict):
        return {name: without_nulls(v) for name, v in value.items() if v is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def accepted(case, response):
    """Requests that break their schema and may be taken nevertheless."""
    # "An optional field that is null counts as absent."
    body = case.operation.get_body_for_media_type("application/json")
    if body is not None and isinstance(case.body, dict) and without_nulls(case.body) != case.body:
        if jsonschema_rs.Draft202012Validator(body.optimized_schema).is_valid(without_nulls(case.body)):
            return True
    # "An empty `cursor`, `after` or `limit` counts as left out."
    others = (ParameterLocation.PATH, ParameterLocation.HEADER, ParameterLocation.BODY)
    if case.meta is None or any(case.meta.is_negative_at(location) for location in others):
        return False
    sent = parse_qsl(response.request.url.partition("?")[2], keep_blank_values=True)
    left = {name: text for name, text in sent if text}
    optional = {parameter.name for parameter in case.operation.query if not parameter.is_required}
    empty = [name for name, text in sent if not text]
    return (
        bool(empty) and optional.issuperset(empty) and {"cursor", "after", "limit"}.issuperset(empty)
        and len({name for name, _ in sent}) == len(sent)
        and all(name in optional and fits(case.operation.query.get(name), text) for name, text in left.items())
    )


def fits(parameter, text):
    value = int(text) if re.fullmatch(r"[+-]?[0-9]{1,15}", text) else {"true": True, "false": False}.get(text, text)
    return any(parameter.get_validator().is_valid(candidate) for candidate in (text, value))


def outlives_its_deletion(failure, case, response):
    """What a DELETE ends and does not take away: exactly as the contract says, and nothing else."""
    # "Cancels a replay": what it has sent stays to be read, and one that is over stays as it is. It never runs on.
    if failure.operation == "DELETE /api/v1/replays/{id}":
        return case.path == "/api/v1/replays/{id}" and problem(response).get("state") in ("cancelled", "completed")
    # A tenant goes in steps, and its operator can look on until the last: itself it says so, and what is below it is
    # there only while it does.
    if failure.operation == "DELETE /admin/v1/tenants/{slug}":
        if case.path == "/admin/v1/tenants/{slug}":
            return problem(response).get("status") == "deleting"
        tenant = requests.get(
            f"{WORLD['url']}/admin/v1/tenants/{case.path_parameters['slug']}", timeout=20,
            headers={"Authorization": f"Bearer {WORLD['operator_token']}"})
        return tenant.status_code == 404 or tenant.status_code == 200 and tenant.json()["status"] == "deleting"
    return False


def excused(failure, case, response):
    status = response.status_code
    if isinstance(failure, RejectedPositiveData):
        return rejected(case, response)
    # An account that is not there cannot look at a webhook, so the account's own answer goes before the body's.
    awaited = "Intake" in case.operation.tags and (status, code(response)) == (503, "not_configured")
    if isinstance(failure, AcceptedNegativeData):
        return awaited or status < 300 and accepted(case, response)
    # "Any request may be answered before its route is looked for, and its connection closed."
    if isinstance(failure, UndefinedStatusCode):
        return (status, code(response)) in ((431, "headers_too_large"), (413, "too_large"), (408, "request_timeout")) \
            and response.headers.get("connection") == ["close"]
    # Not errors of the gateway's: Meeting BaaS's refusal, and a webhook that must be sent again later.
    if isinstance(failure, ServerError):
        return awaited or (status, code(response)) == (502, "upstream_rejected")
    # A new tenant has no account, no provider app and a new event no recording yet: those begin with a PUT.
    # What was filled in here is nothing that an earlier request has made; what a stored reply named may be deleted.
    if isinstance(failure, UseAfterFree):
        return outlives_its_deletion(failure, case, response)
    if isinstance(failure, EnsureResourceAvailability):
        replayed = REPLAYED.intersection(map(str, (case.path_parameters or {}).values()))
        return case.id in FILLED or bool(replayed) or case.path.endswith(("/meeting-baas", "/providers/{provider}", "/recording"))
    return False


@schemathesis.hook
def filter_failure(context, failure, case, response):
    return not excused(failure, case, response)


# MARK: A check of our own

class NoProblemDocument(Failure):
    """A refusal that is not the problem document that the contract promises."""

    __slots__ = ()


@schemathesis.check
def problem_documents(ctx, response, case):
    """Every refusal is a problem document with a code that its operation lists, and tells what is wrong where."""
    status = response.status_code
    if status < 400 or case.path.startswith("/oauth/callback") and status == 400:
        return
    found = problem(response)
    listed = set(case.operation.definition.raw.get("x-problem-codes", []))
    listed |= {"method_not_allowed", "malformed", "request_timeout", "too_large", "headers_too_large",
               "unsupported_encoding"}
    kind = response.headers.get("content-type")
    faults = [
        text for text, holds in (
            (f"the content type is {kind}", kind == ["application/problem+json"]),
            (f"the code {code(response)} is not listed", code(response) in listed),
            (f"the body's status is {found.get('status')}", found.get("status") == status),
            ("it has no detail", len(found.get("detail", "")) > 10),
            ("it names no place", code(response) != "validation" or all(
                re.match(r"[/?]", e["pointer"]) and e["detail"] for e in found.get("errors") or [{"pointer": ""}])),
            ("it has no request id", response.headers.get("x-request-id", [""])[0] in found.get("instance", "")),
        ) if not holds
    ]
    if faults:
        raise NoProblemDocument(operation=case.operation.label, title="No proper problem document",
                                message="; ".join(faults))
