import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Bots and recordings whose reply is lost belong to who asked for them, between tenants and between users of one.
    @Suite struct LostReplyTests {
        private func lose(_ place: MirrorPlace, _ path: String, times: Int) async throws {
            try await place.fault([
                "path_prefix": .string(path), "method": "POST", "drop_reply": true, "times": .int(times),
            ])
        }

        @Test(.timeLimit(.minutes(2)), arguments: ["v2", "v1"])
        func `Bots that are lost at once each find who asked for them`(version: String) async throws {
            try await MirrorPlace.run { place in
                let path = version == "v2" ? "/meeting-baas/v2/bots" : "/meeting-baas/bots"
                let callers = [place.a, place.b].flatMap { tenant in
                    ["ann", "bob"].map { (tenant.slug, $0, tenant.server.with("Gateway-User", $0)) }
                }
                try await lose(place, version == "v2" ? "/v2/bots" : "/bots", times: callers.count)
                // The same people in the same two meetings, in both tenants.
                let found = try await withThrowingTaskGroup(of: (String, String).self) { group in
                    for (slug, user, api) in callers {
                        group.addTask {
                            let body: JSON = [
                                "meeting_url": MirrorPlace.meeting("lost-\(user)"), "bot_name": "Notes",
                                "extra": ["for": .string("\(slug)/\(user)")],
                            ]
                            let made = try await api.call(.post, path, body)
                            let id = (made["data"]?["bot_id"] ?? made["bot_id"])?.stringValue
                            return ("\(slug)/\(user)", try #require(id, "\(made.text)"))
                        }
                    }
                    return try await group.reduce(into: [String: String]()) { $0[$1.0] = $1.1 }
                }
                #expect(Set(found.values).count == callers.count)
                for (owner, id) in found {
                    #expect(try await place.config(id)["extra"]?["for"]?.stringValue == owner)
                    for (slug, user, api) in callers {
                        let read = version == "v2" ? "\(path)/\(id)" : "\(path)/\(id)/screenshots"
                        let status = try await api.call(.get, read).status
                        #expect(status == ("\(slug)/\(user)" == owner ? 200 : 404), "\(owner) as \(slug)/\(user)")
                    }
                }
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: ["v2", "v1"])
        func `A recording whose order is lost is its owner's, and one`(version: String) async throws {
            try await CalendarOwnershipTests.Scenario.run(version) { place in
                func event(_ caller: API, _ wish: JSON) async throws -> String {
                    let calendar = try await caller.call(.post, "/api/v1/calendars", wish).expect(201).text("id")
                    let events = try await caller.call(.get, "/api/v1/calendars/\(calendar)/events").expect(200).items
                    let single = events.first {
                        $0["meeting_url"]?.stringValue != nil && $0["is_recurring"]?.boolValue == false
                    }
                    return try #require(single?["id"]?.stringValue)
                }
                let mine = try await event(place.ann, place.wish)
                let theirs = try await event(place.eve, try await place.otherWish())
                func path(_ id: String) -> String { "/api/v1/events/\(id)/recording" }
                try await place.fault([
                    "path_prefix": version == "v2" ? "/v2/calendars/" : "/calendar_events/", "method": "POST",
                    "drop_reply": true, "times": 2,
                ])
                for (caller, id) in [(place.ann, mine), (place.eve, theirs)] {
                    try await caller.call(.put, path(id), ["bot_name": "Notes"]).expect(503)
                }
                for (caller, own, other) in [(place.ann, mine, theirs), (place.eve, theirs, mine)] {
                    try await caller.call(.put, path(own), ["bot_name": "Notes"]).expect(200)
                    #expect(try await caller.call(.get, path(own)).expect(200)["state"] == "scheduled")
                    for method in [HTTPRequest.Method.get, .put, .delete] {
                        try await caller.call(method, path(other), method == .put ? ["bot_name": "N"] : nil)
                            .expect(404)
                    }
                }
                let orders = try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items.filter {
                    $0["method"] == "POST"
                        && $0["path"]?.stringValue?.hasSuffix(version == "v2" ? "/bots" : "/bot") == true
                }
                #expect(orders.count == 2, "the second time it is changed, not made")
            }
        }
    }
}
