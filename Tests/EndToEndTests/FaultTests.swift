import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Promise 4: an error of a provider or of Meeting BaaS is named correctly, with the party that must act; no user
    /// is asked to reconnect for it.
    @Suite struct FaultTests {
        private struct Fault: Sendable {
            let name: String
            /// The injected fault, as the fake's control API takes it.
            let order: JSON.Members
            let code: String
            let action: String
            var retryAfter: Int?
        }

        private static let html: JSON = "<html><body>Blocked by the firewall</body></html>"

        private static let ofProvider = [
            Fault(name: "503", order: ["status": 503], code: "provider_unavailable", action: "wait", retryAfter: 10),
            Fault(
                name: "429 with seconds", order: ["status": 429, "headers": ["Retry-After": "7"]],
                code: "provider_unavailable", action: "wait", retryAfter: 7),
            Fault(
                name: "429 with a date far away",
                order: ["status": 429, "headers": ["Retry-After": "Sat, 01 Jan 2050 00:00:00 GMT"]],
                code: "provider_unavailable", action: "wait", retryAfter: 3600),
            Fault(name: "HTML", order: ["status": 200, "body": html], code: "provider_unavailable", action: "wait"),
            Fault(
                name: "a proxy's 403", order: ["status": 403, "body": html], code: "provider_unavailable",
                action: "wait"),
            Fault(
                name: "half a document", order: ["status": 200, "body": #"{"access_tok"#], code: "provider_unavailable",
                action: "wait"),
            Fault(
                name: "no token", order: ["status": 200, "body": ["scope": "openid"]], code: "provider_unavailable",
                action: "wait"),
            Fault(name: "nothing", order: ["status": 200, "body": ""], code: "provider_unavailable", action: "wait"),
            Fault(
                name: "a redirect", order: ["status": 302, "headers": ["Location": "https://elsewhere.example/"]],
                code: "provider_unavailable", action: "wait"),
            Fault(
                name: "a connection that ends",
                order: ["delay_ms": 1, "status": 200, "body": "x", "headers": ["content-length": "99"]],
                code: "provider_unavailable", action: "wait"),
            Fault(
                name: "invalid_client", order: ["status": 401, "body": ["error": "invalid_client"]],
                code: "not_configured",
                action: "operator"),
            Fault(
                name: "403 rate_limit_exceeded",
                order: ["status": 403, "headers": ["Retry-After": "7"], "body": ["error": "rate_limit_exceeded"]],
                code: "provider_unavailable", action: "wait", retryAfter: 7),
            Fault(
                name: "an error nobody knows", order: ["status": 400, "body": ["error": "brand_new"]],
                code: "not_configured", action: "operator"),
        ]

        private static let ofUpstream = [
            Fault(name: "500", order: ["status": 500], code: "upstream_unavailable", action: "wait", retryAfter: 10),
            Fault(
                name: "502 with HTML", order: ["status": 502, "body": html], code: "upstream_unavailable",
                action: "wait"),
            Fault(
                name: "200 with HTML", order: ["status": 200, "body": html], code: "upstream_unavailable",
                action: "wait"),
            Fault(
                name: "half a document", order: ["status": 200, "body": #"{"success":tr"#],
                code: "upstream_unavailable", action: "wait"),
            Fault(
                name: "a redirect", order: ["status": 307, "headers": ["Location": "https://elsewhere.example/"]],
                code: "upstream_unavailable", action: "wait"),
            Fault(
                name: "a connection that ends", order: ["drop_reply": true], code: "upstream_unavailable",
                action: "wait"),
            Fault(
                name: "the day's bots", order: ["status": 429, "body": ["code": "FST_ERR_DAILY_BOT_CAP_REACHED"]],
                code: "quota_exceeded", action: "operator"),
            Fault(
                name: "no tokens left", order: ["status": 402, "body": ["code": "FST_ERR_INSUFFICIENT_TOKENS"]],
                code: "quota_exceeded", action: "operator"),
            Fault(
                name: "the operator's key", order: ["status": 403, "body": ["code": "FST_ERR_FORBIDDEN"]],
                code: "not_configured", action: "operator"),
            Fault(
                name: "a refusal",
                order: ["status": 422, "body": ["code": "FST_ERR_X", "message": "calendar of mallory@evil.example"]],
                code: "upstream_rejected", action: "tenant"),
            // Last: writes stop for that long afterwards. Errors that end within five seconds are waited for.
            Fault(
                name: "too many writes",
                order: [
                    "status": 429, "headers": ["Retry-After": "7"],
                    "body": ["code": "FST_ERR_RATE_LIMIT", "retryAfter": 7],
                ],
                code: "rate_limited", action: "wait", retryAfter: 7),
        ]

        @Test(.timeLimit(.minutes(3))) func `Whose fault it is, whatever goes wrong outside`() async throws {
            let env = try await TestEnvironment.run { env, receiver in
                let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let ann = try await tenant.session("ann")
                let consent = try await tenant.consent(ann, "google", email: "ann@example.com")
                let complete = "/api/v1/connections/\(consent.connection)/complete"
                for fault in Self.ofProvider {
                    try await order(fault, "/token", at: env.google)
                    check(fault, try await ann.call(.post, complete, ["ticket": .string(consent.ticket)]))
                }
                // Slower than the ten seconds that a provider has.
                try await env.google.call(
                    .post, "/_sandbox/faults", ["path_prefix": "/token", "delay_ms": 11_000, "status": 200]
                )
                .expect(201)
                let late = try await ann.call(.post, complete, ["ticket": .string(consent.ticket)]).expect(503)
                #expect(late.code == "provider_unavailable" && late.text.contains("timeout"))
                // None of it used the ticket up.
                try await ann.call(.post, complete, ["ticket": .string(consent.ticket)]).expect(200)
                // A refusal that stands does: only an administrator can lift it.
                let blocked = Fault(
                    name: "an administrator", order: ["status": 400, "body": ["error": "access_denied"]],
                    code: "conflict",
                    action: "user")
                let second = try await tenant.consent(ann, "google", email: "ann@example.com")
                try await order(blocked, "/token", at: env.google)
                check(
                    blocked,
                    try await ann.call(
                        .post, "/api/v1/connections/\(second.connection)/complete", ["ticket": .string(second.ticket)]))
                let id = try await tenant.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue ?? ""
                let raw = "/api/v1/connections/\(id)/raw-calendars"
                for fault in Self.ofUpstream {
                    try await order(fault, "/v2/calendars/list-raw", at: env.meetingBaaS)
                    check(fault, try await ann.call(.get, raw))
                    #expect(
                        try await ann.call(.get, "/api/v1/connections/\(id)").expect(200)["status"] == "active",
                        "\(fault.name)")
                }
                // Once the seconds are over that upstream named.
                try await env.eventually { try await ann.call(.get, raw).status == 200 ? true : nil }
                #expect(!receiver.deliveries.contains { $0.type == "connection.needs_reconnect" })
                let metrics = try await env.anonymous.call(.get, "/metrics").text
                for line in [
                    #"gateway_provider_requests_total{provider="google",call="exchange",outcome="provider_config"} 2"#,
                    #"gateway_upstream_requests_total{version="v2",operation="POST /v2/calendars/list-raw",outcome="key_refused"} 1"#,
                ] { #expect(metrics.contains(line), "\(line)") }
            }
            try Contracts.checkReplies(env)
        }

        @Test(.timeLimit(.minutes(3))) func `A Meeting BaaS that is gone, speaks no HTTP, or never comes to an end`()
            async throws
        {
            let upstream = try RawServer { _ in }
            defer { upstream.stop() }
            let env = try await TestEnvironment(version: "v2", extra: ["GATEWAY_MEETING_BAAS_URL": upstream.url])
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let receiver = Receiver()
            try await receiver.run {
                let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let ann = try await tenant.session("ann")
                let id = try await tenant.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue ?? ""
                let raw = "/api/v1/connections/\(id)/raw-calendars"
                let scripts: [(String, RawServer.Script)] = [
                    ("closes at once", { _ in }), ("resets", { $0.reset() }),
                    ("speaks no HTTP", { $0.send("SSH-2.0-x\r\n\r\n") }),
                    (
                        "tells more than it sends",
                        { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"success\":") }
                    ),
                    ("ends in a chunk", { $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{") }),
                    (
                        "sends two lengths",
                        { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}") }
                    ),
                    (
                        "has no end of headers",
                        { peer in for number in 0..<100_000 where !peer.send("X-\(number): y\r\n") { return } }
                    ),
                ]
                for (name, script) in scripts {
                    upstream.play(script)
                    let reply = try await ann.call(.get, raw)
                    #expect(reply.status == 503 && reply.code == "upstream_unavailable", "\(name): \(reply.text)")
                    #expect(reply["action"] == "wait")
                }
                // One byte a second, for ever: thirty seconds in all, not for each byte.
                upstream.play { peer in
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                    while peer.send(" ") { Thread.sleep(forTimeInterval: 1) }
                }
                let began = ContinuousClock.now
                let slow = try await ann.call(.get, raw)
                #expect(slow.code == "upstream_unavailable" && slow.text.contains("timeout"))
                #expect(ContinuousClock.now - began < .seconds(40))
                upstream.stop()
                #expect(try await ann.call(.get, raw).code == "upstream_unavailable")
                #expect(try await ann.call(.get, "/api/v1/connections/\(id)").expect(200)["status"] == "active")
                #expect(try await env.anonymous.call(.get, "/readyz").status == 200, "the gateway itself is well")
            }
            try Contracts.checkReplies(env)
        }

        private func order(_ fault: Fault, _ path: String, at standIn: API) async throws {
            var order = fault.order
            order["path_prefix"] = .string(path)
            order["times"] = 1
            try await standIn.call(.post, "/_sandbox/faults", .object(order)).expect(201)
        }

        private func check(_ fault: Fault, _ reply: API.Reply) {
            #expect(
                reply.code == fault.code && reply["action"] == .string(fault.action), "\(fault.name): \(reply.text)")
            if let wait = fault.retryAfter {
                #expect(reply["retry_after"] == .int(wait) && reply.header("Retry-After") == "\(wait)", "\(fault.name)")
            }
            // The text of a provider's error may contain anybody's data.
            for word in ["firewall", "mallory", "elsewhere", "reconnect"] {
                #expect(!reply.text.contains(word), "\(fault.name): \(reply.text)")
            }
        }
    }
}
