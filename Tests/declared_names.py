#!/usr/bin/env python3
"""Lists the names that the Swift sources declare, and checks them against the table of names that are not used."""

import os
import re
import sys

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      |(?P<quote>\#*(?:\"\"\"(?=\n)|\"))
      |(?P<tick>`\w+`)
      |(?P<word>[@\#$]?[A-Za-z_]\w*)
      |(?P<number>\d[\w.]*)
      |(?P<line>\n)
      |(?P<mark>->|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
REGEX = re.compile(r"/(?! )(?:[^/\\\n]|\\.)+/")
TYPES = {"struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype"}
OPEN, CLOSE = set("([{"), set(")]}")


def skip_string(text, start, quote):
    """Returns the index after a string literal whose opening quote ends at `start`."""
    hashes = len(quote) - len(quote.lstrip("#"))
    close = quote[hashes:] + "#" * hashes
    escape = "\\" + "#" * hashes
    i = start
    while i < len(text):
        if text.startswith(escape + "(", i):
            i, depth = i + len(escape) + 1, 1
            while i < len(text) and depth:
                opening = re.compile(r'#*(?:"""(?=\n)|")').match(text, i)
                if opening:
                    i = skip_string(text, opening.end(), opening.group())
                    continue
                depth += {"(": 1, ")": -1}.get(text[i], 0)
                i += 1
        elif text.startswith(escape, i):
            i += len(escape) + 1
        elif text.startswith(close, i):
            return i + len(close)
        else:
            i += 1
    return i


def tokens(text):
    """Returns the tokens of code as (text, line) and the comments as (text, line, whether code stands before it)."""
    code, comments = [], []
    i, line, begun = 0, 1, False
    while i < len(text):
        if text[i] == "/" and text[i - 1 : i] and text[i - 1] in "( ,=" and text[i + 1 : i + 2] not in ("/", "*", " "):
            literal = REGEX.match(text, i)
            if literal:
                code.append(("/re/", line))
                i = literal.end()
                continue
        found = TOKEN.match(text, i)
        if not found:
            i += 1
            continue
        kind, word = found.lastgroup, found.group()
        i = found.end()
        if kind == "line":
            line, begun = line + 1, False
        elif kind == "comment":
            comments.append((word, line, begun))
            line += word.count("\n")
        elif kind == "quote":
            end = skip_string(text, i, word)
            code.append(('""', line))
            line += text.count("\n", i, end)
            i, begun = end, True
        else:
            code.append((word.strip("`"), line))
            begun = True
    return code, comments


class Name:
    """A declared name: its kind, where it stands, and its type as written."""

    def __init__(self, name, kind, line, type=""):
        self.name, self.kind, self.line, self.type = name, kind, line, type


IDENTIFIER = re.compile(r"[A-Za-z_]\w*$")


def is_identifier(word):
    return bool(IDENTIFIER.match(word))


def matching(code, i):
    """Returns the index of the bracket that closes the one at `i`."""
    depth = 0
    for j in range(i, len(code)):
        if code[j][0] in OPEN:
            depth += 1
        elif code[j][0] in CLOSE:
            depth -= 1
            if depth == 0:
                return j
    return len(code) - 1


def split(code, start, end):
    """Splits the tokens between two brackets at the commas of the outermost level."""
    parts, part, depth, angle = [], [], 0, 0
    for word, line in code[start:end]:
        if word in OPEN:
            depth += 1
        elif word in CLOSE:
            depth -= 1
        elif word == "<":
            angle += 1
        elif word == ">":
            angle = max(0, angle - 1)
        if word == "," and depth == 0 and angle == 0:
            parts.append(part)
            part = []
        else:
            part.append((word, line))
    return parts + ([part] if part else [])


def written(part):
    """Returns a type as text, without a default value."""
    words, depth = [], 0
    for word, _ in part:
        depth += (word in OPEN) - (word in CLOSE)
        if word == "=" and depth == 0:
            break
        words.append(word)
    return re.sub(r" ?([<>?\[\].()]) ?", r"\1", " ".join(words))


def parameters(code, start, end, of_case=False):
    """Yields the argument labels and parameters of a list in parentheses."""
    for part in split(code, start, end):
        head = []
        rest = []
        for j, (word, line) in enumerate(part):
            if word == ":":
                rest = part[j + 1 :]
                break
            if is_identifier(word):
                head.append((word, line))
            elif not word.startswith("@"):
                head = []
                break
        else:
            continue
        if not head or not rest:
            continue
        type = written(rest)
        if of_case:
            yield Name(head[-1][0], "label", head[-1][1], type)
        elif len(head) == 1:
            yield Name(head[0][0], "parameter", head[0][1], type)
        else:
            if head[-2][0] != "_":
                yield Name(head[-2][0], "label", head[-2][1], type)
            if head[-1][0] != "_":
                yield Name(head[-1][0], "parameter", head[-1][1], type)


def closure_parameters(code, i):
    """Yields the parameters of a closure whose brace stands at `i`."""
    j = i + 1
    if j < len(code) and code[j][0] == "[":
        j = matching(code, j) + 1
    if j >= len(code):
        return
    if code[j][0] == "(":
        end = matching(code, j)
        k = end + 1
        while k < len(code) and k < end + 40 and code[k][0] not in ("in", "{", "}", "=", ";", "let", "return"):
            k += 1
        if k >= len(code) or code[k][0] != "in":
            return
        for part in split(code, j + 1, end):
            names = [p for p in part if p[0] != ":"]
            if names and is_identifier(names[0][0]) and names[0][0] != "_":
                yield Name(names[0][0], "closure parameter", names[0][1], written(part[2:]))
        return
    found = []
    while j < len(code) and is_identifier(code[j][0]):
        if code[j][0] in ("if", "for", "guard", "let", "var", "switch", "while", "try", "return", "await", "defer", "do"):
            return
        found.append(code[j])
        if code[j + 1][0] == ",":
            j += 2
            continue
        if code[j + 1][0] in ("in", "async", "throws", "->"):
            for word, line in found:
                if word != "_":
                    yield Name(word, "closure parameter", line)
        return


def declared(code):
    """Yields every declared name of a file."""
    scopes = ["file"]
    pending = None
    depth = 0
    i = 0
    while i < len(code):
        word, line = code[i]
        previous = code[i - 1][0] if i else ""
        following = code[i + 1][0] if i + 1 < len(code) else ""
        if word in ("(", "["):
            depth += 1
        elif word in (")", "]"):
            depth -= 1
        elif word == "{":
            yield from closure_parameters(code, i)
            if pending and pending[1] == depth:
                scopes.append((pending[0], depth))
                pending = None
            else:
                scopes.append(("block", depth))
            depth = 0
        elif word == "}":
            if len(scopes) > 1:
                depth = scopes.pop()[1]
        elif previous == ".":
            pass
        elif word in TYPES and is_identifier(following) and not (word == "class" and following in ("func", "var", "let")):
            yield Name(following, "associatedtype" if word == "associatedtype" else word, code[i + 1][1])
            if word not in ("typealias", "associatedtype"):
                pending = ("enum" if word == "enum" else "type", depth)
            i += 2
            continue
        elif word == "extension" and is_identifier(following):
            pending = ("type", depth)
        elif word in ("func", "init", "subscript"):
            j = i + 1
            if word == "func":
                if is_identifier(following):
                    yield Name(following, "function", code[i + 1][1])
                j = i + 2
            elif following not in ("(", "<", "?", "!"):
                i += 1
                continue
            while j < len(code) and code[j][0] != "(":
                j += 1
            if j < len(code):
                end = matching(code, j)
                yield from parameters(code, j + 1, end)
                pending = ("code", depth)
        elif word == "case" and scopes[-1] != "file" and scopes[-1][0] == "enum" and depth == 0:
            j = i + 1
            while j < len(code) and is_identifier(code[j][0]):
                yield Name(code[j][0], "case", code[j][1])
                j += 1
                if j < len(code) and code[j][0] == "(":
                    end = matching(code, j)
                    yield from parameters(code, j + 1, end, of_case=True)
                    j = end + 1
                if j + 1 < len(code) and code[j][0] == "=":
                    j += 2
                if j < len(code) and code[j][0] == ",":
                    j += 1
                else:
                    break
        elif word in ("let", "var"):
            kind = "property" if scopes[-1] != "file" and scopes[-1][0] in ("type", "enum") and depth == 0 else "local"
            if scopes[-1] == "file" and depth == 0:
                kind = "property"
            if following == "(":
                end = matching(code, i + 1)
                for part in split(code, i + 2, end):
                    if part and is_identifier(part[-1][0]) and part[-1][0] != "_":
                        yield Name(part[-1][0], kind, part[-1][1])
            elif is_identifier(following) and following != "_":
                type = ""
                if i + 2 < len(code) and code[i + 2][0] == ":":
                    j, level = i + 3, 0
                    while j < len(code) and j < i + 60:
                        text = code[j][0]
                        if level == 0 and (text in ("=", "{", ",", ";", ")") or code[j][1] != code[i + 3][1]):
                            break
                        level += (text in OPEN) - (text in CLOSE)
                        j += 1
                    type = written(code[i + 3 : j])
                yield Name(following, kind, code[i + 1][1], type)
        elif word == "for":
            if following == "(":
                for part in split(code, i + 2, matching(code, i + 1)):
                    if part and is_identifier(part[-1][0]) and part[-1][0] != "_":
                        yield Name(part[-1][0], "local", part[-1][1])
            else:
                j = i + 1
                while j < len(code) and code[j][0] in ("try", "await"):
                    j += 1
                if j + 1 < len(code) and is_identifier(code[j][0]) and code[j + 1][0] in ("in", ":"):
                    yield Name(code[j][0], "local", code[j][1])
        i += 1


def files(root):
    for top in ("Sources", "Tests"):
        for folder, _, names in sorted(os.walk(os.path.join(root, top))):
            for name in sorted(names):
                if name.endswith(".swift") and name != "Contract.swift" and "/Generated" not in folder:
                    yield os.path.join(folder, name)


# The left column of the table of names: what is not used, and the name to use instead.
WANTED = {
    "Rooms": "Routes",
    "FrontDoor": "RequestPipeline",
    "door": "pipeline",
    "frontDoor": "pipeline",
    "enter": "admit",
    "dress": "addCommonHeaders",
    "note": "logAndMeasure, insert, or the verb for what it does",
    "seemsValid": "hasWellFormedCredential",
    "isProven": "isAuthenticated",
    "RequestNotes": "RequestMetadata",
    "RefusedByOthers": "ProblemConvertible",
    "WholeReply": "BufferedResponse",
    "Gathered": "BufferingBodyWriter",
    "Fields": "BodyValidator",
    "finish": "validate",
    "TextRule": "ValidationRule",
    "holds": "isValid",
    "Remembered": "TTLCache",
    "known": "cached",
    "forget": "invalidate",
    "life": "ttl",
    "reads": "misses",
    "OwnershipBook": "OwnershipResolver",
    "learn": "recordOwner",
    "Known": "CachedCredential",
    "LastUse": "LastUsedThrottle",
    "touches": "throttle",
    "Knowledge": "CacheLookup",
    "unread": "miss",
    "nobody": "unowned",
    "nobodys": "unowned",
    "writeInCompany": "write(priority: .background)",
    "Haste": "TransactionPriority",
    "urgent": "high",
    "usual": "normal",
    "patient": "background",
    "company": "batchSize",
    "rest": "maxBatchDelay or idleTimeout",
    "rested": "lastBatchEnded",
    "isOneOfMany": "mayBatchCommit",
    "mayWait": "mayBatchCommit",
    "isPrompt": "isWithinReservedSlots",
    "granted": "reservedSlots",
    "places": "slots",
    "Pace": "TokenBucket",
    "pace": "bucket",
    "Bursts": "PerTenantBurst",
    "lane": "tenant",
    "Parcel": "DeliveryContext",
    "parcel": "context",
    "Ending": "AttemptResult",
    "Behind": "LaneBacklog",
    "window": "highWatermark",
    "low": "lowWatermark",
    "look": "run or scanDue",
    "fill": "refill or backfill",
    "switchOff": "disable",
    "terms": "limits",
    "Waiting": "EndpointBacklog",
    "Notice": "ChangeNotice",
    "Topic": "ChangeTopic",
    "enclosed": "localPayload",
    "hear": "dispatch",
    "told": "message(for:)",
    "tell": "publish",
    "heard": "the verb for what it does",
    "intake": "inboundWebhooks",
    "MessageBinder": "WebhookAttribution",
    "binder": "attribution",
    "bind": "attribute",
    "held": "quarantined",
    "FreshLinks": "ArtifactLinkRefresher",
    "NotNow": "TemporarilyUnavailable",
    "CallbackTargets": "BotCallbacks",
    "CallbackIntake": "BotCallbackReceiver",
    "BotOrder": "BotCreation",
    "standing": "findOrCreate",
    "ExtraMarks": "AttributionTags",
    "marker": "correlationID",
    "tag": "tenantTag",
    "Asked": "ParsedBotOptions",
    "asked": "requested",
    "shown": "presented",
    "pass": "stream",
    "handedOn": "proxied",
    "Words": "MessageRedactor",
    "cleaned": "redact",
    "Mirror": "MirrorAPI",
    "MirrorExchange": "MirrorContext",
    "x": "context",
    "fault": "error",
    "UpstreamGate": "UpstreamLimiter",
    "isTrouble": "isServerFailure",
    "park": "storeCode",
    "Taken": "ClaimResult",
    "giveBack": "releaseClaim",
    "GrantRecorder": "GrantLinking",
    "Disconnector": "ConnectionTeardown",
    "Rescheduler": "BotRescheduling",
    "UserBots": "UserDataErasure",
    "ChangeRecord": "EventChangeLog",
    "observe": "fingerprint",
    "lastWord": "finalWebhook",
    "word": "payload",
    "mark": "dedupKey",
    "graceless": "ignoringGracePeriod",
    "toCome": "upcoming",
    "passing": "transient",
    "patience": "timeout",
    "newcomers": "unauthenticated",
    "Seat": "Subscription",
    "seat": "subscription",
    "MessageFeed": "MessageBroadcaster",
    "World": "TestEnvironment",
    "world": "env",
    "zoo": "hostile receivers",
    "standIns": "fakes",
    "Place": "EventPosition, RequestSlot, or what it is",
    "ListPlace": "MirrorPosition",
    "SealingPlace": "EncryptionContext",
    "Notification": "WebhookPayload",
    "Channel": "a name that does not shadow NIO's",
    "Metrics": "GatewayMetrics",
    "Vault": "TenantKeys",
    "vault": "tenantKeys",
    "Calendar": "ConnectedCalendar",
    "Operation": "UpstreamOperation",
    "Client": "UpstreamClient",
}
PATTERNS = [
    (re.compile(r"Intake\w*$"), "InboundWebhook…"),
    (re.compile(r"\w*Fault$"), "…Error"),
]

LOCAL = {"local", "parameter", "closure parameter"}
FUNCTION = {"function"}
ANY = None
# Other uses of the same words: names, kinds (None: all), files (None: all), and the reason.
ALLOWED = [
    ("known", LOCAL | {"property"}, ANY, "values that are already stored or listed, not a function of a cache"),
    ("rest", LOCAL | {"property"}, r"^(?!.*WorkerPool)", "the remainder"),
    ("finish", FUNCTION | {"case"}, r"^(?!.*(BodyValidator|QueryFields))", "NIO's, AsyncStream's and our verb for ending work"),
    ("held", ANY, r"Deliver|Endpoint|Replay|Topics|LargeTenant", "the contract's status of a delivery"),
    ("held", ANY, r"DatabaseLock|Serve\.swift", "a lock is held"),
    ("held", LOCAL | FUNCTION | {"property"}, r"Tests|Tests/Support", "things that a test keeps"),
    ("held", {"local"}, r"Identifier|Base64", "bits not yet written out"),
    ("holds", {"property"}, r"EndpointStore", "a disabled endpoint holds its deliveries (the contract's held)"),
    ("lane", ANY, r"Deliver|SlotScheduler|Pending|FairQueue|Tests", "a priority class, and the key of a fair queue"),
    ("lane", {"local"}, r"Sandbox/", "the queue of one account in the fake"),
    ("mark", ANY, r"Markdown|JSONReader|Timestamp|SchemaFields|MirrorError", "a punctuation mark, or text put in place of a secret"),
    ("mark", ANY, r"Tests|Sandbox|Doctor", "a test's name for a message; a file or picture that marks something"),
    ("note", ANY, r"Doctor", "the level of a finding"),
    ("observe", ANY, r"Metrics|UpstreamClient|TokenEndpoint", "Prometheus's verb for a histogram, and the hook that calls it"),
    ("bind", FUNCTION, r"SQLite|Postgres", "sqlite3_bind"),
    ("enter", ANY, r"Sandbox|Tests|BrowserHands", "a bot enters a state; a key of the keyboard; a secret is entered"),
    ("fill", FUNCTION, r"Tests|LookupTokens", "a database or a token bucket is filled"),
    ("forget", FUNCTION, r"Tests", "a fake forgets what it recorded"),
    ("granted", ANY, r"Sandbox|OAuth", "OAuth: granted scopes"),
    ("window", {"local"}, ANY, "the window of a rate limit"),
    ("low", LOCAL, ANY, "a lower bound, or the lower half of a byte"),
    ("places", LOCAL, ANY, "positions in a text"),
    ("reads", ANY, r"Database|Tests", "reads of a database or a channel"),
    ("rested", {"local"}, r"Tests", "a time after a pause"),
    ("standing", {"local"}, r"Tests", "what is left upstream"),
    ("tag", ANY, r"Docs|Contract", "an OpenAPI tag, an ETag, an HTML tag"),
    ("tag", {"local"}, r"AESGCM", "the authentication tag of GCM"),
    ("unread", LOCAL, r"Connection", "bytes that the peer has not read"),
    ("word", LOCAL, ANY, "a machine word, or a word of a text"),
    ("vault", ANY, r"GatewayCommand|EndToEndTests", "the operator's word for the sealed keys"),
    ("fault", ANY, r"Sandbox|EndToEndTests", "an injected fault"),
    ("Fault", ANY, r"Sandbox|EndToEndTests", "an injected fault"),
    ("createFault", ANY, r"Tests", "an injected fault"),
    ("Ending", {"enum"}, r"ConnectionStateMachine", "the end of an HTTP connection"),
    ("Operation", {"struct"}, r"Docs", "OpenAPI's operation object"),
    ("Client", {"struct"}, r"Tests", "the client end of a test's channel"),
    ("x", ANY, r"Tests|Sandbox", "a coordinate or a test's value"),
]
STARTS = re.compile(r"(///?|/\*+)\s*(What|Whose|Who|Whether|Where|How)\b")
MOST_STARTS = 20


def wanted(name):
    """Returns the name to use instead of one that is in the table, else None."""
    if name.name in WANTED:
        return WANTED[name.name]
    for pattern, instead in PATTERNS:
        if name.kind not in LOCAL and pattern.match(name.name):
            return instead
    return None


def is_allowed(name, path):
    return any(
        name.name == allowed and (kinds is ANY or name.kind in kinds) and (where is ANY or re.search(where, path))
        for allowed, kinds, where, _ in ALLOWED
    )


def findings(path, text):
    """Returns the violations of a file, and its comments that start with a question word."""
    code, comments = tokens(text)
    found = [
        f"{path}:{name.line}: {name.kind} {name.name}: {wanted(name)}"
        for name in declared(code)
        if wanted(name) and not is_allowed(name, path)
    ]
    starts = [f"{path}:{line}: {text[:90]}" for text, line, _ in comments if STARTS.match(text)]
    return found, starts


SELF_TEST = [
    ("struct Haste {}", ["struct Haste"]),
    ("enum Kind { case nobody, admin(x: Int) }", ["case nobody", "label x"]),
    ("func f(told error: Int, _ asked: [Int], shown: Int = 3) {}", ["label told", "parameter asked", "parameter shown"]),
    ("struct S { let life: Duration\n func g() { let life = 1 } }", ["property life", "local life"]),
    ('let text = "let seat = 1 \\(f("let seat")) "', []),
    ("let raw = #\"\"half\":\"\"#\nlet seat = 1", ["property seat"]),
    ("// let seat = 1\n/* var seat: Int */", []),
    ("items.map { told, other in told }", ["closure parameter told"]),
    ("items.map { [self] (told: Int) -> Int in told }", ["closure parameter told"]),
    ("for (seat, other) in seats {}", ["local seat"]),
    ("if case .some(let seat) = value {}", ["local seat"]),
    ("switch value { case nobody: break }", []),
    ("enum E { case a\n var b: Int { switch self { case .nobody: 1 } } }", []),
    ("struct IntakeQueue {}\nstruct ReadFault: Error {}", ["struct IntakeQueue", "struct ReadFault"]),
    ("func finish() {}", []),
    ("init(life: Duration) {}\nsubscript(told index: Int) -> Int { 1 }", ["parameter life", "label told"]),
]


def self_test():
    for text, expected in SELF_TEST:
        found = [line.split(": ")[1] for line in findings("Sources/A/Example.swift", text)[0]]
        if found != expected:
            sys.exit(f"declared_names.py does not work: {text!r} gives {found}, not {expected}")
    starts = findings("Sources/A/Example.swift", "/// What is here.\nlet a = 1 // How it goes\n/// The whole.\n")[1]
    if len(starts) != 2:
        sys.exit(f"declared_names.py does not work: {starts}")


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if sys.argv[1:] == ["--list"]:
        for path in files(root):
            with open(path, encoding="utf-8") as file:
                code, _ = tokens(file.read())
            for name in declared(code):
                print(f"{os.path.relpath(path, root)}:{name.line}\t{name.kind}\t{name.name}\t{name.type}")
        return 0
    if sys.argv[1:]:
        sys.exit("usage: declared_names.py [--list]")
    self_test()
    found, starts = [], []
    for path in files(root):
        with open(path, encoding="utf-8") as file:
            names, comments = findings(os.path.relpath(path, root), file.read())
        found += names
        starts += comments
    if len(starts) > MOST_STARTS:
        found += starts + [f"{len(starts)} comments start with a question word; {MOST_STARTS} may"]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
