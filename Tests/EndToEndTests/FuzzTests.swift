import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Requests that schemathesis makes of the contract, proper ones and broken ones, from every kind of caller, with
    /// all of its checks (`fuzz.py`, `fuzz_hooks.py`).
    @Suite struct FuzzTests {
        /// `make soak`: minutes for each caller, both versions of Meeting BaaS. Else a fixed seed and number of cases.
        static let isSoak = ProcessInfo.processInfo.environment["GATEWAY_FUZZ"] == "soak"
        static let secondsEach = 75

        @Test(.timeLimit(.minutes(30)), arguments: isSoak ? ["v2", "v1"] : ["v2"])
        func `No generated request gets past the contract, and none breaks the gateway`(version: String) async throws {
            let python = Fixture.package.appendingPathComponent(".build/python/bin/python")
            try #require(FileManager.default.isExecutableFile(atPath: python.path), "run `make python` first")
            let env = try await TestEnvironment(version: version)
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let receiver = Receiver()
            try await receiver.run {
                let facts = env.folder.appendingPathComponent("world.json")
                try Data(try await Self.facts(env, receiver).bytes).write(to: facts)
                let fuzz = try await Command.run(
                    python.path,
                    [Fixture.package.appendingPathComponent("Tests/EndToEndTests/fuzz.py").path, facts.path])
                #expect(fuzz.code == 0, "\(fuzz.output)")
                print(fuzz.output.split(separator: "\n").filter { $0.contains(" cases, ") }.joined(separator: "\n"))
            }
            try await env.anonymous.call(.get, "/readyz").expect(200)
            let log = gateway.output
            for sign in ["unexpected error", "storage failed", #""http.status":500"#, "Fatal error"] {
                #expect(!log.contains(sign), "\(log.split(separator: "\n").first { $0.contains(sign) } ?? "")")
            }
        }

        /// A tenant for its own callers and one for the operator to play with, and where everything is.
        private static func facts(_ env: TestEnvironment, _ receiver: Receiver) async throws -> JSON {
            let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
            let ann = try await MatrixTests.things(env, tenant, "ann")
            _ = try await TenantFixture(env, slug: "tenant-o", receiver: receiver.url)
            // More of ann's, to be deleted.
            var spares: [String: [JSON]] = [:]
            let app = try await tenant.session("ann")
            for number in 1...3 {
                let connection =
                    try await tenant.connect(app, "google", email: "ann-\(number)@example.com")["id"] ?? .null
                spares["connection", default: []].append(connection)
                spares["calendar", default: []].append(
                    .string(
                        try await app.call(.post, "/api/v1/calendars", ["connection_id": connection]).expect(201)
                            .text("id")))
                spares["session", default: []].append(
                    .string(
                        try await tenant.server.call(.post, "/api/v1/sessions", ["user_id": "ann"]).expect(201)
                            .text("id")))
            }
            let token = try await env.meetingBaaS.call(.get, "/_sandbox/requests").items.lazy.compactMap { request in
                (try? JSON.parse(request["body"]?.stringValue ?? ""))?["oauth_refresh_token"]
            }.first
            let session = try await tenant.server.call(
                .post, "/api/v1/sessions", ["user_id": "ann", "ttl_seconds": 86_400]
            ).expect(201)
            let scopes: JSON = [
                "sessions:write", "connections:read", "connections:write", "connections:import", "calendars:read",
                "calendars:write", "recordings:write", "webhooks:write", "messages:read", "mirror:read",
                "mirror:write", "tokens:read",
            ]
            let key = try await env.operator.call(
                .post, "/admin/v1/tenants/tenant-a/keys", ["name": "fuzz", "scopes": scopes]
            ).expect(201)
            func keys(_ slug: String) async throws -> [JSON] {
                try await env.operator.call(.get, "/admin/v1/tenants/\(slug)/keys").items.compactMap { $0["id"] }
            }
            let kept = try await keys("tenant-a") + keys("tenant-o")
            // Its own account, so that webhooks arrive there too.
            let account = "key-of-tenant-o"
            try await env.meetingBaaS.call(.put, "/_sandbox/accounts", ["api_key": .string(account)]).expect(200)
            try await env.operator.call(
                .put, "/admin/v1/tenants/tenant-o/meeting-baas",
                ["api_key": .string(account), "api_version": .string(env.version)]
            ).expect(200)
            for name in ["one", "two", "three"] {
                try await env.operator.call(.post, "/admin/v1/tenants/tenant-o/keys", ["name": .string(name)])
                    .expect(201)
            }
            spares["key"] = try await keys("tenant-o").filter { !kept.contains($0) }
            return [
                "url": .string(env.gatewayURL), "seconds": isSoak ? .int(secondsEach) : .null,
                "operator_token": .string(env.operatorToken), "key_token": .string(try key.text("key")),
                "session_token": .string(try session.text("token")),
                "meeting_baas_key": .string(TestEnvironment.apiKey),
                "return_url": .string(TenantFixture.returnURL), "refresh_token": try #require(token),
                "user": "ann", "session": .string(ann.session), "connection": .string(ann.connection),
                "calendar": .string(ann.calendar), "event": .string(ann.event), "message": .string(ann.message),
                "delivery": .string(ann.delivery), "replay": .string(ann.replay), "endpoint": .string(ann.endpoint),
                "slug": "tenant-o",
                "provider": "google", "key": try #require(kept.last), "kept": .array(["tenant-a"] + kept),
                "spares": .object(spares.reduce(into: [:]) { $0[$1.key] = .array($1.value) }),
            ]
        }
    }
}
