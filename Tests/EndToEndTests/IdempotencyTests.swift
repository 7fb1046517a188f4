import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import MeetingBaaS
import SQL
import Support
import Testing

extension EndToEnd {
    /// `Idempotency-Key` when replies are lost, bodies break and users go.
    @Suite struct IdempotencyTests {
        private static let v2 = "/meeting-baas/v2/bots"
        private static func bot(_ meeting: JSON = MirrorPlace.meeting()) -> JSON {
            ["bot_name": "N", "meeting_url": meeting]
        }

        private func made(_ place: MirrorPlace, _ bodies: [JSON]) async throws -> [JSON] {
            let meetings = bodies.map { $0["meeting_url"] }
            return try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").items.filter {
                meetings.contains($0["config"]?["meeting_url"])
            }
        }

        @Test(.timeLimit(.minutes(1)), arguments: ["", "/scheduled"])
        func `A batch whose reply is lost, sent again under its key, makes each bot once`(kind: String) async throws {
            try await MirrorPlace.run { place in
                let later = "\(Timestamp(Date()).adding(seconds: 86_400))"
                func bot() -> JSON {
                    var bot = Self.bot().objectValue ?? [:]
                    if !kind.isEmpty { bot["join_at"] = .string(later) }
                    return .object(bot)
                }
                let (path, list) = ("\(Self.v2)\(kind)/batch", "/v2/bots\(kind)")
                func lose(looks: Int) async throws {
                    try await place.fault([
                        "path_prefix": .string("\(list)/batch"), "method": "POST", "drop_reply": true,
                    ])
                    if looks > 0 {
                        try await place.fault([
                            "path_prefix": .string(list), "method": "GET", "status": 500, "times": .int(looks),
                            "body": ["code": "X"],
                        ])
                    }
                }
                // Neither the reply nor a look for the bots comes through.
                let two = [bot(), bot()]
                let server = place.a.server.with("Idempotency-Key", "batch-1")
                try await lose(looks: 3)
                try await server.call(.post, path, .array(two)).expect(502)
                try await server.call(.post, path, .array([bot()])).expect(422)
                let again = try await server.call(.post, path, .array(two)).expect(201)
                let bots = try await made(place, two)
                #expect(bots.count == 2 && again.items.map { $0["index"]?.intValue } == [0, 1], "\(again.text)")
                #expect(
                    Set(again.items.compactMap { $0["bot_id"]?.stringValue })
                        == Set(bots.compactMap { $0["bot_id"]?.stringValue }))
                let third = try await server.call(.post, path, .array(two)).expect(201)
                #expect(third.text == again.text && third.header("Idempotency-Replayed") == "true")
                // When they can be looked for, the caller does not notice; they are the caller's.
                try await lose(looks: 0)
                let lost = [bot(), bot()]
                let found = try await place.a.server.call(.post, path, .array(lost)).expect(201)
                #expect(try await made(place, lost).count == 2 && found.items.count == 2)
                for item in found.items {
                    try await place.a.server.call(.get, "\(Self.v2)\(kind)/\(try item.text("bot_id"))").expect(200)
                }
                // Without a key each request is one of its own.
                try await place.a.server.call(.post, path, .array(lost)).expect(201)
                #expect(try await made(place, lost).count == 4)
            }
        }

        @Test(.timeLimit(.minutes(1)))
        func `What cannot be looked for is not done again, and its key says so`() async throws {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                let server = place.a.server.with("Idempotency-Key", "once")
                let calls: [(String, JSON)] = [
                    ("/v2/zoom-credentials", ["name": "Y", "client_id": "y", "client_secret": "y-secret"]),
                    ("/v2/bots/\(things.bot)/send-chat-message", ["message": "Hello"]),
                    (
                        "/v2/calendars/\(things.calendar)/bots",
                        [
                            "series_id": .string(things.series), "event_id": .string(things.event),
                            "all_occurrences": false, "bot_name": "N",
                        ]
                    ),
                ]
                for (path, body) in calls {
                    let before = try await place.sent("POST", path).count
                    try await place.fault(["path_prefix": .string(path), "method": "POST", "drop_reply": true])
                    try await server.call(.post, "/meeting-baas\(path)", body).expect(502)
                    let again = try await server.call(.post, "/meeting-baas\(path)", body).expect(409)
                    #expect(again["code"] == "FST_ERR_CONFLICT" && again["success"] == false, "\(again.text)")
                    #expect(try await place.sent("POST", path).count == before + 1, "\(path)")
                }
                // A refusal did nothing: the key is free.
                try await place.fault([
                    "path_prefix": "/v2/zoom-credentials", "method": "POST", "status": 409, "body": ["code": "X"],
                ])
                let free = place.a.server.with("Idempotency-Key", "refused")
                try await free.call(.post, "/meeting-baas/v2/zoom-credentials", calls[0].1).expect(409)
                var other = calls[0].1.objectValue ?? [:]
                other["name"] = "Z"
                try await free.call(.post, "/meeting-baas/v2/zoom-credentials", .object(other)).expect(201)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A reply that breaks while it is streamed ends the claim`() async throws {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                let path = "/v2/calendars/\(things.calendar)/sync"
                let server = place.a.server.with("Idempotency-Key", "sync")
                try await place.fault(["path_prefix": .string(path), "method": "POST", "break_body": true])
                let broken = try? await server.call(.post, "/meeting-baas\(path)")
                #expect((broken?.status ?? 502) >= 500)
                // A sync may be done again.
                try await server.call(.post, "/meeting-baas\(path)").expect(200)
                #expect(try await place.sent("POST", path).count == 2)
            }
        }

        @Test(.timeLimit(.minutes(1)), arguments: ["/v2/bots", "/bots/"])
        func `A bot that is not listed is made again only when Meeting BaaS must be done with the first request`(
            upstream: String
        ) async throws {
            try await DeliveryPlace.run { place, gateway in
                let bots = place.env.meetingBaaS
                let body = Self.bot()
                let server = place.server.with("Idempotency-Key", "slow")
                func sent() async throws -> Int {
                    try await bots.call(.get, "/_sandbox/requests").items.filter {
                        $0["method"] == "POST" && $0["path"]?.stringValue == upstream
                    }.count
                }
                // The outcome of this one is unknown.
                try await bots.call(
                    .post, "/_sandbox/faults",
                    ["path_prefix": .string(upstream), "method": "POST", "status": 500, "body": "?"]
                ).expect(201)
                try await server.call(.post, "/meeting-baas\(upstream)", body).expect(502)
                let early = try await server.call(.post, "/meeting-baas\(upstream)", body).expect(409)
                #expect((1...60).contains(Int(early.header("Retry-After") ?? "") ?? 0))
                #expect(try await sent() == 1)
                try await gateway.edit([
                    "UPDATE idempotency_keys SET sent_at = sent_at - 61000 WHERE sealed_reply IS NULL"
                ])
                let made = try await server.call(.post, "/meeting-baas\(upstream)", body)
                #expect([200, 201].contains(made.status), "\(made.text)")
                #expect(try await sent() == 2)
                let there = try await bots.call(.get, "/_sandbox/bots").items.filter {
                    $0["config"]?["meeting_url"] == body["meeting_url"]
                }
                #expect(there.count == 1)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `Replies that hold a user's data are erased with the user`() async throws {
            try await DeliveryPlace.run { place, gateway in
                let server = place.server.with("Idempotency-Key", "mint")
                func mint() async throws -> API.Reply {
                    try await server.call(.post, "/api/v1/sessions", ["user_id": "bob"]).expect(201)
                }
                func stored(_ user: String?) async throws -> Int {
                    try await place.env.count(
                        """
                        SELECT COUNT(*) AS n FROM idempotency_keys
                        WHERE CAST(\(user) AS TEXT) IS NULL OR user_id = \(user)
                        """)
                }
                let first = try await mint()
                #expect(try await mint().text == first.text)
                let consent: JSON = [
                    "provider": "google", "return_url": .string(TenantFixture.returnURL), "user_id": "bob",
                ]
                try await server.call(.post, "/api/v1/connections", consent).expect(201)
                try await place.server.with("Gateway-User", "bob").with("Idempotency-Key", "bot").call(
                    .post, Self.v2, Self.bot()
                ).expect(201)
                try await server.call(.post, "/api/v1/sessions", ["user_id": "carl"]).expect(422)
                try await place.server.with("Idempotency-Key", "c").call(
                    .post, "/api/v1/sessions", ["user_id": "carl"]
                ).expect(201)
                #expect(try await [stored("bob"), stored(nil)] == [3, 4])
                try await place.server.call(.delete, "/api/v1/users/bob").expect(202)
                #expect(try await [stored("bob"), stored(nil)] == [0, 1], "carl's stays")
                let second = try await mint()
                #expect(second.header("Idempotency-Replayed") == nil && second["token"] != first["token"])
            }
        }
    }
}
