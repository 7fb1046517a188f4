import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

extension EndToEnd {
    /// The gateway's memory: a change takes effect with the reply that tells of it, and costs nobody else a read.
    @Suite struct CacheTests {
        /// Reads of what is kept in memory, of all kinds.
        private static func reads(_ env: TestEnvironment) async throws -> Int {
            let text = try await env.anonymous.call(.get, "/metrics").expect(200).text
            return text.matches(of: /gateway_memory_reads_total\{[^}]*\} (\d+)/).reduce(0) { $0 + (Int($1.1) ?? 0) }
        }

        private static func isAllowed(_ origin: String, _ env: TestEnvironment) async throws -> Bool {
            let headers = [("Origin", origin), ("Access-Control-Request-Method", "GET")]
            let reply = try await API(env.gatewayURL, headers: headers).call(.options, "/api/v1/calendars")
            return try reply.expect(204).header("Access-Control-Allow-Origin") == origin
        }

        private static let calendars = "/api/v1/calendars"
        private static let tenantA = "/admin/v1/tenants/tenant-a"

        @Test(.timeLimit(.minutes(2)))
        func `A tenant that deletes fifty objects a second costs other tenants no read`() async throws {
            try await MirrorPlace.run { place in
                let (env, a) = (place.env, place.a)
                let things = try #require(
                    try await MirrorMatrixObjects.things(env, place.b, "bob", [.v2])[.v2])
                let bob = try await place.b.session("bob")
                // The objects that tenant-a and its operator will delete.
                var deletions: [(API, String)] = []
                for number in 0..<90 {
                    let made = try await a.server.call(
                        .post, "/api/v1/sessions", ["user_id": .string("u\(number % 3)")])
                    deletions.append((a.server, "/api/v1/sessions/\(try made.expect(201).text("id"))"))
                }
                for number in 0..<15 {
                    let url = JSON.string("\(place.receiver.url)/\(number)")
                    let hook = try await a.server.call(.post, "/api/v1/webhook-endpoints", ["url": url]).expect(201)
                    deletions.append((a.server, "/api/v1/webhook-endpoints/\(try hook.text("id"))"))
                    let key = try await env.operator.call(.post, "\(Self.tenantA)/keys", ["name": "k"]).expect(201)
                    deletions.append((env.operator, "\(Self.tenantA)/keys/\(try key.text("id"))"))
                }
                let path = "/meeting-baas/v2/calendars/\(things.calendar)/events/\(things.event)"
                func readOfB() async throws {
                    try await place.b.server.call(.get, path).expect(200)
                    try await bob.call(.get, "/meeting-baas/v2/bots/\(things.bot)").expect(200)
                    #expect(try await Self.isAllowed("https://tenant-b.example.com", env))
                }
                try await readOfB()
                let (before, began) = (try await Self.reads(env), ContinuousClock.now)
                for (number, (api, object)) in deletions.enumerated() {
                    // Fifty a second.
                    try await Task.sleep(until: began + .milliseconds(20 * number), clock: .continuous)
                    try await api.call(.delete, object).expect(204)
                    try await readOfB()
                }
                let took = (ContinuousClock.now - began) / .seconds(1)
                // Each of the dozen values expires after ten seconds, and no deletion adds to that.
                let read = try await Self.reads(env) - before
                #expect(read <= 12 * (1 + Int(took / 10)), "\(read) reads in \(took) s")
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A key, a session, a user or a tenant that ends has ended for the next request`() async throws {
            try await MirrorPlace.run { place in
                let (env, a) = (place.env, place.a)
                func key() async throws -> (id: String, api: API) {
                    let made = try await env.operator.call(.post, "\(Self.tenantA)/keys", ["name": "k"]).expect(201)
                    return (try made.text("id"), API(env.gatewayURL, token: try made.text("key")))
                }
                func session(_ api: API, _ user: String) async throws -> (id: String, api: API) {
                    let made = try await api.call(.post, "/api/v1/sessions", ["user_id": .string(user)]).expect(201)
                    return (try made.text("id"), API(env.gatewayURL, token: try made.text("token")))
                }
                // A key that is deleted, with the secret that it had before and the session that it minted.
                let (former, revoked) = try await { (try await key(), try await key()) }()
                let rotated = try await env.operator.call(
                    .post, "\(Self.tenantA)/keys/\(revoked.id)/rotate", ["overlap_seconds": 600]
                ).expect(200)
                let successor = API(env.gatewayURL, token: try rotated.text("key"))
                let minted = try await session(successor, "ann")
                let all = [revoked.api, successor, minted.api]
                for api in all { try await api.call(.get, Self.calendars).expect(200) }
                try await env.operator.call(.delete, "\(Self.tenantA)/keys/\(revoked.id)").expect(204)
                for api in all { try await api.call(.get, Self.calendars).expect(401) }
                // One that is rotated without an overlap.
                let child = try await session(former.api, "ann")
                for api in [former.api, child.api] { try await api.call(.get, Self.calendars).expect(200) }
                let fresh = try await env.operator.call(
                    .post, "\(Self.tenantA)/keys/\(former.id)/rotate", ["overlap_seconds": 0]
                ).expect(200)
                for api in [former.api, child.api] { try await api.call(.get, Self.calendars).expect(401) }
                try await API(env.gatewayURL, token: try fresh.text("key")).call(.get, Self.calendars).expect(200)
                // A session that is deleted, one that gives way to the hundredth after it, and those of a deleted user.
                let (deleted, first) = try await {
                    (try await session(a.server, "d"), try await session(a.server, "e"))
                }()
                let reborn = try await session(a.server, "u")
                for one in [deleted, first, reborn] { try await one.api.call(.get, Self.calendars).expect(200) }
                try await a.server.call(.delete, "/api/v1/sessions/\(deleted.id)").expect(204)
                try await deleted.api.call(.get, Self.calendars).expect(401)
                for _ in 0..<99 { _ = try await session(a.server, "e") }
                try await first.api.call(.get, Self.calendars).expect(200)
                _ = try await session(a.server, "e")
                try await first.api.call(.get, Self.calendars).expect(401)
                try await a.server.call(.delete, "/api/v1/users/u").expect(202)
                try await reborn.api.call(.get, Self.calendars).expect(401)
                // A tenant that is suspended, and comes back.
                let kept = try await session(a.server, "k")
                for api in [a.server, kept.api] { try await api.call(.get, Self.calendars).expect(200) }
                for (status, expected) in [("suspended", 403), ("active", 200), ("suspended", 403)] {
                    try await env.operator.call(.patch, Self.tenantA, ["status": .string(status)]).expect(200)
                    for api in [a.server, kept.api] { try await api.call(.get, Self.calendars).expect(expected) }
                }
                try await env.operator.call(.patch, Self.tenantA, ["status": "active"]).expect(200)
                try await a.server.call(.get, Self.calendars).expect(200)
                try await env.operator.call(.delete, Self.tenantA).expect(202)
                for api in [a.server, kept.api] { try await api.call(.get, Self.calendars).expect(401) }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A change of settings, origins or the account holds for the next request`() async throws {
            try await MirrorPlace.run { place in
                let (env, b) = (place.env, place.b)
                let base = "/admin/v1/tenants/tenant-b"
                let (old, new) = ("https://tenant-b.example.com", "https://new.example.com")
                let ann = try await b.session("ann")
                func isReadable(_ origin: String) async throws -> Bool {
                    try await ann.with("Origin", origin).call(.get, Self.calendars).expect(200)
                        .header("Access-Control-Allow-Origin") == origin
                }
                func allowed() async throws -> [Bool] {
                    var all: [Bool] = []
                    for origin in [old, new] {
                        all += [try await Self.isAllowed(origin, env), try await isReadable(origin)]
                    }
                    return all
                }
                #expect(try await allowed() == [true, true, false, false])
                try await env.operator.call(
                    .patch, "\(base)/settings", ["allowed_origins": [.string(new)], "limits": ["burst": 7777]]
                ).expect(200)
                #expect(try await allowed() == [false, false, true, true])
                let policy = try await b.server.call(.get, Self.calendars).expect(200).header("RateLimit-Policy")
                #expect(policy?.contains("q=7777") ?? false, "\(policy ?? "-")")
                // Preflights name no tenant: a suspended one's origins are nobody's.
                for (status, isListed) in [("suspended", false), ("active", true)] {
                    try await env.operator.call(.patch, base, ["status": .string(status)]).expect(200)
                    #expect(try await Self.isAllowed(new, env) == isListed)
                }
                // A bot of the shared account is not there in the tenant's own, and is again without it.
                let made = try await b.server.call(
                    .post, "/meeting-baas/v2/bots", ["bot_name": "N", "meeting_url": MirrorPlace.meeting()])
                let bot = "/meeting-baas/v2/bots/\(try MirrorMatrixObjects.bot(made.expect(201)))"
                try await b.server.call(.get, bot).expect(200)
                try await env.meetingBaaS.call(.put, "/_sandbox/accounts", ["api_key": "key-of-b"]).expect(200)
                try await env.operator.call(
                    .put, "\(base)/meeting-baas", ["api_key": "key-of-b", "api_version": "v2"]
                ).expect(200)
                try await b.server.call(.get, bot).expect(404)
                try await env.operator.call(.delete, "\(base)/meeting-baas").expect(204)
                try await b.server.call(.get, bot).expect(200)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `What a user or a tenant had is gone for the next request`() async throws {
            try await MirrorPlace.run { place in
                let a = place.a
                let things = try #require(try await place.ann()[.v2])
                let mirror = "/meeting-baas/v2"
                let ann = a.server.with("Gateway-User", "ann")
                let zoom = "\(mirror)/zoom-credentials/\(things.zoom)"
                let calendar = "\(mirror)/calendars/\(things.calendar)"
                let event = "\(calendar)/events/\(things.event)"
                let bot = "\(mirror)/bots/\(things.bot)"
                for path in [zoom, calendar, event, bot] {
                    try await a.server.call(.get, path).expect(200)
                    try await ann.call(.get, path).expect(200)
                }
                try await a.server.call(.delete, zoom).expect(200)
                try await a.server.call(.get, zoom).expect(404)
                // The calendar takes its events along; the API's DELETE ends what the mirror shows.
                _ = try await a.server.call(.delete, "/api/v1/calendars/\(things.calendar)")
                for path in [calendar, event] { try await a.server.call(.get, path).expect(404) }
                // A new user with the id of a deleted one owns none of its bots; the tenant still does.
                try await ann.call(.get, bot).expect(200)
                try await a.server.call(.delete, "/api/v1/users/ann").expect(202)
                try await ann.call(.get, bot).expect(404)
                try await a.session("ann").call(.get, bot).expect(404)
                try await a.server.call(.get, bot).expect(200)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `An endpoint that is moved or deleted gets nothing more where it was`() async throws {
            try await DeliveryPlace.run { place, _ in
                let moved = try await place.endpoint("/moved")
                let deleted = try await place.endpoint("/deleted")
                await place.webhook("one")
                try await place.env.eventually {
                    place.marks("/moved") == ["one"] && place.marks("/deleted") == ["one"] ? true : nil
                }
                let base = "/api/v1/webhook-endpoints"
                try await place.server.call(
                    .patch, "\(base)/\(try moved.text("id"))", ["url": .string(place.receiver.url + "/new")]
                ).expect(200)
                try await place.server.call(.delete, "\(base)/\(try deleted.text("id"))").expect(204)
                await place.webhook("two")
                try await place.env.eventually { place.marks("/new") == ["two"] ? true : nil }
                #expect(place.marks("/moved") == ["one"] && place.marks("/deleted") == ["one"])
            }
        }
    }
}
