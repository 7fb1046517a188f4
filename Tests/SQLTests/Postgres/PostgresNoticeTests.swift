#if Postgres
    import Support
    import Testing

    @testable import SQL

    /// Notices between processes: each database object is one.
    @Suite(.enabled(if: PostgresServer.isRunning), .serialized) struct PostgresNoticeTests {
        private static let change = ChangeTopic("change")
        private static let wake = ChangeTopic("wake", delivery: .afterCommit)
        private static let local = ChangeTopic("here", delivery: .local)
        private static let probe = ChangeTopic("probe")

        /// Waits until a database hears another.
        private func connect(_ one: PostgresDatabase, to other: ReceivedNotices) async throws {
            let hears = try await becomesTrue {
                try await one.write { tx in tx.notify(ChangeNotice(Self.probe)) }
                return !other.payloads(Self.probe).isEmpty
            }
            #expect(hears)
        }

        private struct Oops: Error {}

        @Test(.timeLimit(.minutes(1)))
        func `A change's notice comes to others once, in order, and never when it was undone`() async throws {
            let url = try PostgresServer.newDatabase()
            let (one, two) = (try await PostgresPlace.open(url), try await PostgresPlace.open(url))
            let (first, second) = (ReceivedNotices(one), ReceivedNotices(two))
            try await connect(one, to: second)
            try await connect(two, to: first)
            // All at once, so that they share commits; and from both.
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    let database = number.isMultiple(of: 4) ? two : one
                    group.addTask {
                        _ = try? await database.write { tx in
                            try tx.run("SELECT 1")
                            tx.notify(ChangeNotice(Self.change, "\(number)"))
                            tx.notify(ChangeNotice(Self.local, "\(number)"))
                            if number.isMultiple(of: 3) { throw Oops() }
                        }
                    }
                }
            }
            let kept = Set((0..<200).filter { $0 % 3 != 0 }.map { "\($0)" })
            let haveCome = try await becomesTrue {
                first.payloads(Self.change).count >= kept.count && second.payloads(Self.change).count >= kept.count
            }
            #expect(haveCome)
            for received in [first, second] {
                let payloads = received.payloads(Self.change)
                #expect(payloads.count == kept.count && Set(payloads) == kept)
            }
            // The order of the commits of one process.
            func ofOne(_ payloads: [String]) -> [String] { payloads.filter { (Int($0) ?? 0) % 4 != 0 } }
            #expect(ofOne(first.payloads(Self.change)) == ofOne(second.payloads(Self.change)))
            #expect(Set(first.payloads(Self.local) + second.payloads(Self.local)) == kept)
            #expect(
                first.payloads(Self.local).count + second.payloads(Self.local).count == kept.count, "local ones stay")
            for database in [one, two] { await database.close() }
        }

        @Test(.timeLimit(.minutes(1))) func `Notices of one commit that need several messages all come, in order`()
            async throws
        {
            let url = try PostgresServer.newDatabase()
            let (one, two) = (try await PostgresPlace.open(url), try await PostgresPlace.open(url))
            let received = ReceivedNotices(two)
            try await connect(one, to: received)
            let payloads = (0..<400).map { "\($0) " + String(repeating: "é", count: 50) }
            try await one.write { tx in
                for payload in payloads { tx.notify(ChangeNotice(Self.change, payload)) }
            }
            #expect(try await becomesTrue { received.payloads(Self.change) == payloads })
            for database in [one, two] { await database.close() }
        }

        @Test(.timeLimit(.minutes(1))) func `Notices that only wake somebody come together`() async throws {
            let url = try PostgresServer.newDatabase()
            let (one, two) = (try await PostgresPlace.open(url), try await PostgresPlace.open(url))
            let (own, received) = (ReceivedNotices(one), ReceivedNotices(two))
            try await connect(one, to: received)
            for number in 0..<200 {
                try await one.write { tx in tx.notify(ChangeNotice(Self.wake, "\(number % 2)")) }
            }
            #expect(try await becomesTrue { Set(received.payloads(Self.wake)) == ["0", "1"] })
            #expect(own.payloads(Self.wake).count == 200)
            let count = received.payloads(Self.wake).count
            #expect(count < 200, "\(count)")
            _ = await error {
                try await one.write { tx in
                    tx.notify(ChangeNotice(Self.wake, "never"))
                    try tx.run("SELECT nothing")
                }
            }
            try await one.write { tx in tx.notify(ChangeNotice(Self.wake, "last")) }
            #expect(try await becomesTrue { received.payloads(Self.wake).contains("last") })
            #expect(!received.payloads(Self.wake).contains("never"))
            for database in [one, two] { await database.close() }
        }

        @Test(.timeLimit(.minutes(2)))
        func `While notices may be missed a gap comes every second, and one more at the end`() async throws {
            let url = try PostgresServer.newDatabase()
            let proxy = try TCPProxy(to: PostgresPlace.port(url))
            let one = try await PostgresPlace.open(url)
            let two = try await PostgresPlace.open(url, listening: PostgresPlace.url(url, port: proxy.port))
            let received = ReceivedNotices(two)
            try await connect(one, to: received)
            proxy.freeze()
            let frozen = ContinuousClock.now
            // This one is not heard.
            try await one.write { tx in tx.notify(ChangeNotice(Self.change, "missed")) }
            #expect(try await becomesTrue { received.gaps(since: frozen).contains { $0 > .seconds(5) } })
            var last = Duration.zero
            for gap in received.gaps(since: frozen) {
                #expect(gap - last <= .milliseconds(1_000), "\(gap)")
                last = gap
            }
            proxy.cut()
            proxy.thaw()
            let thawed = ContinuousClock.now
            let before = received.payloads(Self.probe).count
            let hears = try await becomesTrue {
                try await one.write { tx in tx.notify(ChangeNotice(Self.probe)) }
                return received.payloads(Self.probe).count > before
            }
            #expect(hears && !received.gaps(since: thawed).isEmpty)
            // It is quiet again.
            let quiet = ContinuousClock.now
            #expect(try await !becomesTrue(within: 2) { received.gaps(since: quiet).count > 1 })
            for database in [one, two] { await database.close() }
            proxy.stop()
        }

        @Test(.timeLimit(.minutes(1))) func `Behind a pooler there is a gap every second, and others are sent notices`()
            async throws
        {
            let url = try PostgresServer.newDatabase()
            let pooled = try PostgresPlace.url(
                PostgresPlace.variable("GATEWAY_TEST_PGBOUNCER"), database: PostgresServer.database(of: url))
            let (one, two) = (try await PostgresPlace.open(url), try await PostgresPlace.open(pooled, prepares: false))
            let (first, second) = (ReceivedNotices(one), ReceivedNotices(two))
            try await connect(two, to: first)
            let start = ContinuousClock.now
            try await two.write { tx in
                tx.notify(ChangeNotice(Self.change, "1"))
                tx.notify(ChangeNotice(Self.wake, "2"))
            }
            #expect(
                try await becomesTrue {
                    first.payloads(Self.change) == ["1"] && first.payloads(Self.wake) == ["2"]
                })
            try await one.write { tx in tx.notify(ChangeNotice(Self.change, "3")) }
            #expect(try await becomesTrue { second.gaps(since: start).contains { $0 > .seconds(3) } })
            var last = Duration.zero
            for gap in second.gaps(since: start) {
                #expect(gap - last <= .milliseconds(1_000), "\(gap)")
                last = gap
            }
            #expect(second.payloads(Self.change) == ["1"], "it hears nobody else")
            let channels = try await two.read { try $0.run("SELECT pg_listening_channels() AS name").count }
            #expect(channels == 0)
            for database in [one, two] { await database.close() }
        }

        @Test(.timeLimit(.minutes(1))) func `Behind a pooler notices come by a connection of their own`() async throws {
            let url = try PostgresServer.newDatabase()
            let pooled = try PostgresPlace.url(
                PostgresPlace.variable("GATEWAY_TEST_PGBOUNCER"), database: PostgresServer.database(of: url))
            let one = try await PostgresPlace.open(pooled, prepares: false, listening: url)
            let two = try await PostgresPlace.open(url)
            let (first, second) = (ReceivedNotices(one), ReceivedNotices(two))
            try await connect(one, to: second)
            try await connect(two, to: first)
            let start = ContinuousClock.now
            try await two.write { tx in tx.notify(ChangeNotice(Self.change, "x")) }
            #expect(try await becomesTrue { first.payloads(Self.change) == ["x"] })
            #expect(first.gaps(since: start).isEmpty)
            for database in [one, two] { await database.close() }
        }
    }
#endif
