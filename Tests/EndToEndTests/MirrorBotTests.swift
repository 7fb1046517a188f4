import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

extension EndToEnd {
    /// Bots that were asked for through the mirror: what becomes of them, of their callbacks and their secrets.
    @Suite struct MirrorBotTests {
        @Test(.timeLimit(.minutes(2))) func `v1's bots of events outlive new credentials, and go with their user`()
            async throws
        {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann([.v1])[.v1])
                let ann = place.a.server.with("Gateway-User", "ann")
                let path = "/meeting-baas/calendar_events/\(things.event)"
                try await ann.call(
                    .post, "\(path)/bot",
                    [
                        "bot_name": "N", "extra": ["a": "b"],
                        "speech_to_text": ["provider": "Gladia", "api_key": "canary-gladia-key"],
                    ]
                ).expect(200)
                try await ann.call(.patch, "\(path)/bot", ["bot_name": "M"]).expect(200)
                try await ann.call(
                    .patch, "/meeting-baas/calendars/\(things.calendar)", ["connection_id": .string(things.connection)]
                ).expect(200)
                let bot = try await ann.call(.get, path).expect(200)["bot_param"]
                #expect(
                    bot?["bot_name"] == "M" && bot?["extra"] == ["a": "b"] && bot?["speech_to_text_api_key"] == .null)
                #expect(try await place.sent("POST", "/calendar_events/\(things.event)/bot").count == 2)
                // Cancelled, it stays away.
                try await ann.call(.delete, "\(path)/bot").expect(200)
                try await ann.call(
                    .patch, "/meeting-baas/calendars/\(things.calendar)", ["connection_id": .string(things.connection)]
                ).expect(200)
                #expect(try await ann.call(.get, path).expect(200)["bot_param"]?.isNull == true)
                try place.expectNowhere(["canary-gladia-key", "z-secret"])
                // A bot without a calendar is deleted with its user all the same.
                try await ann.call(
                    .post, "/meeting-baas/v2/bots/scheduled",
                    [
                        "bot_name": "N", "meeting_url": MirrorPlace.meeting(),
                        "join_at": .string("\(Timestamp(Date()).adding(seconds: 3600))"),
                    ]
                ).expect(201)
                try await place.a.server.call(.delete, "/api/v1/users/ann").expect(202)
                try await place.env.eventually {
                    let bots = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").items
                    let left = bots.filter { $0["join_at"]?.isNull == false && $0["status"] == "scheduled" }
                    let mine = try await ann.call(.get, "/meeting-baas/zoom_oauth_connections").expect(200)
                    return left.isEmpty && mine.json.arrayValue?.isEmpty == true ? true : nil
                }
                #expect(
                    try await ann.call(.get, "/meeting-baas/bots/bots_with_metadata")["bots"]?.arrayValue?.isEmpty
                        == true)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A bot's callbacks come to the tenant's URL, signed, and without the account's key`()
            async throws
        {
            try await MirrorPlace.run { place in
                let (server, receiver) = (place.a.server, place.receiver)
                let v2 = try MirrorMatrixObjects.bot(
                    await server.call(
                        .post, "/meeting-baas/v2/bots/scheduled",
                        [
                            "bot_name": "N", "meeting_url": MirrorPlace.meeting(), "extra": ["order": "7"],
                            "join_at": .string("\(Timestamp(Date()).adding(seconds: 3600))"), "callback_enabled": true,
                            "callback_config": [
                                "url": .string(receiver.url + "/callback/v2"), "secret": "the-tenants-own-secret",
                                "method": "PUT",
                            ],
                        ]
                    ).expect(201))
                let presented = try await server.call(.get, "/meeting-baas/v2/bots/scheduled/\(v2)").expect(200)
                #expect(presented["data"]?["callback_config"]?["url"]?.stringValue == receiver.url + "/callback/v2")
                #expect(
                    presented["data"]?["callback_config"]?["secret"]?.isNull == true
                        && presented["data"]?["extra"] == ["order": "7"])
                let v1 = try await server.call(
                    .post, "/meeting-baas/bots",
                    [
                        "bot_name": "N", "meeting_url": MirrorPlace.meeting(), "extra": "a text",
                        "webhook_url": .string(receiver.url + "/callback/v1"),
                    ]
                ).expect(200).text("bot_id")
                // A refusal by Meeting BaaS changes nothing: the bot has not been in a call yet.
                let early = try await server.call(
                    .post, "/meeting-baas/v2/bots/\(v2)/retry-callback",
                    ["url": .string(receiver.url + "/callback/early")])
                #expect(early.status == 404 || early.status == 409, "\(early.text)")
                for bot in [v1, v2] {
                    let config = try await place.config(bot)
                    #expect(!config.text.contains(receiver.url) && !config.text.contains("the-tenants-own-secret"))
                    try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(bot)/run", [:]).expect(200)
                }
                let put = try await receiver.first("v2's callback") { $0.path == "/callback/v2" }
                #expect(put.method == "PUT" && put.headers["x-mb-secret"] == "the-tenants-own-secret")
                #expect(put.json["event"] == "bot.completed" && put.json["extra"] == ["order": "7"])
                #expect(put.json["data"]?["bot_id"]?.stringValue == v2)
                let post = try await receiver.first("v1's callback") {
                    $0.path == "/callback/v1" && $0.json["event"] == "complete"
                }
                #expect(post.isSigned(with: place.a.secret), "with no secret of its own, it is signed as webhooks are")
                #expect(post.json["data"]?["extra"] == "a text" && post.headers["x-mb-secret"] == nil)
                // v1's go to the bot's own URL instead, v2's to the account's as well.
                _ = try await receiver.first("v2's webhook") { $0.path == place.a.hook && $0.type == "bot.completed" }
                #expect(!receiver.deliveries.contains { $0.path == place.a.hook && $0.type == "complete" })
                for delivery in receiver.deliveries {
                    #expect(delivery.headers["x-meeting-baas-api-key"] == nil)
                    #expect(!String(decoding: delivery.body, as: UTF8.self).contains("meeting_gateway"))
                }
                // No other caller can call them.
                let reference = try #require(
                    try await place.config(v2)["callback_config"]?["url"]?.stringValue?.split(separator: "/").last)
                for api in [place.env.anonymous, place.env.anonymous.with("x-mb-secret", "guess")] {
                    for path in [String(reference), "unknown"] {
                        try await api.call(.post, "/callbacks/meeting-baas/\(path)", put.json).expect(401)
                    }
                }
                // Sent again, to another place.
                try await server.call(
                    .post, "/meeting-baas/v2/bots/\(v2)/retry-callback",
                    ["url": .string(receiver.url + "/callback/other"), "secret": "other", "method": "POST"]
                ).expect(200)
                let other = try await receiver.first("the repeated callback") { $0.path == "/callback/other" }
                #expect(other.headers["x-mb-secret"] == "other" && other.method == "POST")
                #expect(
                    try await server.call(.get, "/api/v1/webhook-endpoints").items.count == 1,
                    "callbacks are no endpoints")
                try place.expectNowhere(["the-tenants-own-secret", TestEnvironment.apiKey, place.a.key, place.a.secret])
            }
        }

        @Test(.timeLimit(.minutes(1))) func `URLs and secrets are for a tenant's server, and on v1 for nobody`()
            async throws
        {
            try await MirrorPlace.run { place in
                let ann = try await place.a.session("ann", scopes: ["mirror:read", "mirror:write"])
                let base: JSON.Members = ["bot_name": "N", "meeting_url": MirrorPlace.meeting()]
                for (path, name, value) in [
                    ("/meeting-baas/v2/bots", "callback_config", ["url": "https://x.example.com/"]),
                    ("/meeting-baas/v2/bots", "bot_image", "https://x.example.com/i.png"),
                    ("/meeting-baas/v2/bots", "streaming_config", ["input_url": "wss://x.example.com/"]),
                    ("/meeting-baas/v2/bots", "zoom_config", ["obf_token": "t"]),
                    ("/meeting-baas/v2/bots", "transcription_config", ["provider": "gladia", "api_key": "k"]),
                    ("/meeting-baas/bots", "webhook_url", "https://x.example.com/"),
                ] as [(String, String, JSON)] {
                    var body = base
                    body[name] = value
                    let reply = try await ann.call(.post, path, .object(body))
                    #expect(
                        reply.status == 403 && reply["message"]?.stringValue?.contains(name) == true, "\(reply.text)")
                }
                for (name, value) in [
                    ("streaming", ["input": "wss://x.example.com/"]), ("zoom_obf_token_url", "https://x.example.com/"),
                    ("zoom_access_token_url", "https://x.example.com/"),
                ] as [(String, JSON)] {
                    var body = base
                    body[name] = value
                    let reply = try await place.a.server.call(.post, "/meeting-baas/bots", .object(body))
                    #expect(
                        reply.status == 400 && reply["message"]?.stringValue?.contains("GATEWAY_V1_BOT_URLS") == true)
                }
                // Ids that Meeting BaaS would look up among all tenants' credentials.
                for (path, name, value) in [
                    ("/meeting-baas/v2/bots", "zoom_config", ["credential_user_id": "z"]),
                    ("/meeting-baas/v2/bots", "meet_config", ["credential_id": "z"]),
                    ("/meeting-baas/v2/bots", "zoom_config", ["credential_id": ["z"]]),
                    ("/meeting-baas/v2/bots", "webhook_url", "https://x.example.com/"),
                    ("/meeting-baas/bots", "zoom_obf_token_user_id", "z"),
                ] as [(String, String, JSON)] {
                    var body = base
                    body[name] = value
                    let reply = try await place.a.server.call(.post, path, .object(body))
                    #expect(
                        reply.status == 400 && reply["message"]?.stringValue?.contains(name) == true, "\(reply.text)")
                }
                for url in ["ftp://x.example.com/", "https://u:p@x.example.com/", "https://[0]/", 7] as [JSON] {
                    var body = base
                    body["callback_config"] = ["url": url]
                    #expect(try await place.a.server.call(.post, "/meeting-baas/v2/bots", .object(body)).status == 400)
                }
                let credentials: JSON = [
                    "oauth_client_id": "x", "oauth_client_secret": "x", "oauth_refresh_token": "1//token",
                    "calendar_platform": "google", "raw_calendar_id": "primary",
                ]
                for path in ["", "/list-raw"] {
                    let reply = try await place.a.server.call(.post, "/meeting-baas/v2/calendars\(path)", credentials)
                    #expect(reply.status == 400 && reply["message"]?.stringValue?.contains("connection_id") == true)
                }
                #expect(try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").items.isEmpty)
            }
        }
    }
}
