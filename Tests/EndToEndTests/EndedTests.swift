import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

extension EndToEnd {
    /// Keys, sessions, tenants and users that end during a request.
    @Suite struct EndedTests {
        /// Sends a request's head and the first byte of its body, runs `between`, then sends the rest.
        /// - Returns: the reply.
        private static func slowly(
            _ place: MirrorPlace, _ path: String, token: String, user: String? = nil, _ body: JSON,
            between: () async throws -> Void
        ) async throws -> RawConnection.Received {
            let request = try SlowRequest(
                .post, path, at: place.env.gatewayURL, token: token, user: user, body)
            try await SlowRequest.letHeadsIn()
            try await between()
            return await request.finish()
        }

        @Test(.timeLimit(.minutes(1))) func `A body that comes after its credential's end does nothing`() async throws {
            try await MirrorPlace.run { place in
                let admin = place.env.operator
                func key(_ name: String) async throws -> (id: String, key: String) {
                    let made = try await admin.call(.post, "/admin/v1/tenants/tenant-a/keys", ["name": .string(name)])
                        .expect(201)
                    return (try made.text("id"), try made.text("key"))
                }
                // A deleted key mints no session.
                let first = try await key("first")
                let session = try await Self.slowly(
                    place, "/api/v1/sessions", token: first.key, ["user_id": "ann"]
                ) {
                    try await admin.call(.delete, "/admin/v1/tenants/tenant-a/keys/\(first.id)").expect(204)
                }
                #expect(session.status == 401, "\(session.text)")
                // A key that was rotated away neither.
                let second = try await key("second")
                let rotated = try await Self.slowly(
                    place, "/api/v1/sessions", token: second.key, ["user_id": "ann"]
                ) {
                    try await admin.call(
                        .post, "/admin/v1/tenants/tenant-a/keys/\(second.id)/rotate", ["overlap_seconds": 0]
                    ).expect(200)
                }
                #expect(rotated.status == 401, "\(rotated.text)")
                // A revoked session, and one whose user was deleted, begin no consent.
                for ending in ["session", "user"] {
                    let minted = try await place.a.server.call(.post, "/api/v1/sessions", ["user_id": "bob"]).expect(
                        201)
                    let consent = try await Self.slowly(
                        place, "/api/v1/connections", token: minted.text("token"),
                        ["provider": "google", "return_url": .string(TenantFixture.returnURL)]
                    ) {
                        let path =
                            ending == "session" ? "/api/v1/sessions/\(try minted.text("id"))" : "/api/v1/users/bob"
                        let status = try await place.a.server.call(.delete, path).status
                        #expect([202, 204].contains(status))
                    }
                    #expect(consent.status == 401, "\(ending): \(consent.text)")
                }
                // A key that names a user who is deleted meanwhile is refused.
                let named = try await Self.slowly(
                    place, "/api/v1/connections", token: place.a.key, user: "eve",
                    ["provider": "google", "return_url": .string(TenantFixture.returnURL)]
                ) {
                    try await place.a.server.call(.delete, "/api/v1/users/eve").expect(202)
                }
                #expect(named.status == 409, "\(named.text)")
                // On the mirror the same.
                let third = try await key("third")
                let bot = try await Self.slowly(
                    place, "/meeting-baas/v2/bots", token: third.key,
                    ["bot_name": "N", "meeting_url": MirrorPlace.meeting()]
                ) {
                    try await admin.call(.delete, "/admin/v1/tenants/tenant-a/keys/\(third.id)").expect(204)
                }
                #expect(bot.status == 401, "\(bot.text)")
                // A suspended tenant gets no endpoint.
                let endpoint = try await Self.slowly(
                    place, "/api/v1/webhook-endpoints", token: place.a.key, ["url": "https://example.com/late"]
                ) {
                    try await admin.call(.patch, "/admin/v1/tenants/tenant-a", ["status": "suspended"]).expect(200)
                }
                #expect(endpoint.status == 403 && endpoint.text.contains("tenant_suspended"), "\(endpoint.text)")
                try await admin.call(.patch, "/admin/v1/tenants/tenant-a", ["status": "active"]).expect(200)
                let endpoints = try await place.a.server.call(.get, "/api/v1/webhook-endpoints").expect(200).items
                #expect(endpoints.count == 1, "the tenant's own alone")
                #expect(try await place.sent("POST", "/v2/bots").isEmpty)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A session ends with the secret that minted it`() async throws {
            try await MirrorPlace.run { place in
                let admin = place.env.operator
                let keys = "/admin/v1/tenants/tenant-a/keys"
                func session(_ key: String) async throws -> (app: API, expiresAt: String) {
                    let made = try await API(place.env.gatewayURL, token: key).call(
                        .post, "/api/v1/sessions", ["user_id": "ann", "ttl_seconds": 86_400]
                    ).expect(201)
                    let app = API(place.env.gatewayURL, token: try made.text("token"))
                    return (app, try made.text("expires_at"))
                }
                // The key expires.
                let soon = "\(Timestamp(Date()).adding(seconds: 300))"
                let expiring = try await admin.call(.post, keys, ["name": "soon", "expires_at": .string(soon)]).expect(
                    201)
                #expect(try await session(expiring.text("key")).expiresAt == soon)
                // The key is rotated away.
                let made = try await admin.call(.post, keys, ["name": "leaked"]).expect(201)
                let leaked = try await session(made.text("key"))
                let rotate = "\(keys)/\(try made.text("id"))/rotate"
                let next = try await admin.call(.post, rotate, ["overlap_seconds": 0]).expect(200).text("key")
                try await leaked.app.call(.get, "/api/v1/connections").expect(401)
                // With an overlap it goes on for that long, and what the former secret mints then ends with it.
                let before = try await session(next)
                try await admin.call(.post, rotate, ["overlap_seconds": 2]).expect(200)
                try await before.app.call(.get, "/api/v1/connections").expect(200)
                let during = try await session(next)
                try await during.app.call(.get, "/api/v1/connections").expect(200)
                for session in [before, during] {
                    try await place.env.eventually {
                        try await session.app.call(.get, "/api/v1/connections").status == 401 ? true : nil
                    }
                }
            }
        }

        @Test(.timeLimit(.minutes(1)), arguments: [APIVersion.v1, .v2])
        func `A bot that is made while its user is deleted is taken down, and nobody inherits it`(
            version: APIVersion
        ) async throws {
            try await MirrorPlace.run { place in
                let path = version == .v1 ? "/meeting-baas/bots" : "/meeting-baas/v2/bots"
                let upstream = version == .v1 ? "/bots" : "/v2/bots"
                try await place.fault(["path_prefix": .string(upstream), "method": "POST", "delay_ms": 800])
                let ann = place.a.server.with("Gateway-User", "ann")
                async let made = ann.call(.post, path, ["bot_name": "N", "meeting_url": MirrorPlace.meeting()])
                try await place.env.eventually {
                    try await place.sent("POST", version == .v1 ? "/bots/" : "/v2/bots").isEmpty ? nil : true
                }
                try await place.a.server.call(.delete, "/api/v1/users/ann").expect(202)
                let reply = try await made
                #expect(reply.status == 409, "\(reply.text)")
                // It leaves at Meeting BaaS.
                try await place.env.eventually {
                    try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items.contains { request in
                        version == .v1
                            ? request["method"] == "DELETE" && request["path"]?.stringValue?.hasPrefix("/bots/") == true
                            : request["path"]?.stringValue?.hasSuffix("/leave") == true
                    } ? true : nil
                }
                // The next user with the id has none of its objects.
                let bots = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").items
                let id = try #require(bots.first?["bot_id"]?.stringValue)
                let next = place.a.server.with("Gateway-User", "ann")
                let read = version == .v1 ? "\(path)/\(id)/screenshots" : "\(path)/\(id)"
                try await next.call(.get, read).expect(404)
                try await place.a.server.call(.get, read).expect(200)
            }
        }

        @Test(.timeLimit(.minutes(1)))
        func `Who bears a deleted user's id next sees and touches nothing of the former person`() async throws {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                let server = place.a.server
                let ann = server.with("Gateway-User", "ann")
                // A bot of an event, in its call.
                try await ann.call(
                    .put, "/api/v1/events/\(things.event)/recording", ["bot_name": "Notes"]
                ).expect(200)
                let bot = try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/events/\(things.event)/run-bot", ["outcome": "recording"]
                ).expect(200).text("bot_id")
                try await place.env.eventually {
                    try await ann.call(.get, "/meeting-baas/v2/bots/\(bot)").status == 200 ? true : nil
                }
                #expect(try await !ann.call(.get, "/api/v1/messages").expect(200).items.isEmpty)
                try await server.call(.delete, "/api/v1/users/ann").expect(202)
                // It does not go on recording.
                try await place.env.eventually {
                    try await place.sent("POST", "/v2/bots/\(bot)/leave").isEmpty ? nil : true
                }
                let message = try await place.receiver.first("the end of the user") { $0.type == "user.deleted" }
                #expect(message.data["user_id"] == "ann" && message.data["remained"]?.arrayValue?.isEmpty == true)
                // The same id is another person.
                let next = try await place.a.session("ann")
                for path in ["bots/\(bot)", "bots/\(things.bot)", "bots/scheduled/\(things.scheduled)"] {
                    try await next.call(.get, "/meeting-baas/v2/\(path)").expect(404)
                    try await ann.call(.get, "/meeting-baas/v2/\(path)").expect(404)
                }
                for id in [bot, things.bot] {
                    try await ann.call(.delete, "/meeting-baas/v2/bots/\(id)/delete-data").expect(404)
                }
                for list in ["bots", "bots/scheduled", "calendars", "zoom-credentials"] {
                    let page = try await ann.call(.get, "/meeting-baas/v2/\(list)").expect(200)
                    #expect(page.items.isEmpty, "\(list): \(page.text)")
                }
                for list in ["messages", "connections", "calendars", "deliveries"] {
                    let page = try await ann.call(.get, "/api/v1/\(list)").expect(200)
                    #expect(page.items.isEmpty, "\(list): \(page.text)")
                }
                // A webhook that comes late is the tenant's alone.
                try await place.env.eventually {
                    try await server.call(.get, "/api/v1/messages?limit=100").items.first {
                        $0["type"] == "bot.completed" && $0["context"]?["bot_id"] == .string(bot)
                            && $0["context"]?["user_id"] == .null
                    }
                }
                #expect(try await ann.call(.get, "/api/v1/messages").expect(200).items.isEmpty)
                try await server.call(.get, "/meeting-baas/v2/bots/\(bot)").expect(200)
            }
        }

        @Test(.timeLimit(.minutes(1)), arguments: [APIVersion.v1, .v2])
        func `A tenant's bots and Zoom credentials go with it`(version: APIVersion) async throws {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann([version])[version])
                // One whose creation's reply is lost, and no look finds it.
                let bots = version == .v1 ? "/bots" : "/v2/bots"
                try await place.fault(["path_prefix": .string(bots), "method": "POST", "drop_reply": true])
                try await place.fault([
                    "path_prefix": .string(bots), "method": "GET", "status": 500, "times": 3, "body": ["code": "X"],
                ])
                let lost: JSON = ["bot_name": "Lost", "meeting_url": MirrorPlace.meeting()]
                _ = try await place.a.server.call(.post, "/meeting-baas\(bots)", lost)
                try await place.env.operator.call(.delete, "/admin/v1/tenants/tenant-a").expect(202)
                try await place.env.eventually(within: 20) {
                    try await place.env.operator.call(.get, "/admin/v1/tenants/tenant-a").status == 404 ? true : nil
                }
                let requests = try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items
                let gone = requests.filter {
                    $0["method"] == "DELETE" || $0["path"]?.stringValue?.hasSuffix("/leave") == true
                }.compactMap { $0["path"]?.stringValue }
                let made = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").items.first {
                    $0["config"]?["bot_name"] == "Lost"
                }
                let id = try #require(made?["bot_id"]?.stringValue)
                var wanted = [things.bot, id, things.zoom]
                if version == .v2 { wanted.append(things.scheduled) }
                for one in wanted { #expect(gone.contains { $0.contains(one) }, "\(one) in \(gone)") }
            }
        }
    }
}
