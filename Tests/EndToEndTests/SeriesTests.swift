import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Recordings of whole series on version 1, which loses all bots when a calendar gets new credentials; and lists of
    /// several pages.
    @Suite struct SeriesTests {
        /// A v1 calendar of one user, with the occurrences of its weekly series.
        private struct Scenario: Sendable {
            let env: TestEnvironment
            let receiver: Receiver
            let tenant: TenantFixture
            let app: API
            /// The tenant's key, for this user.
            let server: API
            let connection: JSON
            let calendar: String
            let series: [String]
            /// Another event with a link, of no series.
            let single: String

            static func run(_ body: @escaping @Sendable (Scenario, Restartable) async throws -> Void) async throws {
                let env = try await TestEnvironment(version: "v1")
                let gateway = Restartable(env)
                try await gateway.start()
                defer { gateway.kill() }
                let receiver = Receiver()
                try await receiver.run {
                    let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                    try await body(try await Scenario(env, receiver, tenant, "ann"), gateway)
                }
                #expect(!env.gatewayOutput.contains("unexpected error"), "\(env.gatewayOutput.suffix(2000))")
            }

            init(_ env: TestEnvironment, _ receiver: Receiver, _ tenant: TenantFixture, _ user: String) async throws {
                (self.env, self.receiver, self.tenant) = (env, receiver, tenant)
                app = try await tenant.session(user)
                server = tenant.server.with("Gateway-User", user)
                connection =
                    try await tenant.connect(app, "google", email: "\(user)@example.com")["id"] ?? .null
                calendar = try await app.call(.post, "/api/v1/calendars", ["connection_id": connection]).expect(201)
                    .text("id")
                let events = try await app.call(.get, "/api/v1/calendars/\(calendar)/events?limit=50").expect(200)
                    .items
                series = events.filter { $0["is_recurring"] == true }.compactMap { $0["id"]?.stringValue }
                single = try #require(
                    events.first { $0["is_recurring"] == false && $0["meeting_url"]?.stringValue != nil }?["id"]?
                        .stringValue)
                try #require(series.count == 4)
            }

            /// Another user's connection.
            func connect(_ user: String) async throws -> JSON {
                let app = try await tenant.session(user)
                return try await tenant.connect(app, "google", email: "\(user)@example.com")["id"] ?? .null
            }

            /// New credentials, with everything that the gateway does after them.
            func renew() async throws {
                try await server.call(
                    .patch, "/meeting-baas/calendars/\(calendar)", ["connection_id": connection, "platform": "Google"]
                ).expect(200)
            }

            /// The event's bot at Meeting BaaS; null when none is scheduled.
            func bot(_ event: String) async throws -> JSON {
                try await env.meetingBaaS.with("x-meeting-baas-api-key", TestEnvironment.apiKey).call(
                    .get, "/calendar_events/\(event)"
                ).expect(200)["bot_param"] ?? .null
            }

            func recorded() async throws -> [Bool] {
                var out: [Bool] = []
                for event in series { out.append(try await bot(event) != .null) }
                return out
            }

            func sent(_ method: String, _ path: String) async throws -> Int {
                try await env.meetingBaaS.call(.get, "/_sandbox/requests").items.filter {
                    $0["method"]?.stringValue == method && $0["path"]?.stringValue == path
                }.count
            }
        }

        @Test(.timeLimit(.minutes(1)))
        func `An occurrence that was taken out of a series stays out when its bots are scheduled anew`() async throws {
            try await Scenario.run { place, _ in
                let series = place.series
                func path(_ index: Int, all: Bool) -> String {
                    "/api/v1/events/\(series[index])/recording?all_occurrences=\(all)"
                }
                try await place.app.call(.put, path(0, all: true), ["bot_name": "S"]).expect(200)
                // Also the one that the series was asked at.
                try await place.app.call(.delete, path(1, all: false)).expect(200)
                try await place.app.call(.delete, path(0, all: false)).expect(200)
                #expect(try await place.recorded() == [false, false, true, true])
                try await place.renew()
                #expect(try await place.recorded() == [false, false, true, true], "after a renewed consent")
                // v1 cannot change a silence timeout: the gateway reschedules the series by itself.
                try await place.app.call(
                    .put, path(2, all: true), ["bot_name": "S", "timeouts": ["silence": 400]]
                ).expect(200)
                #expect(try await place.recorded() == [false, false, true, true], "after a change")
                // Asked for again, it is no exception any more.
                try await place.app.call(.put, path(1, all: false), ["bot_name": "One"]).expect(200)
                try await place.renew()
                #expect(try await place.recorded() == [false, true, true, true])
                #expect(try await place.bot(series[1])["bot_name"] == "One")
                // The whole series is not to come back, wherever that was said.
                try await place.app.call(.delete, path(3, all: true)).expect(200)
                try await place.renew()
                #expect(try await place.recorded() == [false, false, false, false])
            }
        }

        @Test(.timeLimit(.minutes(1))) func `The same for bots that were asked for through the mirror`() async throws {
            try await Scenario.run { place, _ in
                let series = place.series
                func path(_ index: Int, all: Bool) -> String {
                    "/meeting-baas/calendar_events/\(series[index])/bot?all_occurrences=\(all)"
                }
                try await place.server.call(.post, path(0, all: true), ["bot_name": "S"]).expect(200)
                try await place.server.call(.delete, path(0, all: false)).expect(200)
                try await place.server.call(.delete, path(2, all: false)).expect(200)
                try await place.renew()
                #expect(try await place.recorded() == [false, true, false, true])
                try await place.server.call(.post, path(2, all: false), ["bot_name": "One"]).expect(200)
                try await place.renew()
                #expect(try await place.recorded() == [false, true, true, true])
                #expect(try await place.bot(series[2])["bot_name"] == "One")
                // Asked at the first occurrence, cancelled at the last.
                try await place.server.call(.delete, path(3, all: true)).expect(200)
                try await place.renew()
                #expect(try await place.recorded() == [false, false, false, false])
                // And by way of the API what was asked for here.
                try await place.server.call(.post, path(0, all: true), ["bot_name": "S"]).expect(200)
                let recording = "/api/v1/events/\(series[1])/recording"
                try await place.app.call(.delete, recording).expect(200)
                try await place.renew()
                #expect(try await place.recorded() == [true, false, true, true])
                try await place.app.call(.delete, "\(recording)?all_occurrences=true").expect(200)
                try await place.renew()
                #expect(try await place.recorded() == [false, false, false, false])
            }
        }

        @Test(.timeLimit(.minutes(1)))
        func `A series is scheduled again when its next occurrence lies behind the first page`() async throws {
            try await Scenario.run { place, _ in
                try await place.app.call(
                    .put, "/api/v1/events/\(place.series[0])/recording?all_occurrences=true", ["bot_name": "S"]
                ).expect(200)
                // The one that it was asked at is cancelled; more than a page of others stand before the next.
                try await place.env.meetingBaaS.call(
                    .patch, "/_sandbox/events/\(place.series[0])", ["status": "cancelled"]
                ).expect(200)
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/events", ["calendar_id": .string(place.calendar), "count": 120]
                ).expect(201)
                try await place.renew()
                #expect(try await place.recorded().dropFirst() == [true, true, true])
            }
        }

        @Test(.timeLimit(.minutes(1))) func `Changes behind the first page are found when their webhooks were lost`()
            async throws
        {
            try await Scenario.run { place, gateway in
                _ = gateway.stop()
                // The account's webhooks go to another receiver meanwhile.
                func webhooks(to url: String) async throws {
                    try await place.env.meetingBaaS.call(
                        .put, "/_sandbox/accounts",
                        ["api_key": .string(TestEnvironment.apiKey), "webhook_url": .string(url)]
                    ).expect(200)
                }
                try await webhooks(to: "\(place.receiver.url)/lost")
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/events", ["calendar_id": .string(place.calendar), "count": 150]
                ).expect(201)
                try await webhooks(to: "\(place.env.gatewayURL)/webhooks/meeting-baas")
                try await gateway.start()
                let message = try await place.receiver.first("the changes that nobody heard of") {
                    $0.type == "calendar.sync_events" && $0.json["reconciled"] == true
                }
                #expect((message.data["affected_event_uuids"]?.arrayValue ?? []).count > 150)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `The account's sync is given back only when it surely did not happen`()
            async throws
        {
            try await Scenario.run { place, gateway in
                let v1 = "/api/v1/calendars/\(place.calendar)/sync"
                func fault(_ path: String, _ status: Int) async throws {
                    try await place.env.meetingBaaS.call(
                        .post, "/_sandbox/faults",
                        [
                            "path_prefix": .string(path), "method": "POST", "status": .int(status),
                            "body": ["error": "x"],
                        ]
                    ).expect(201)
                }
                func synced() async throws -> Int { try await place.sent("POST", "/calendars/resync_all") }
                func nextTurn() async throws {
                    try await gateway.edit(["UPDATE account_states SET last_sync_at = NULL"])
                }
                // Refused: the next one is asked at once.
                try await fault("/calendars/resync_all", 400)
                try await place.app.call(.post, v1).expect(502)
                try await place.app.call(.post, v1).expect(202)
                #expect(try await synced() == 2)
                // It may have happened: the next one waits for its turn.
                try await nextTurn()
                try await fault("/calendars/resync_all", 500)
                try await place.app.call(.post, v1).expect(503)
                try await place.app.call(.post, v1).expect(202)
                #expect(try await synced() == 3)
                // A calendar of version 2 in the same account has nothing to give back.
                let other = try await place.connect("bob")
                let made = try await place.tenant.server.with("Gateway-User", "bob").call(
                    .post, "/meeting-baas/v2/calendars",
                    ["connection_id": other, "calendar_platform": "google", "raw_calendar_id": "primary"]
                ).expect(201)
                let v2 = try #require(made["data"]?["calendar_id"]?.stringValue)
                try await fault("/v2/calendars/\(v2)/sync", 400)
                try await place.tenant.server.call(.post, "/api/v1/calendars/\(v2)/sync").expect(502)
                try await place.app.call(.post, v1).expect(202)
                #expect(try await synced() == 3)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `Two users of one tenant in one meeting do not block each other`()
            async throws
        {
            try await Scenario.run { place, _ in
                let body: JSON = ["bot_name": "N", "meeting_url": MirrorPlace.meeting()]
                let (ann, bob) = (place.server, place.tenant.server.with("Gateway-User", "bob"))
                let bots = "/meeting-baas/bots"
                let first = try await ann.call(.post, bots, body).expect(200).text("bot_id")
                try await bob.call(.post, bots, body).expect(200)
                try await place.tenant.server.call(.post, bots, body).expect(200)
                for caller in [ann, bob, place.tenant.server] {
                    #expect(try await caller.call(.post, bots, body).status == 409, "one's own second bot")
                }
                var own = body.objectValue ?? [:]
                own["deduplication_key"] = "mine"
                let second = try await ann.call(.post, bots, .object(own)).expect(200).text("bot_id")
                // Each sees the key as it was given.
                for (bot, key) in [(first, JSON.null), (second, "mine")] {
                    let data = try await place.tenant.server.call(
                        .get, "/meeting-baas/bots/meeting_data?bot_id=\(bot)"
                    ).expect(200)
                    #expect(data["bot_data"]?["bot"]?["deduplication_key"] ?? .null == key, "\(data.text)")
                }
                // Bots of events have the same keys: by way of the API, the mirror, and after a change to null.
                let other = try await Scenario(place.env, place.receiver, place.tenant, "carl")
                var keys: [JSON] = []
                for user in [place, other] {
                    try await user.app.call(.put, "/api/v1/events/\(user.single)/recording", ["bot_name": "N"]).expect(
                        200)
                    keys.append(try await user.bot(user.single)["deduplication_key"] ?? .null)
                    let mirrored = "/meeting-baas/calendar_events/\(user.series[0])/bot"
                    try await user.server.call(.post, mirrored, ["bot_name": "N"]).expect(200)
                    #expect(try await user.bot(user.series[0])["deduplication_key"] == keys.last)
                    try await user.server.call(.patch, mirrored, ["deduplication_key": .null]).expect(200)
                    #expect(try await user.bot(user.series[0])["deduplication_key"] == keys.last)
                }
                #expect(keys.allSatisfy { $0 != .null } && keys[0] != keys[1])
            }
        }
    }
}
