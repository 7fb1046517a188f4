import Foundation
import HTTPTransport
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Promise 1: marked secrets go through every route, many faults and the loudest log, and are then looked for in
    /// everything that left the gateway or lies on its disk.
    @Suite struct CanaryTests {
        /// Secrets that the test puts in. The gateway's own secrets are added as they are handed out.
        private static let planted = [
            "google": "canary-google-client-secret", "microsoft": "canary-microsoft-client-secret",
            "account": "canary-own-account-key", "transcription": "canary-transcription-key",
            "import": "canary-imported-refresh-token", "code": "canary-server-auth-code",
            "verifier": "canary-code-verifier-0123456789-0123456789-012345",
        ]

        @Test(.timeLimit(.minutes(4)), arguments: ["v1", "v2"])
        func `No secret is in a reply, the log, a metric, the database or a crash report`(version: String) async throws
        {
            let env = try await TestEnvironment(
                version: version,
                extra: [
                    "GATEWAY_LOG_LEVEL": "trace", "GATEWAY_METRICS_TOKEN": "canary-metrics-token",
                    "SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no,threads=all,registers=all",
                ])
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let receiver = Receiver()
            var secrets = Set(Self.planted.values).union([
                env.operatorToken, TestEnvironment.apiKey, String(TestEnvironment.webhookSecret.dropFirst(6)),
                "canary-metrics-token",
                env.variables["GATEWAY_MASTER_KEY"] ?? "",
            ])
            // Each may be in the one reply that hands it over.
            let handedOver = try await receiver.run {
                let tenant = try await Self.tenant(env, receiver)
                let made = try await Self.walk(env, tenant)
                try await Self.faults(env, tenant)
                try await Self.misplace(env, tenant, made)
                try await Self.everyRoute(env, tenant)
                return made.union([tenant.key, tenant.secret])
            }
            // The tokens that the providers gave, as Meeting BaaS and the token endpoints saw them.
            for standIn in [env.meetingBaaS, env.google, env.microsoft] {
                for request in try await standIn.call(.get, "/_sandbox/requests").items {
                    let body = request["body"]?.stringValue ?? ""
                    let fields = Form.decode(body) ?? []
                    for name in ["refresh_token", "code", "code_verifier", "client_secret"] {
                        if let value = fields.first(where: { $0.name == name })?.value { secrets.insert(value) }
                    }
                    if let token = (try? JSON.parse(body))?["oauth_refresh_token"]?.stringValue {
                        secrets.insert(token)
                    }
                }
            }
            secrets = secrets.filter { $0.count >= 12 }
            #expect(secrets.count > 20 && handedOver.count > 8, "the walk really met secrets: \(secrets.count)")
            let metrics = try await API(env.gatewayURL, token: "canary-metrics-token").call(.get, "/metrics").expect(
                200)
            try await env.anonymous.call(.get, "/metrics").expect(401)

            let replies = API.replies(of: env.gatewayURL)
            for secret in secrets {
                #expect(!replies.contains { $0.contains(secret) }, "\(secret.prefix(20)) in a reply")
            }
            for secret in handedOver {
                let holders = replies.filter { $0.contains(secret) }
                #expect(holders.count == 1, "\(secret.prefix(12))… is handed over in \(holders.count) replies")
            }
            let all = secrets.union(handedOver)
            gateway.send(SIGSEGV)
            try await gateway.prints("Backtrace took")
            // The report made, the signal was no real fault: the process would go on.
            gateway.kill()
            let output = gateway.finalOutput
            #expect(output.contains("\"level\":\"info\"") && output.count > 10_000)
            for prefix in ["mgk_", "mgs_", "mgt_"] { #expect(!output.contains(prefix), "\(prefix) in the log") }
            for secret in all {
                #expect(!output.contains(secret), "\(secret.prefix(20)) in the log or the crash report")
                #expect(!metrics.text.contains(secret), "\(secret.prefix(20)) in the metrics")
            }
            try env.expectNotStored(all)
        }

        private static func tenant(_ env: TestEnvironment, _ receiver: Receiver) async throws -> TenantFixture {
            let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
            // The fakes know the fixture's secrets; these are tried, and replaced again.
            for (provider, id) in [
                ("google", "100000000001-app.apps.googleusercontent.com"),
                ("microsoft", "00000000-0000-4000-8000-000000000001"),
            ] {
                let path = "/admin/v1/tenants/tenant-a/providers/\(provider)"
                for secret in [planted[provider] ?? "", "\(provider)-secret"] {
                    try await env.operator.call(
                        .put, path, ["client_id": .string(id), "client_secret": .string(secret)]
                    ).expect(200)
                    try await env.operator.call(.get, path).expect(200)
                }
            }
            let other = "/admin/v1/tenants/other"
            try await env.operator.call(.post, "/admin/v1/tenants", ["slug": "other", "name": "Other"]).expect(201)
            try await env.operator.call(
                .put, "\(other)/meeting-baas",
                [
                    "api_key": .string(planted["account"] ?? ""), "api_version": "v2",
                    "webhook_secrets": ["whsec_Y2FuYXJ5LXdlYmhvb2stc2VjcmV0LXRoaXMtb25l"],
                ]
            ).expect(200)
            try await env.operator.call(.get, "\(other)/meeting-baas").expect(200)
            return tenant
        }

        /// The main path and its neighbours.
        /// - Returns: what was handed over on the way, each by one reply.
        private static func walk(_ env: TestEnvironment, _ tenant: TenantFixture) async throws -> Set<String> {
            var made: Set<String> = []
            let keys = "/admin/v1/tenants/tenant-a/keys"
            let importer = try await env.operator.call(
                .post, keys, ["name": "importer", "scopes": ["connections:import", "connections:read"]]
            ).expect(201)
            made.insert(try importer.text("key"))
            let rotated = try await env.operator.call(
                .post, "\(keys)/\(try importer.text("id"))/rotate", ["overlap_seconds": 60]
            ).expect(200).text("key")
            made.insert(rotated)
            try await API(env.gatewayURL, token: rotated).call(
                .post, "/api/v1/connections/import",
                ["provider": "google", "user_id": "old", "refresh_token": .string(planted["import"] ?? "")]
            ).expect(422)
            let session = try await tenant.server.call(.post, "/api/v1/sessions", ["user_id": "ann"]).expect(201)
            made.insert(try session.text("token"))
            let ann = API(env.gatewayURL, token: try session.text("token"))
            for provider in ["google", "microsoft"] {
                let consent = try await tenant.consent(ann, provider, email: "ann@example.com")
                made.insert(consent.ticket)
                let connection = try await ann.call(
                    .post, "/api/v1/connections/\(consent.connection)/complete", ["ticket": .string(consent.ticket)]
                ).expect(200).text("id")
                let calendar = try await ann.call(.post, "/api/v1/calendars", ["connection_id": .string(connection)])
                    .expect(201).text("id")
                let events = try await ann.call(.get, "/api/v1/calendars/\(calendar)/events").expect(200).items
                let event = try #require(events.first { $0["meeting_url"]?.stringValue != nil }?["id"]?.stringValue)
                let path = "/api/v1/events/\(event)/recording"
                let bot: JSON = [
                    "bot_name": "Notes",
                    "transcription": ["provider": "gladia", "api_key": .string(planted["transcription"] ?? "")],
                ]
                try await tenant.server.call(.put, path, bot).expect(200)
                try await tenant.server.call(.get, path).expect(200)
                try await env.meetingBaaS.call(.post, "/_sandbox/events/\(event)/run-bot", [:]).expect(200)
                _ = try await env.eventually {
                    try await tenant.server.call(.get, "/api/v1/messages").items.first {
                        $0["context"]?["bot_id"]?.stringValue != nil
                    }
                }
                try await ann.call(.delete, "/api/v1/connections/\(connection)").expect(202)
            }
            try await ann.call(
                .post, "/api/v1/connections/exchange",
                [
                    "provider": "google", "code": .string(planted["code"] ?? ""),
                    "code_verifier": .string(planted["verifier"] ?? ""),
                ]
            ).expect(422)
            let endpoint = try await tenant.server.with("Idempotency-Key", "canary").call(
                .post, "/api/v1/webhook-endpoints", ["url": "https://hooks.example.com/x"]
            ).expect(201)
            made.insert(try endpoint.text("secret"))
            let second = try await tenant.server.call(
                .post, "/api/v1/webhook-endpoints/\(try endpoint.text("id"))/rotate-secret", ["overlap_seconds": 60]
            ).expect(200).text("secret")
            made.insert(second)
            for path in ["connections", "calendars", "webhook-endpoints", "messages", "deliveries"] {
                try await tenant.server.call(.get, "/api/v1/\(path)").expect(200)
            }
            for path in ["", "/tenant-a", "/tenant-a/settings", "/tenant-a/keys"] {
                try await env.operator.call(.get, "/admin/v1/tenants\(path)").expect(200)
            }
            return made
        }

        /// Others that repeat to us what they were sent.
        private static func faults(_ env: TestEnvironment, _ tenant: TenantFixture) async throws {
            let bob = try await tenant.session("bob")
            let consent = try await tenant.consent(bob, "google", email: "bob@example.com")
            let complete = "/api/v1/connections/\(consent.connection)/complete"
            let echo =
                "your secret is google-secret, your key is \(TestEnvironment.apiKey), canary-google-client-secret"
            for (status, body) in [
                (400, JSON.object(["error": .string(echo), "error_description": .string(echo)])), (503, .string(echo)),
            ] {
                try await env.google.call(
                    .post, "/_sandbox/faults",
                    ["path_prefix": "/token", "times": 1, "status": .int(status), "body": body]
                ).expect(201)
                _ = try await bob.call(.post, complete, ["ticket": .string(consent.ticket)])
            }
            let id = try await tenant.connect(bob, "google", email: "bob@example.com")["id"]?.stringValue ?? ""
            let raw = env.version == "v1" ? "/calendars/raw" : "/v2/calendars/list-raw"
            for status in [400, 401, 403, 404, 409, 422, 429, 500] {
                try await env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    [
                        "path_prefix": .string(raw), "times": 1, "status": .int(status),
                        "body": ["code": "FST_ERR_X", "message": .string(echo), "error": .string(echo)],
                    ]
                ).expect(201)
                _ = try await bob.call(.get, "/api/v1/connections/\(id)/raw-calendars")
            }
        }

        /// Calls every route of the matrix that the walk left out, with and without permission.
        private static func everyRoute(_ env: TestEnvironment, _ tenant: TenantFixture) async throws {
            let session = try await tenant.server.call(.post, "/api/v1/sessions", ["user_id": "carl"]).expect(201)
            let callers = [
                env.operator, tenant.server, tenant.server.with("Gateway-User", "ann"), env.anonymous,
                API(env.gatewayURL, token: try session.text("token")),
            ]
            var things = Things.unknown
            things.slug = "tenant-a"
            for (name, row) in AccessMatrix.rows.sorted(by: { $0.value.last < $1.value.last }) where row.last < 9 {
                let parts = name.split(separator: " ")
                let method = HTTPRequest.Method(String(parts[0])) ?? .get
                let path = row.path(String(parts[1]), things)
                // Keys, sessions and tenants that these make are looked for by their prefix in the log.
                for caller in callers { _ = try await caller.call(method, path, row.body(things)) }
            }
        }

        /// Callers that put secrets where they do not belong.
        private static func misplace(_ env: TestEnvironment, _ tenant: TenantFixture, _ made: Set<String>)
            async throws
        {
            for secret in made.union(planted.values) {
                let text = Form.percentEncode(secret)
                for path in [
                    "/api/v1/connections/\(text)", "/api/v1/connections?cursor=\(text)", "/nowhere/\(text)",
                    "/oauth/callback/google/tenant-a?state=\(text)&code=\(text)",
                ] {
                    _ = try await tenant.server.call(.get, path)
                }
                _ = try await env.anonymous.with("Authorization", "Basic \(secret)").call(.get, "/api/v1/connections")
                _ = try await env.anonymous.with("x-meeting-baas-api-key", secret).call(
                    .post, "/webhooks/meeting-baas", [:])
                let bodies = [
                    "{\"provider\": \"\(secret)\", \"return_url\": \"\(secret)\"}",
                    "{\"user_id\": \"\(secret)\" broken",
                    "[\"\(secret)\"]",
                ]
                for body in bodies {
                    let reply = try await tenant.server.send(.post, "/api/v1/connections", body: Array(body.utf8))
                    #expect([400, 422].contains(reply.status))
                }
            }
        }
    }
}
