import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Bots, recordings and accounts of a database of commit 50846fc.
    @Suite struct FormerBotTests {
        @Test(.timeLimit(.minutes(2)))
        func `A recording shows its artifacts, and a marked bot's webhooks find their tenant`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                let ann = place.acme.with("Gateway-User", "ann")
                let done = try await ann.call(.get, "/api/v1/events/\(place.text("ann", "recorded_event"))/recording")
                    .expect(200)
                #expect(done["state"] == "completed" && done["extra"] == ["note": "n-1"])
                #expect(done["bot_id"]?.stringValue == (try place.text("ann", "recorded_bot")))
                #expect(done["artifacts"]?["video"]?.stringValue?.isEmpty == false, "\(done.text)")
                let series = try await ann.call(.get, "/api/v1/events/\(place.text("ann", "weekly_event"))/recording")
                    .expect(200)
                #expect(series["all_occurrences"] == true && series["bot_name"] == "Weekly")

                // Its transcription key was sealed; a change sends it again.
                let requested = try place.text("ann", "asked_event")
                let calendar = try place.text("ann", "calendar")
                try await ann.call(.patch, "/api/v1/events/\(requested)/recording", ["bot_name": "Renamed"]).expect(200)
                let sent = try await place.requests(
                    place.env.meetingBaaS, "PATCH", "/v2/calendars/\(calendar)/bots")
                let body = try JSON.parse(Array((sent.last ?? .null).text("body").utf8))
                #expect(body["transcription_config"]?["api_key"] == "sealed-transcription-key", "\(body.text)")

                // The bot bears the extra that the former program wrote, but for the new name.
                try await place.env.meetingBaaS.call(.post, "/_sandbox/events/\(requested)/run-bot", [:]).expect(200)
                let message = try await place.receiver.first("the end of the marked bot") {
                    $0.path == "/hooks/acme" && $0.type == "bot.completed"
                        && $0.context["event_id"]?.stringValue == requested
                }
                #expect(message.context["user_id"] == "ann" && message.json["extra"] == ["note": "n-1"])
                #expect(message.context["connection_id"]?.stringValue == (try place.text("ann", "google")))
                #expect(!String(decoding: message.body, as: UTF8.self).contains("meeting_gateway"))
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Bots of the mirror keep their owner, their callback and their order`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                let mirror = place.known["mirror"] ?? .null
                // A plain bot, marked: its webhook comes with nothing but the extra.
                let plain = try #require(mirror["bots"]?.arrayValue?.first?.stringValue)
                #expect(try await place.own.call(.get, "/meeting-baas/v2/bots/\(plain)").status == 404)
                try await place.acme.call(.get, "/meeting-baas/v2/bots/\(plain)").expect(200)
                try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(plain)/run", [:]).expect(200)
                let ended = try await place.receiver.first("the plain bot's end") {
                    $0.path == "/hooks/acme" && $0.type == "bot.completed" && $0.context["bot_id"]?.stringValue == plain
                }
                #expect(ended.json["extra"] == ["order": "0"])

                // The callback: our secret is made from its reference, the tenant's own was sealed.
                let called = try mirror.text("called_bot")
                let callback: JSON = [
                    "event": "bot.completed", "data": ["bot_id": .string(called), "mark": "callback"], "extra": .null,
                ]
                let path = try mirror.text("callback_path")
                try await place.env.anonymous.with("x-mb-secret", "guess").call(.post, path, callback).expect(401)
                try await place.env.anonymous.with("x-mb-secret", mirror.text("callback_secret"))
                    .call(.post, path, callback).expect(200)
                let received = try await place.receiver.first("the callback") { $0.path == "/callbacks/acme" }
                #expect(received.headers["x-mb-secret"] == "sealed-callback-secret")

                // The same target again is the same endpoint; the same meeting again is a second bot.
                let target = mirror["tenants_callback"] ?? .null
                let order: JSON = [
                    "bot_name": "Caller", "meeting_url": "https://meet.google.com/cal-lbac-kcc",
                    "callback_enabled": true, "callback_config": target, "allow_multiple_bots": false,
                ]
                #expect(try await place.acme.call(.post, "/meeting-baas/v2/bots", order).status == 409)
                var another = order.objectValue ?? [:]
                another["allow_multiple_bots"] = true
                try await place.acme.call(.post, "/meeting-baas/v2/bots", .object(another)).expect(201)
                #expect(
                    try await place.count(
                        "SELECT COUNT(*) AS n FROM webhook_endpoints WHERE callback_digest IS NOT NULL") == 1)

                // A request whose reply was lost finds the bot that it made.
                let lost = try await place.acme.send(
                    .post, "/meeting-baas/v2/bots", body: Array(mirror.text("lost_order").utf8),
                    headers: [("Idempotency-Key", "former-lost-order")]
                ).expect(201)
                #expect(lost["data"]?["bot_id"] == mirror["lost_bot"])

                // A Zoom credential belongs to its tenant.
                let zoom = try "/v2/zoom-credentials/\(mirror.text("zoom"))"
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    [
                        "method": "GET", "path_prefix": .string(zoom), "status": 200,
                        "body": ["success": true, "data": [:]],
                    ]
                ).expect(201)
                #expect(try await place.own.call(.get, "/meeting-baas\(zoom)").status == 404)
                try await place.acme.call(.get, "/meeting-baas\(zoom)").expect(200)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A tenant's own account is spoken to with its key, and its webhooks verify`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                let calendar = try place.text("gina", "calendar")
                try await place.own.call(.get, "/meeting-baas/calendars/\(calendar)").expect(200)
                let sent = try await place.requests(place.env.meetingBaaS, "GET", "/calendars/\(calendar)")
                let key = try place.text("own", "api_key")
                #expect(!sent.isEmpty)
                for request in sent { #expect(request["headers"]?["x-meeting-baas-api-key"]?.stringValue == key) }
                func body(_ mark: String) -> JSON {
                    ["event": "calendar.test", "data": ["calendar_id": .string(calendar), "mark": .string(mark)]]
                }
                let path = "/webhooks/meeting-baas/own"
                try await place.env.anonymous.with("x-meeting-baas-api-key", "wrong").call(.post, path, body("no"))
                    .expect(401)
                #expect(try await place.webhook(body("no"), to: path).status == 401, "the shared account's secret")
                try await place.env.anonymous.with("x-meeting-baas-api-key", key).call(.post, path, body("v1"))
                    .expect(200)
                #expect(
                    try await place.webhook(body("v2"), to: path, secret: place.text("own", "webhook_secret")).status
                        == 200)
                for mark in ["v1", "v2"] {
                    let delivery = try await place.delivery("/hooks/own", mark: mark)
                    #expect(delivery.isSigned(with: try place.text("own", "secret")))
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Grants are used as they were sealed, and events are known as they were`()
            async throws
        {
            try await FormerDatabasePlace.run { place in
                for provider in ["google", "microsoft"] {
                    let id = try place.text("ann", provider)
                    let token = try place.text("refresh_tokens", id)
                    try await place.acme.call(.get, "/api/v1/connections/\(id)/raw-calendars").expect(200)
                    let sent = try await place.requests(place.env.meetingBaaS, "POST", "/v2/calendars/list-raw")
                    let body = try JSON.parse(Array((sent.last ?? .null).text("body").utf8))
                    #expect(body["oauth_refresh_token"]?.stringValue == token)
                    #expect(body["oauth_client_secret"]?.stringValue == "\(provider)-secret")
                }
                // A complete list of the calendar tells of nothing new: the fingerprints are the same.
                let calendar = try place.text("ann", "calendar")
                try await place.env.eventually {
                    try await place.count(
                        """
                        SELECT COUNT(*) AS n FROM calendars WHERE calendar_id = \(calendar)
                            AND filled_at > \(place.movedTo)
                        """) == 1 ? true : nil
                }
                let event = try await place.acme.call(.get, "/api/v1/events/\(place.text("ann", "free_event"))")
                    .expect(200)
                let before = try #require(Timestamp(rfc3339: place.text("ann", "updated_at")))
                #expect(
                    event["updated_at"]?.stringValue
                        == "\(Timestamp(milliseconds: before.milliseconds + place.shift))")
            }
        }
    }
}
