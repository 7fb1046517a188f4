import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Getting again what was missed: replay, back-fill, the pull list and the stream.
    @Suite struct ReplayTests {
        private func progress(_ place: DeliveryPlace, _ id: String) async throws -> JSON {
            try await place.server.call(.get, "/api/v1/replays/\(id)").expect(200).json
        }

        private func completed(_ place: DeliveryPlace, _ id: String) async throws -> JSON {
            try await place.env.eventually(within: 30) {
                let now = try await self.progress(place, id)
                return now["state"] == "completed" ? now : nil
            }
        }

        @Test(.timeLimit(.minutes(2))) func `What was sent is sent again, in order, with the same ids`() async throws {
            try await DeliveryPlace.run { place, _ in
                let made = try await place.endpoint("/a")
                let path = "/api/v1/webhook-endpoints/\(try made.text("id"))"
                for number in 0..<25 { await place.webhook("m\(number)") }
                try await place.env.eventually { place.marks("/a").count == 25 ? true : nil }
                let first = place.receiver.deliveries.filter { $0.path == "/a" }
                let begun = try await place.server.call(.post, path + "/replay", ["since": "2026-01-01T00:00:00Z"])
                    .expect(202)
                #expect(begun["state"] == "running" && begun["total"] == 25 && begun["endpoint_id"] == made["id"])
                let done = try await completed(place, begun.text("id"))
                #expect(done["done"] == 25, "\(done.text)")
                let again = place.receiver.deliveries.filter { $0.path == "/a" }.dropFirst(25)
                let order = first.sorted { $0.id < $1.id }.map(\.id)
                #expect(again.map(\.id) == order, "the same ids, in the order of the messages")
                // Only what did not arrive; nothing is left of it here.
                let none = try await place.server.call(
                    .post, path + "/replay", ["since": "2026-01-01T00:00:00Z", "statuses": ["dead", "none"]]
                ).expect(202)
                #expect(none["total"] == 0 && none["statuses"] == ["dead", "none"])
                let noneDone = try await completed(place, none.text("id"))
                #expect(noneDone["done"] == 0)
                for bad: JSON in [
                    [:], ["since": "yesterday"], ["since": "2026-01-01T00:00:00Z", "until": "2025-01-01T00:00:00Z"],
                    ["since": "2026-01-01T00:00:00Z", "statuses": []],
                    ["since": "2026-01-01T00:00:00Z", "statuses": ["pending"]],
                    ["since": "2026-01-01T00:00:00Z", "types": ["bot.**"]],
                ] {
                    #expect(try await place.server.call(.post, path + "/replay", bad).status == 422, "\(bad.text)")
                }
                try await place.server.call(.patch, path, ["status": "disabled"]).expect(200)
                let off = try await place.server.call(.post, path + "/replay", ["since": "2026-01-01T00:00:00Z"])
                #expect(off.status == 409 && off.code == "conflict")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A new endpoint gets what was there before it`() async throws {
            try await DeliveryPlace.run { place, _ in
                for number in 0..<5 { await place.webhook("early-\(number)") }
                let made = try await place.endpoint("/new", ["since": "2026-01-01T00:00:00Z"])
                await place.webhook("live")
                let replay = try made.text("replay_id")
                let done = try await completed(place, replay)
                #expect(done["total"] == 5 && done["done"] == 5)
                #expect(Set(place.marks("/new")) == ["early-0", "early-1", "early-2", "early-3", "early-4", "live"])
                #expect(place.marks("/new").filter { $0 != "live" } == (0..<5).map { "early-\($0)" })
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A replay leaves live traffic its share, and ends when it is told to`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                // Three hundred messages without a subscribed endpoint at the time.
                for number in 0..<300 { await place.webhook("old-\(number)") }
                let made = try await place.endpoint("/slow", ["rate": 10, "since": "2026-01-01T00:00:00Z"])
                let replay = try made.text("replay_id")
                try await place.env.eventually { place.marks("/slow").count > 3 ? true : nil }
                await place.webhook("live")
                let before = place.marks("/slow").count
                _ = try await place.receiver.first("a live one in between") {
                    $0.path == "/slow" && $0.data["mark"] == "live"
                }
                // Counted in deliveries, not in seconds: a busy machine slows both down.
                let position = place.marks("/slow").firstIndex(of: "live") ?? .max
                #expect(position < before + 30, "\(position) after \(before)")
                let busy = try await place.server.call(
                    .post, "/api/v1/webhook-endpoints/\(try made.text("id"))/replay", ["since": "2026-01-01T00:00:00Z"])
                #expect(busy.status == 409, "one at a time")
                try await place.server.call(.delete, "/api/v1/replays/\(replay)").expect(204)
                #expect(try await progress(place, replay)["state"] == "cancelled")
                let sent = place.marks("/slow").count
                #expect(sent < 300)
                // Messages that were not sent are as if no replay had been requested.
                let left = try await place.deliveries("status=pending&endpoint_id=\(try made.text("id"))")
                #expect(left.count <= 1, "at most the one under way")
                try await place.server.call(.delete, "/api/v1/replays/\(replay)").expect(204)
                #expect(try await place.server.call(.get, "/api/v1/replays/rpl_unknown").status == 404)
            }
        }

        @Test(.timeLimit(.minutes(3))) func `A replay survives the death of the process`() async throws {
            try await DeliveryPlace.run { place, gateway in
                for number in 0..<1200 { await place.webhook("k\(number)") }
                gateway.kill()
                // It dies after the first five hundred were put on their way.
                try await gateway.start(["MEETING_GATEWAY_CRASH_AT": "mid_replay:1"])
                let made = try? await place.endpoint("/back", ["since": "2026-01-01T00:00:00Z", "concurrency": 16])
                try await place.env.eventually(within: 20) { gateway.current?.isRunning == false ? true : nil }
                try await gateway.start()
                _ = made
                try await place.env.eventually(within: 60) { Set(place.marks("/back")).count == 1200 ? true : nil }
                // In order, but for the few that were under way when it died.
                let marks = place.marks("/back")
                let inversions = zip(marks, marks.dropFirst()).filter {
                    (Int($0.dropFirst()) ?? 0) > (Int($1.dropFirst()) ?? 0)
                }.count
                #expect(inversions <= 1 && marks.count <= 1202, "\(inversions) inversions, \(marks.count) sent")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Who pulls, or listens, misses none`() async throws {
            try await DeliveryPlace.run { place, _ in
                try await place.endpoint("/pushed")
                await place.webhook("first")
                let pushed = try await place.receiver.first("first") { $0.data["mark"] == "first" }
                await place.webhook("second")
                // The id of a delivery is the cursor of the list.
                let after = try await place.server.call(.get, "/api/v1/messages?type=calendar.test&after=\(pushed.id)")
                #expect(after.expectOnly(mark: "second"))
                // And of the stream: what was missed comes first, then what happens.
                let received = Received()
                let reader = Task {
                    try await place.server.listen("/api/v1/messages?type=calendar.test", lastEventID: pushed.id) {
                        received.add($0)
                    }
                }
                defer { reader.cancel() }
                try await place.env.eventually { received.text.contains(#""mark":"second""#) ? true : nil }
                await place.webhook("third")
                try await place.env.eventually { received.text.contains(#""mark":"third""#) ? true : nil }
                #expect(!received.text.contains(#""mark":"first""#))
                #expect(received.text.contains("event: calendar.test\n") && received.text.contains("\nid: msg_"))
                let wrong = try await place.server.with("Accept", "text/event-stream").call(
                    .get, "/api/v1/messages?after=msg_unknown")
                #expect(wrong.status == 422)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `Streams end when the gateway does`() async throws {
            try await DeliveryPlace.run { place, gateway in
                let received = Received()
                let reader = Task {
                    try await place.server.listen("/api/v1/messages", lastEventID: nil) { received.add($0) }
                }
                try await place.env.eventually { received.text.contains("retry:") ? true : nil }
                let began = ContinuousClock.now
                #expect(gateway.stop() == 0)
                // By force it ends after 25 seconds.
                #expect(ContinuousClock.now - began < .seconds(20))
                _ = try? await reader.value
                try await gateway.start()
            }
        }
    }
}

extension API.Reply {
    fileprivate func expectOnly(mark: String) -> Bool {
        items.compactMap { $0["data"]?["mark"]?.stringValue } == [mark]
    }
}
