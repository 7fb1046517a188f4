import Foundation
import HTTPTypes
import JSONValue
import Support
import Synchronization
import Testing

@testable import Gateway

extension EndToEnd {
    /// An address from which wrong credentials come: nothing genuine is refused for it, and storage is asked seldom.
    @Suite struct CredentialFloodTests {
        private static let flooded = "203.0.113.7"

        /// Wrong keys of the right form, as fast as they are answered.
        /// - Returns: how often each status was answered.
        private static func flood(_ port: Int, connections: Int, until end: ContinuousClock.Instant) async -> [Int: Int]
        {
            let requests = (0..<64).map { _ in
                let many = (0..<16).map { _ in
                    "GET /api/v1/calendars HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: \(flooded)\r\n"
                        + "Authorization: Bearer \(Credential.make(.key).text)\r\n\r\n"
                }
                return Array(many.joined().utf8)
            }
            return await withTaskGroup(of: [Int: Int].self) { group in
                for _ in 0..<connections {
                    group.addTask {
                        await withCheckedContinuation { done in
                            Thread.detachNewThread {
                                var counts: [Int: Int] = [:]
                                let connection = try? RawConnection(port: port)
                                while let connection, ContinuousClock.now < end,
                                    connection.send(requests[Int.random(in: 0..<64)])
                                {
                                    for status in connection.statuses(of: 16) { counts[status, default: 0] += 1 }
                                }
                                done.resume(returning: counts)
                            }
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
            }
        }

        private static func reads(_ env: TestEnvironment, _ name: String) async throws -> Int {
            let text = try await env.anonymous.call(.get, "/metrics").expect(200).text
            let line = text.split(separator: "\n").first {
                $0.hasPrefix("gateway_memory_reads_total{what=\"\(name)\"}")
            }
            return line.flatMap { Int($0.split(separator: " ")[1]) } ?? -1
        }

        @Test(.timeLimit(.minutes(2)))
        func `Beside a flood of wrong keys a new key from the same address is answered, and others see no change`()
            async throws
        {
            let env = try await TestEnvironment(
                version: "v2",
                extra: [
                    "GATEWAY_ANONYMOUS_REQUESTS_PER_SECOND": "20", "GATEWAY_TRUSTED_PROXIES": "127.0.0.0/8",
                ])
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let a = try await TenantFixture(env, slug: "tenant-a", receiver: "http://localhost:1")
            let session = try await a.session("ann")
            let port = try #require(env.gatewayURL.split(separator: ":").last.flatMap { Int($0) })
            let before = try await Self.reads(env, "lookups")
            let began = ContinuousClock.now
            async let flood = Self.flood(port, connections: 100, until: began + .seconds(5))
            var made = 0
            while ContinuousClock.now < began + .seconds(4) {
                // An unused key and an unused session, from the flooded address.
                let key = try await env.operator.call(.post, "/admin/v1/tenants/tenant-a/keys", ["name": "new"])
                    .expect(201).text("key")
                for token in [key, try await Self.token(a)] {
                    let start = ContinuousClock.now
                    let reply = try await API(env.gatewayURL, token: token).with("X-Forwarded-For", Self.flooded)
                        .call(.get, "/api/v1/calendars")
                    #expect(reply.status == 200 && ContinuousClock.now - start < .seconds(2), "\(reply.text)")
                }
                // Others, whose credentials are known or not.
                for address in ["198.51.100.1", Self.flooded] {
                    try await session.with("X-Forwarded-For", address).call(.get, "/api/v1/calendars").expect(200)
                }
                let start = ContinuousClock.now
                try await API(env.gatewayURL, token: try await Self.token(a)).with("X-Forwarded-For", "198.51.100.2")
                    .call(.get, "/api/v1/calendars").expect(200)
                #expect(ContinuousClock.now - start < .seconds(2))
                made += 1
            }
            let counts = await flood
            let seconds = Int((ContinuousClock.now - began).seconds.rounded(.up))
            print("flood: \(counts) in \(seconds) s, \(made) rounds beside it")
            #expect(Set(counts.keys).isSubset(of: [401, 429]) && made > 0)
            // Each round looks a few credentials up from other addresses.
            let reads = try await Self.reads(env, "lookups") - before
            let allowed = 20 + 20 * seconds + 6 * made
            #expect(reads > 0 && reads <= allowed, "\(reads) reads, \(allowed) allowed")
        }

        private static func token(_ tenant: TenantFixture) async throws -> String {
            try await tenant.server.call(.post, "/api/v1/sessions", ["user_id": "ann"]).expect(201).text("token")
        }

        @Test(.timeLimit(.minutes(2)), arguments: ["v1", "v2"])
        func `What is genuine passes from an address that has proven nothing too often`(version: String) async throws {
            try await DeliveryPlace.run(version, environment: ["GATEWAY_ANONYMOUS_REQUESTS_PER_SECOND": "1"]) {
                place, _ in
                let env = place.env
                let url = try await Self.callback(place, version)
                let ann = try await place.tenant.session("ann")
                let started = try await ann.call(
                    .post, "/api/v1/connections",
                    ["provider": "google", "return_url": .string(TenantFixture.returnURL)]
                ).expect(201)
                let redirect = try await env.anonymous.form(
                    try started.text("authorize_url"),
                    [("email", "ann@example.com"), ("decision", "allow"), ("calendar", "on")]
                ).location()
                let key = try await env.operator.call(.post, "/admin/v1/tenants/tenant-a/keys", ["name": "new"])
                    .expect(201).text("key")
                try await env.meetingBaaS.call(
                    .put, "/_sandbox/accounts", ["api_key": "own-key-0001", "webhook_url": .null]
                ).expect(200)
                try await env.operator.call(.post, "/admin/v1/tenants", ["slug": "tenant-b", "name": "B"]).expect(201)
                try await env.operator.call(
                    .put, "/admin/v1/tenants/tenant-b/meeting-baas", ["api_key": "own-key-0001", "api_version": "v1"]
                ).expect(200)

                // One wrong webhook secret empties the bucket of Meeting BaaS's address.
                func wrong() async throws -> Int {
                    try await env.anonymous.with("x-meeting-baas-api-key", "wrong").call(
                        .post, "/webhooks/meeting-baas", ["event": "x"]
                    ).status
                }
                try await env.eventually { try await wrong() == 429 ? true : nil }
                for _ in 0..<10 { _ = try await wrong() }

                let body: JSON = ["event": "bot.completed", "data": ["mark": "late"]]
                try await url.call(.post, "", body).expect(200)
                try await url.call(.put, "", ["event": "bot.completed", "data": ["mark": "put"]]).expect(200)
                if version == "v2" { #expect(await place.webhook("signed") == 200) }
                try await env.anonymous.with("x-meeting-baas-api-key", TestEnvironment.apiKey).call(
                    .post, "/webhooks/meeting-baas", ["event": "x", "data": [:]]
                ).expect(200)
                try await env.anonymous.with("x-meeting-baas-api-key", "own-key-0001").call(
                    .post, "/webhooks/meeting-baas/tenant-b", ["event": "x", "data": [:]]
                ).expect(200)
                try await API(env.gatewayURL, token: key).call(.get, "/api/v1/calendars").expect(200)
                try await ann.call(.get, "/api/v1/calendars").expect(200)
                try await env.operator.call(.get, "/admin/v1/tenants").expect(200)
                let preflight = env.anonymous.with("Access-Control-Request-Method", "GET")
                try await preflight.with("Origin", "https://tenant-a.example.com").call(.options, "/api/v1/calendars")
                    .expect(204)
                try await env.anonymous.call(.get, redirect).expect(303)

                // Forged webhooks are refused there as before. Time gives the address one more request per second.
                func refused(_ statuses: Set<Int>, _ ask: () async throws -> Int) async throws {
                    var status = 0
                    for _ in 0..<50 where !statuses.contains(status) { status = try await ask() }
                    #expect(statuses.contains(status))
                }
                for stranger in [
                    API(url.base).with("x-mb-secret", "wrong"), API(url.base),
                    API(env.gatewayURL + "/callbacks/meeting-baas/unknown"),
                ] { try await refused([429]) { try await stranger.call(.post, "", body).status } }
                let origin = preflight.with("Origin", "https://unknown.example.com")
                try await refused([429]) { try await origin.call(.options, "/api/v1/calendars").status }
                // While `/metrics` is open a token proves nothing.
                let bearer = API(env.gatewayURL, token: "x")
                try await refused([429]) { try await bearer.call(.get, "/metrics").status }
                // These may have had to wait a second for their look-up.
                let wrongKey = API(url.base).with("x-meeting-baas-api-key", "wrong")
                try await refused([401, 429]) { try await wrongKey.call(.post, "", body).status }
                let unknown = API(env.gatewayURL, token: Credential.make(.session).text)
                try await refused([401, 429]) { try await unknown.call(.get, "/api/v1/calendars").status }
                try await refused([400, 429]) { try await env.anonymous.call(.get, redirect).status }
            }
        }

        /// A bot's callback as Meeting BaaS has it, with what it proves itself by.
        private static func callback(_ place: DeliveryPlace, _ version: String) async throws -> API {
            let own = JSON.string(place.receiver.url + "/own")
            if version == "v1" {
                let bot = try await place.server.call(
                    .post, "/meeting-baas/bots/",
                    ["bot_name": "N", "meeting_url": MirrorPlace.meeting(), "webhook_url": own]
                ).expect(200).text("bot_id")
                let bots = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").expect(200).items
                let found = bots.first { $0["bot_id"]?.stringValue == bot }
                let url = try #require((found?["webhook_url"] ?? found?["config"]?["webhook_url"])?.stringValue)
                return API(url).with("x-meeting-baas-api-key", TestEnvironment.apiKey)
            }
            try await place.server.call(
                .post, "/meeting-baas/v2/bots",
                [
                    "bot_name": "N", "meeting_url": MirrorPlace.meeting(), "callback_enabled": true,
                    "callback_config": ["url": own, "method": "POST"],
                ]
            ).expect(201)
            let bots = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").expect(200).items
            let configs = bots.map { $0["config"]?["callback_config"]?.objectValue }
            let config = try #require(configs.compactMap(\.self).first)
            let url = try #require(config["url"]?.stringValue)
            return API(url).with("x-mb-secret", try #require(config["secret"]?.stringValue))
        }
    }
}
