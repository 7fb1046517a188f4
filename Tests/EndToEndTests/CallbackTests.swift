import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// A bot's own callback URL that was taken back, switched off, or switched on again.
    @Suite struct CallbackTests {
        private static let bots = "/meeting-baas/v2/bots"

        private func later() -> JSON { .string("\(Timestamp(Date()).adding(seconds: 3600))") }

        private func callback(_ place: DeliveryPlace, _ path: String) -> JSON {
            ["url": .string(place.receiver.url + path), "secret": "own-secret", "method": "POST"]
        }

        /// A bot for later, with a callback at `path`.
        private func scheduled(_ place: DeliveryPlace, _ path: String) async throws -> String {
            try MirrorMatrixObjects.bot(
                await place.server.call(
                    .post, "\(Self.bots)/scheduled",
                    [
                        "bot_name": "N", "meeting_url": MirrorPlace.meeting(), "join_at": later(),
                        "callback_enabled": true, "callback_config": callback(place, path),
                    ]
                ).expect(201))
        }

        /// The callback that Meeting BaaS has for a bot.
        private func registered(_ place: DeliveryPlace, _ bot: String) async throws -> JSON {
            let bots = try await place.env.meetingBaaS.call(.get, "/_sandbox/bots").expect(200).items
            return bots.first { $0["bot_id"]?.stringValue == bot }?["config"]?["callback_config"] ?? .null
        }

        private func run(_ place: DeliveryPlace, _ bot: String) async throws {
            try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(bot)/run", [:]).expect(200)
            _ = try await place.receiver.first("the end of \(bot)") {
                $0.path == "/all" && $0.context["bot_id"]?.stringValue == bot
            }
        }

        private func got(_ place: DeliveryPlace, _ path: String) -> Int {
            place.receiver.deliveries.filter { $0.path == path }.count
        }

        @Test(.timeLimit(.minutes(2))) func `A callback URL that was taken back receives no more`() async throws {
            try await DeliveryPlace.run { place, _ in
                try await place.endpoint("/all", ["event_types": ["bot.completed"]])
                let bot = try await scheduled(place, "/back")
                let old = try await registered(place, bot)
                try await place.server.call(.patch, "\(Self.bots)/scheduled/\(bot)", ["callback_config": .null])
                    .expect(200)
                #expect(try await registered(place, bot).isNull)
                try await run(place, bot)
                // Meeting BaaS may still be trying with the former one: it is taken, can be read, and goes nowhere.
                let url = try old.text("url")
                let late: JSON = [
                    "event": "bot.completed", "data": ["bot_id": .string(bot), "event_id": .null, "mark": "late"],
                    "extra": .null,
                ]
                try await API("").with("x-mb-secret", try old.text("secret")).call(.post, url, late).expect(200)
                let list = try await place.server.call(.get, "/api/v1/messages?type=bot.completed").expect(200).items
                #expect(list.contains { $0["data"]?["mark"] == "late" }, "\(list.count)")
                // No URL is left to try again, at Meeting BaaS or here.
                try await place.server.call(.post, "\(Self.bots)/\(bot)/retry-callback", [:]).expect(409)
                // A new one is the bot's from then on.
                try await place.server.call(
                    .post, "\(Self.bots)/\(bot)/retry-callback", ["url": .string(place.receiver.url + "/new")]
                ).expect(200)
                _ = try await place.receiver.first("the callback at the new URL") { $0.path == "/new" }
                try await place.server.call(.post, "\(Self.bots)/\(bot)/retry-callback", [:]).expect(200)
                try await place.env.eventually { got(place, "/new") == 2 ? true : nil }
                #expect(got(place, "/back") == 0, "\(place.receiver.deliveries.map(\.path))")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A callback is switched off and on, and a refused change changes nothing`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                try await place.endpoint("/all", ["event_types": ["bot.completed"]])
                let path = { (bot: String) in "\(Self.bots)/scheduled/\(bot)" }
                let off = try await scheduled(place, "/off")
                try await place.server.call(.patch, path(off), ["callback_enabled": false]).expect(200)
                try await run(place, off)
                try await place.server.call(.post, "\(Self.bots)/\(off)/retry-callback", [:]).expect(409)
                let on = try await scheduled(place, "/on")
                try await place.server.call(.patch, path(on), ["callback_enabled": false]).expect(200)
                try await place.server.call(.patch, path(on), ["callback_enabled": true]).expect(200)
                try await run(place, on)
                _ = try await place.receiver.first("the callback that is on again") { $0.path == "/on" }
                let refused = try await scheduled(place, "/refused")
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    ["method": "PATCH", "path_prefix": "/v2/bots/scheduled", "status": 409, "body": ["code": "X"]]
                ).expect(201)
                try await place.server.call(.patch, path(refused), ["callback_config": .null]).expect(409)
                try await run(place, refused)
                _ = try await place.receiver.first("the callback that stands") { $0.path == "/refused" }
                // Taken back, it is not switched on again.
                let gone = try await scheduled(place, "/gone")
                try await place.server.call(.patch, path(gone), ["callback_config": .null]).expect(200)
                try await place.server.call(.patch, path(gone), ["callback_enabled": true]).expect(200)
                try await run(place, gone)
                #expect(got(place, "/off") == 0 && got(place, "/gone") == 0)
            }
        }

        /// The bots of events have no id when their callback is removed; missed webhooks follow the same rules.
        @Test(.timeLimit(.minutes(2)), arguments: ["v1", "v2"])
        func `What was missed is not told to a URL that was taken back`(version: String) async throws {
            try await DeliveryPlace.run(version) { place, gateway in
                let end = version == "v1" ? "complete" : "bot.completed"
                try await place.endpoint("/all", ["event_types": [.string(end)]])
                let control = place.env.meetingBaaS
                let (event, series) = try await UnseenBotTests.event(place)
                var (path, body): (String, JSON.Members)
                let none: JSON.Members
                if version == "v1" {
                    path = "/meeting-baas/calendar_events/\(event)/bot"
                    body = ["bot_name": "N", "webhook_url": .string(place.receiver.url + "/back")]
                    none = ["webhook_url": .null]
                } else {
                    path = "/meeting-baas/v2/calendars/\(place.calendar)/bots"
                    let target: JSON.Members = [
                        "event_id": .string(event), "series_id": series, "all_occurrences": false,
                    ]
                    (body, none) = (target, target)
                    body["bot_name"] = "N"
                    body["callback_enabled"] = true
                    body["callback_config"] = callback(place, "/back")
                }
                try await place.server.call(.post, path, .object(body)).expect(version == "v1" ? 200 : 201)
                var change = none
                // v2 takes no null for the bots of events.
                if version == "v2" { change["callback_enabled"] = false }
                try await place.server.call(.patch, path, .object(change)).expect(200)
                try await control.call(
                    .put, "/_sandbox/accounts", ["api_key": .string(TestEnvironment.apiKey), "webhook_url": .null]
                ).expect(200)
                let bot = try await control.call(.post, "/_sandbox/events/\(event)/run-bot", [:]).expect(200)
                    .text("bot_id")
                // v1 may keep the URL that it was given: then the webhook that comes by it is the account's.
                if version == "v2" { try await place.reconcile(gateway) }
                let message = try await place.receiver.first("the end") {
                    $0.path == "/all" && $0.context["bot_id"]?.stringValue == bot
                }
                #expect(message.type == end)
                // Another round of the reconciler publishes nothing more.
                try await place.reconcile(gateway)
                #expect(got(place, "/back") == 0)
                let ends = place.receiver.deliveries.filter { $0.context["bot_id"]?.stringValue == bot }
                #expect(ends.count == 1, "\(ends.map { "\($0.path) \($0.json.text)" })")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `v1's end that a bot's own URL was told is not told to the others`()
            async throws
        {
            try await DeliveryPlace.run("v1") { place, gateway in
                try await place.endpoint("/all", ["event_types": ["complete"]])
                let bot = try await place.server.call(
                    .post, "/meeting-baas/bots/",
                    [
                        "bot_name": "N", "meeting_url": MirrorPlace.meeting(),
                        "webhook_url": .string(place.receiver.url + "/own"),
                    ]
                ).expect(200).text("bot_id")
                try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(bot)/run", [:]).expect(200)
                _ = try await place.receiver.first("the callback") {
                    $0.path == "/own" && $0.json["event"] == "complete"
                }
                try await place.reconcile(gateway)
                let messages = try await place.server.call(.get, "/api/v1/messages?type=complete").expect(200).items
                #expect(messages.count == 1, "\(messages.map(\.text))")
            }
        }
    }
}
