import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Rows that would only grow.
    @Suite struct RowRetentionTests {
        private static let day = 86_400.0

        private func count(_ query: Query, _ place: DeliveryPlace) async throws -> Int {
            try await place.env.count(query)
        }

        private func isRecorded(_ event: String, _ place: DeliveryPlace) async throws -> Bool {
            try await count("SELECT COUNT(*) AS n FROM event_changes WHERE event_id = \(event)", place) == 1
        }

        /// An event at Meeting BaaS that a webhook has named.
        private func event(daysAgo: Double, _ place: DeliveryPlace) async throws -> String {
            let start = Timestamp(Date()).adding(seconds: -daysAgo * Self.day)
            let id = try await place.env.meetingBaaS.call(
                .post, "/_sandbox/events", ["calendar_id": .string(place.calendar), "start_time": .string("\(start)")]
            ).expect(201).text("event_id")
            try await place.env.eventually { try await isRecorded(id, place) ? true : nil }
            return id
        }

        private func list(_ event: String, _ isListed: Bool, _ place: DeliveryPlace) async throws {
            try await place.env.meetingBaaS.call(
                .patch, "/_sandbox/events/\(event)", ["listed": .bool(isListed)]
            ).expect(200)
        }

        /// The events that messages named, with repetitions.
        private func publishedEvents(_ place: DeliveryPlace) async throws -> [String] {
            try await place.server.call(.get, "/api/v1/messages?limit=100&type=calendar.sync_events").expect(200).items
                .flatMap { $0["data"]?["affected_event_uuids"]?.arrayValue ?? [] }.compactMap(\.stringValue)
        }

        @Test(.timeLimit(.minutes(2)))
        func `An event leaves the record 90 days after its end once it is listed no more, and comes back unnoticed`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                let (gone, listed) = (try await event(daysAgo: 100, place), try await event(daysAgo: 100, place))
                let recent = try await event(daysAgo: 80, place)
                try await list(gone, false, place)
                try await list(recent, false, place)
                // Each start backfills.
                _ = gateway.stop()
                try await gateway.start()
                try await place.env.eventually { try await isRecorded(gone, place) ? nil : true }
                #expect(try await isRecorded(listed, place))
                #expect(try await isRecorded(recent, place))
                let before = try await publishedEvents(place)
                #expect(before.contains(gone) && before.contains(listed) && before.contains(recent))

                try await list(gone, true, place)
                _ = gateway.stop()
                try await gateway.start()
                try await place.env.eventually { try await isRecorded(gone, place) ? true : nil }
                #expect(try await publishedEvents(place) == before, "listed again, it is no change")
                // Nor is it one for a reader who asks what changed.
                let since = Timestamp(Date()).adding(seconds: -Self.day)
                let changed = try await place.server.call(
                    .get, "/api/v1/calendars/\(place.calendar)/events?updated_at_gte=\(since)"
                ).expect(200).items.compactMap { $0["id"]?.stringValue }
                #expect(!changed.contains(gone) && changed.contains(listed))
                try await place.server.call(.get, "/api/v1/events/\(gone)").expect(200)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A bot that Meeting BaaS does not know any more is forgotten once it has ended`() async throws {
            try await DeliveryPlace.run { place, _ in
                let bot =
                    try await place.server.call(
                        .post, "/meeting-baas/v2/bots", ["meeting_url": MirrorPlace.meeting(), "bot_name": "Notes"]
                    ).expect(201)["data"]?.text("bot_id") ?? ""
                func rows() async throws -> Int {
                    try await count("SELECT COUNT(*) AS n FROM bots WHERE bot_id = \(bot)", place)
                }
                func refuse(_ body: JSON) async throws {
                    try await place.env.meetingBaaS.call(
                        .post, "/_sandbox/faults",
                        ["method": "GET", "path_prefix": .string("/v2/bots/\(bot)"), "status": 404, "body": body]
                    ).expect(201)
                    try await place.server.call(.get, "/meeting-baas/v2/bots/\(bot)").expect(404)
                }
                let missing: JSON = [
                    "success": false, "error": "Not Found", "code": "FST_ERR_BOT_NOT_FOUND_BY_ID", "statusCode": 404,
                    "message": "No such bot", "details": .null,
                ]
                // A bot that has not ended may be a scheduled one.
                try await refuse(missing)
                #expect(try await rows() == 1)
                try await place.env.meetingBaaS.call(.post, "/_sandbox/bots/\(bot)/run", ["outcome": "completed"])
                    .expect(200)
                let final: Query = "SELECT COUNT(*) AS n FROM bots WHERE bot_id = \(bot) AND state = 'completed'"
                try await place.env.eventually { try await count(final, place) == 1 ? true : nil }
                // A proxy's answer proves nothing.
                try await refuse("<html>404 page not found</html>")
                #expect(try await rows() == 1)
                try await place.server.call(.get, "/meeting-baas/v2/bots/\(bot)").expect(200)
                try await refuse(missing)
                #expect(try await rows() == 0)
            }
        }
    }
}
