import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

/// One request of the corpus. A request to `/healthz` follows it on its connection, which ends with that.
struct MirrorReadCase: Sendable {
    let name: String
    /// Without `traceparent`, by which the request is found at Meeting BaaS.
    let head: String
    var body = ""
    /// The name of Meeting BaaS's behaviour.
    var upstream = "200"
    /// False for a request that the router answers in either case.
    var isTaken = true
}

/// The requests: every streamed read, with all callers, hostile heads and behaviours of Meeting BaaS.
enum MirrorReadCorpus {
    static func make(_ env: TestEnvironment) async throws -> (corpus: [MirrorReadCase], tenant: String) {
        let a = try await TenantFixture(env, slug: "tenant-a", receiver: "http://127.0.0.1:9")
        let b = try await TenantFixture(env, slug: "tenant-b", receiver: "http://127.0.0.1:9")
        let things = try await MirrorMatrixObjects.things(env, a, "ann", [.v1, .v2])
        let (v1, v2) = (try #require(things[.v1]), try #require(things[.v2]))
        func session(_ user: String) async throws -> String {
            try await a.server.call(.post, "/api/v1/sessions", ["user_id": .string(user)]).expect(201).text("token")
        }
        let (ann, bob) = (try await session("ann"), try await session("bob"))
        let readOnly = try await env.operator.call(
            .post, "/admin/v1/tenants/tenant-a/keys", ["name": "k", "scopes": ["connections:read"]]
        ).expect(201).text("key")
        let event = "/meeting-baas/v2/calendars/\(v2.calendar)/events/\(v2.event)"
        let paths = [
            event, "/meeting-baas/v2/calendars/\(v2.calendar)", "/meeting-baas/v2/bots/\(v2.bot)/status",
            "/meeting-baas/v2/bots/\(v2.bot)/screenshots",
            "/meeting-baas/bots/\(v1.bot)/screenshots",
        ]
        let key = "x-meeting-baas-api-key: \(a.key)"
        let callers: [(name: String, lines: [String], isTaken: Bool)] = [
            ("the vendor's header", [key], true), ("a bearer", ["Authorization: Bearer \(a.key)"], true),
            ("both", [key, "authorization: bearer \(a.key)"], true),
            ("a user's key", [key, "Gateway-User: ann"], true),
            ("the user's session", ["Authorization: Bearer \(ann)"], true),
            ("another user's key", [key, "Gateway-User: bob"], false),
            ("another user's session", ["Authorization: Bearer \(bob)"], false),
            ("a session that names a user", ["Authorization: Bearer \(ann)", "Gateway-User: ann"], false),
            ("two users", [key, "Gateway-User: ann", "Gateway-User: bob"], false),
            ("another tenant", ["x-meeting-baas-api-key: \(b.key)"], false),
            ("two tenants", [key, "Authorization: Bearer \(b.key)"], false),
            ("a key without the scope", ["x-meeting-baas-api-key: \(readOnly)"], false),
            ("nobody", [], false), ("a mistyped key", ["x-meeting-baas-api-key: \(a.key.dropLast())x"], false),
            ("a basic credential", ["Authorization: Basic YTpi"], false),
        ]
        var corpus: [MirrorReadCase] = []
        func add(
            _ name: String, _ method: String, _ path: String, _ lines: [String], _ isTaken: Bool = true,
            body: String = "", upstream: String = "200"
        ) {
            let head = ([method + " " + path + " HTTP/1.1", "Host: gateway.example"] + lines).joined(separator: "\r\n")
            corpus.append(
                MirrorReadCase(
                    name: "\(method) \(path) by \(name), answered \(upstream)", head: head, body: body,
                    upstream: upstream, isTaken: isTaken))
        }
        for path in paths {
            for method in ["GET", "HEAD"] {
                for caller in callers { add(caller.name, method, path, caller.lines, caller.isTaken) }
            }
        }
        for behaviour in MirrorReadUpstream.names {
            for method in ["GET", "HEAD"] where !(behaviour == "204" && method == "HEAD") {
                add("a key", method, event, [key], upstream: behaviour)
                // Eight failures in a row would open the breaker.
                add("a key", "GET", paths[2], [key])
            }
        }
        for line in hostile { add(line, "GET", event, [key, line], !passedBy.contains(line)) }
        for (path, isTaken) in queries { add("a query", "GET", event + path, [key], isTaken) }
        for path in spellings(event) { add("a spelling", "GET", path, [key], false) }
        add("an upper-case id", "GET", event.replacing(v2.event, with: v2.event.uppercased()), [key], false)
        add(
            "an unknown id", "GET", event.replacing(v2.event, with: "00000000-0000-4000-8000-000000000009"), [key],
            false)
        add("a body", "GET", event, [key, "Content-Type: application/json", "Content-Length: 2"], body: "{}")
        add("a chunked body", "GET", event, [key, "Transfer-Encoding: chunked"], body: "2\r\n{}\r\n0\r\n\r\n")
        let long = String(repeating: "x", count: 65_537)
        add("a long body", "GET", event, [key, "Content-Length: 65537"], false, body: long)
        return (corpus, a.slug)
    }

    private static let hostile = [
        "Cookie: a=b", "Connection: keep-alive", "Connection: traceparent", "Keep-Alive: timeout=5", "TE: trailers",
        "Trailer: X-T", "Proxy-Authorization: Basic YTpi", "Proxy-Connection: keep-alive",
        "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Host: evil.example", "Forwarded: for=10.0.0.1",
        "X-Original-URL: /v2/other", "X-HTTP-Method-Override: DELETE", "X-Real-IP: 10.0.0.1", "Idempotency-Key: k-1",
        "Origin: https://tenant-a.example.com", "Origin: https://tenant-b.example.com",
        "Referer: https://app.example.com/?secret=1", "Accept-Encoding: gzip", "Range: bytes=0-1",
        "Expect: 100-continue", "Content-Encoding: gzip", "If-None-Match: *", "Accept: text/html",
        "tracestate: a=b", "tracestate: \(String(repeating: "a", count: 1_025))",
    ]
    /// Those that the router gets.
    private static let passedBy: Set = ["Connection: traceparent", "Expect: 100-continue"]

    private static let queries: [(String, Bool)] = [
        ("?", true), ("?a=b&c=%20d", true), ("?a=1&a=2", false), ("?user_id=", false), ("?a=%zz", false),
        ("?calendar_id=other", true), ("?a=b#c", false),
    ]

    private static func spellings(_ path: String) -> [String] {
        [
            path + "/", path.replacing("/events", with: "//events"), path.replacing("/events", with: "/%65vents"),
            path.replacing("/v2", with: "/V2"), path + "/bots", path.replacing("/v2", with: "/v2/../v2"),
        ]
    }
}
