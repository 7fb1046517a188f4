#if Postgres
    import Foundation
    import HTTPTypes
    import JSONValue
    import SQL
    import Support
    import Testing

    extension EndToEnd {
        /// Two replicas and the writes per second that Meeting BaaS allows an account.
        @Suite(.enabled(if: PostgresServer.isRunning)) struct ReplicaBudgetTests {
            private static let limit = 10
            /// Of that limit: two at once, and then so many in a second (`PerSecondLimit`).
            private static let (burst, perSecond) = (2.0, 8.1)
            private static let bots = "/meeting-baas/v2/bots"

            private static func bot() -> JSON {
                [
                    "bot_name": "Notes",
                    "meeting_url": .string("https://meet.google.com/\(UInt64.random(in: 0 ... .max))"),
                ]
            }

            private static func run(
                _ body: @escaping @Sendable (ReplicaPlace, [API]) async throws -> Void
            ) async throws {
                let place = try await ReplicaPlace()
                let receiver = Receiver()
                try await receiver.run {
                    let tenant = try await TenantFixture(place.env, slug: "tenant-a", receiver: receiver.url)
                    try await place.env.meetingBaaS.call(
                        .put, "/_sandbox/limits", ["writes_per_second": .int(limit)]
                    ).expect(200)
                    let apps = [0, 1].map { tenant.server.at(place.url($0)) }
                    // The first replies name the limit.
                    for app in apps { try await app.call(.post, bots, bot()).expect(201) }
                    try await place.env.meetingBaaS.call(.delete, "/_sandbox/requests").expect(204)
                    try await body(place, apps)
                }
            }

            /// Orders so many bots, as clients do that come again when they are refused for the rate.
            private static func order(_ count: Int, _ apps: [API]) async throws {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<count {
                        let app = apps[number % apps.count]
                        group.addTask {
                            while true {
                                let reply = try await app.call(.post, bots, bot())
                                if reply.status == 201 { return }
                                #expect(reply.status == 429, "\(reply.status) \(reply.text)")
                                // It says so itself: `Retry-After`.
                                try await Task.sleep(for: .seconds(1))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }

            /// The times at which bots were ordered from Meeting BaaS, in milliseconds.
            private static func orders(_ place: ReplicaPlace) async throws -> [Int64] {
                try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items.filter {
                    $0["method"] == "POST" && $0["path"] == "/v2/bots"
                }.compactMap { $0["at"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }?.milliseconds }.sorted()
            }

            @Test(.timeLimit(.minutes(5)))
            func `Two replicas together keep to the account's limit, and one alone has all of it`() async throws {
                try await Self.run { place, apps in
                    let start = ContinuousClock.now
                    try await Self.order(40, apps)
                    let took = (ContinuousClock.now - start) / .seconds(1)
                    let sent = try await Self.orders(place)
                    print("two replicas: \(sent.count) orders in \(took) s")
                    #expect(
                        Double(sent.count) <= Self.burst + Self.perSecond * took + 1, "\(sent.count) in \(took) s")

                    // More than half of the limit in some second. A slow machine may need several trials.
                    var most = 0
                    for _ in 0..<10 where most <= Self.limit / 2 {
                        try await place.env.meetingBaaS.call(.delete, "/_sandbox/requests").expect(204)
                        try await Self.order(20, [apps[0]])
                        let times = try await Self.orders(place)
                        most = times.map { from in times.count { (from..<from + 1000).contains($0) } }.max() ?? 0
                    }
                    print("one replica: up to \(most) orders in a second")
                    #expect(most > Self.limit / 2)
                }
            }

            @Test(.timeLimit(.minutes(5)))
            func `A pause that Meeting BaaS asked one replica for is kept by the other`() async throws {
                try await Self.run { place, apps in
                    try await place.env.meetingBaaS.call(
                        .post, "/_sandbox/faults",
                        [
                            "method": "POST", "path": "/v2/bots", "status": 429, "headers": ["Retry-After": "4"],
                            "body": ["code": "FST_ERR_TOO_MANY_REQUESTS"],
                        ]
                    ).expect(201)
                    async let refused = apps[0].call(.post, Self.bots, Self.bot())
                    let database = try await place.open()
                    let paused = try await place.env.eventually {
                        try await database.read { tx in
                            try tx.first(
                                "SELECT paused_until FROM account_budgets WHERE paused_until > refilled_at + 2000"
                            )?.integer("paused_until")
                        }
                    }
                    try await apps[1].call(.post, Self.bots, Self.bot()).expect(201)
                    // It was sent once more, in its turn.
                    #expect(try await refused.status == 201)
                    let times = try await Self.orders(place)
                    #expect(times.count == 3)
                    // Both clocks are this machine's, in milliseconds.
                    #expect(times.dropFirst().allSatisfy { $0 >= paused - 5 }, "\(times), paused until \(paused)")
                    await database.close()
                }
            }
        }
    }
#endif
