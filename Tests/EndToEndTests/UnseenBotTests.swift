import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Bots whose webhooks were lost or could not be attributed, and what the reconciler makes of them.
    @Suite struct UnseenBotTests {
        private static func ends(_ version: String) -> [String] {
            version == "v1" ? ["complete", "failed"] : ["bot.completed", "bot.failed"]
        }

        /// Sets or removes the endpoint of Meeting BaaS's webhooks.
        private func webhooks(_ place: DeliveryPlace, on isOn: Bool) async throws {
            let url = place.env.gatewayURL + "/webhooks/meeting-baas"
            try await place.env.meetingBaaS.call(
                .put, "/_sandbox/accounts",
                ["api_key": .string(TestEnvironment.apiKey), "webhook_url": isOn ? .string(url) : .null]
            ).expect(200)
        }

        /// An event that is still to come and has a meeting.
        static func event(_ place: DeliveryPlace) async throws -> (id: String, series: JSON) {
            let later = "\(Timestamp(Date()).adding(seconds: 900))"
            let events = try await place.server.call(
                .get, "/api/v1/calendars/\(place.calendar)/events?status=upcoming"
            ).expect(200).items
            let event = try #require(
                events.first {
                    $0["meeting_url"]?.stringValue?.isEmpty == false && ($0["start_time"]?.stringValue ?? "") > later
                })
            return (try event.text("id"), event["series_id"] ?? .null)
        }

        /// Orders a bot for an event through the mirror: its order has no bot id until a webhook names one.
        private func order(_ place: DeliveryPlace, _ version: String) async throws -> String {
            let (event, series) = try await Self.event(place)
            if version == "v1" {
                try await place.server.call(
                    .post, "/meeting-baas/calendar_events/\(event)/bot", ["bot_name": "N", "extra": ["order": "7"]]
                ).expect(200)
            } else {
                try await place.server.call(
                    .post, "/meeting-baas/v2/calendars/\(place.calendar)/bots",
                    [
                        "event_id": .string(event), "series_id": series, "all_occurrences": false, "bot_name": "N",
                        "extra": ["order": "7"],
                    ]
                ).expect(201)
            }
            return event
        }

        private func plainBot(_ place: DeliveryPlace, _ version: String, _ more: JSON.Members = [:]) async throws
            -> String
        {
            var body: JSON.Members = ["meeting_url": MirrorPlace.meeting(), "bot_name": "N"]
            for (name, value) in more { body[name] = value }
            let made = try await place.server.call(
                .post, version == "v1" ? "/meeting-baas/bots/" : "/meeting-baas/v2/bots", .object(body))
            return try #require(made["bot_id"]?.stringValue ?? made["data"]?["bot_id"]?.stringValue, "\(made.text)")
        }

        @Test(.timeLimit(.minutes(2)), arguments: ["v1", "v2"])
        func `A bot that no webhook has named holds up nothing of its account`(version: String) async throws {
            try await DeliveryPlace.run(version) { place, gateway in
                try await place.endpoint(
                    "/all", ["event_types": .array(Self.ends(version).map { .string($0) } + ["calendar.*"])])
                let control = place.env.meetingBaaS
                let event = try await order(place, version)
                let plain = try await plainBot(place, version)
                try await webhooks(place, on: false)
                let unseen = try await control.call(.post, "/_sandbox/events/\(event)/run-bot", [:]).expect(200)
                    .text("bot_id")
                try await control.call(.post, "/_sandbox/bots/\(plain)/run", [:]).expect(200)
                if version == "v1" {
                    // A calendar that is deleted there does not delay the others' changes.
                    let ben = try await place.tenant.session("ben")
                    let other = try await place.tenant.connect(ben, "google", email: "ben@example.com")
                    let gone = try await ben.call(.post, "/api/v1/calendars", ["connection_id": other["id"] ?? .null])
                        .expect(201).text("id")
                    try await control.with("x-meeting-baas-api-key", TestEnvironment.apiKey).call(
                        .delete, "/calendars/\(gone)"
                    ).expect(200)
                    try await control.call(.patch, "/_sandbox/events/\(event)", ["title": "Moved"]).expect(200)
                }
                try await gateway.edit(["UPDATE calendars SET status = 'error', created_at = created_at - 3600000"])
                for bot in [unseen, plain] {
                    let message = try await place.receiver.first("the end of \(bot)") {
                        Self.ends(version).contains($0.type ?? "") && $0.context["bot_id"]?.stringValue == bot
                    }
                    #expect(message.json["reconciled"] == true, "\(message.json.text)")
                    if bot == unseen {
                        #expect(message.json["extra"]?["order"] == "7", "\(message.json.text)")
                        #expect(message.context["calendar_id"]?.stringValue == place.calendar)
                    }
                }
                // The calendars were read too: v2 has their state, v1 their changes.
                let type = version == "v1" ? "calendar.sync_events" : "calendar.connection_updated"
                _ = try await place.receiver.first("what became of the calendar") {
                    $0.type == type && $0.context["calendar_id"]?.stringValue == place.calendar
                        && $0.json["reconciled"] == true
                }
                // The bot's owner is known from now on.
                let presented =
                    version == "v1"
                    ? "/meeting-baas/bots/meeting_data?bot_id=\(unseen)" : "/meeting-baas/v2/bots/\(unseen)"
                try await place.server.call(.get, presented).expect(200)
                #expect(!place.env.gatewayOutput.contains("reconciling an account failed"))
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: ["v1", "v2"])
        func `A webhook that waits for its owner is delivered when the owner is found out`(version: String)
            async throws
        {
            try await DeliveryPlace.run(version) { place, gateway in
                let end = Self.ends(version)[0]
                try await place.endpoint("/all", ["event_types": [.string(end)]])
                let control = place.env.meetingBaaS
                let event = try await order(place, version)
                try await webhooks(place, on: false)
                let bot = try await control.call(.post, "/_sandbox/events/\(event)/run-bot", [:]).expect(200)
                    .text("bot_id")
                // The target is chosen at each attempt: all of them are dropped by then.
                try await place.env.eventually {
                    let sent = try await control.call(.get, "/_sandbox/webhooks").items
                    return sent.allSatisfy { $0["attempts"]?.arrayValue?.isEmpty == false } ? true : nil
                }
                // The end came, and said nothing by which its owner is known.
                try await webhooks(place, on: true)
                try await control.call(
                    .post, "/_sandbox/webhooks",
                    [
                        "api_key": .string(TestEnvironment.apiKey), "version": .string(version),
                        "body": ["event": .string(end), "data": ["bot_id": .string(bot), "mark": "as it came"]],
                    ]
                ).expect(202)
                try await place.env.eventually {
                    place.env.gatewayOutput.contains(#""webhook.outcome":"held""#) ? true : nil
                }
                try await place.reconcile(gateway)
                let message = try await place.receiver.first("the end that was held") {
                    $0.type == end && $0.context["bot_id"]?.stringValue == bot
                }
                #expect(message.data["mark"] == "as it came", "\(message.json.text)")
                #expect(message.json["reconciled"]?.boolValue != true && message.context["calendar_id"] != .null)
                // Once: another round finds it published.
                try await place.reconcile(gateway)
                let listed = try await place.server.call(.get, "/api/v1/messages?type=\(end)").expect(200).items
                #expect(listed.count == 1, "\(listed.map(\.text))")
                let ends = place.receiver.deliveries.filter { $0.context["bot_id"]?.stringValue == bot }
                #expect(ends.count == 1, "\(ends.map(\.json.text))")
            }
        }
    }
}

extension DeliveryPlace {
    /// Starts the gateway again and returns when it has asked for the bots that ended, and dealt with them.
    func reconcile(_ gateway: Restartable) async throws {
        _ = gateway.stop()
        try await env.meetingBaaS.call(.delete, "/_sandbox/requests").expect(204)
        try await gateway.start()
        // The next request: v2's calendars, v1's changes.
        let next = env.version == "v1" ? "/calendar_events/" : "/v2/calendars"
        try await env.eventually {
            let sent = try await env.meetingBaaS.call(.get, "/_sandbox/requests").items
            return sent.contains { $0["method"] == "GET" && $0["path"]?.stringValue == next } ? true : nil
        }
    }
}
