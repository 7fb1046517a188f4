#if Postgres
    import Foundation
    import Support
    import Synchronization
    import Testing

    @testable import SQL

    /// Calls while a server, a pooler or another process keeps them waiting.
    @Suite(.enabled(if: PostgresServer.isRunning), .serialized) struct PostgresWaitTests {
        private static let schema = "CREATE TABLE written (n BIGINT NOT NULL)"

        @Test(.timeLimit(.minutes(3)))
        func `Callers are answered in about ten seconds while connections are taken and nothing is answered`()
            async throws
        {
            let url = try PostgresServer.newDatabase()
            let proxy = try TCPProxy(to: PostgresPlace.port(url))
            let database = try await PostgresPlace.open(
                try PostgresPlace.url(url, port: proxy.port), connections: 3, listening: url)
            try await database.write { try $0.script(Self.schema) }
            for isFirst in [true, false] {
                // As a pooler does that has no free connection to the server.
                proxy.freeze()
                let start = ContinuousClock.now
                let longest = try await withThrowingTaskGroup(of: Duration.self) { group in
                    // More than there are connections.
                    for number in 0..<24 {
                        group.addTask {
                            let failure = await error {
                                if number.isMultiple(of: 2) {
                                    _ = try await database.read { try $0.run("SELECT n FROM written") }
                                } else {
                                    _ = try await database.write { try $0.run("INSERT INTO written VALUES (1)") }
                                }
                            }
                            switch failure {
                            case .unavailable?: break
                            default: Issue.record("\(failure.text)")
                            }
                            return .now - start
                        }
                    }
                    return try await group.reduce(.zero) { max($0, $1) }
                }
                // Without a bound on the whole it is 20 s for each turn, and 40 for a call that is repeated.
                #expect(longest < .seconds(18), "\(longest), first \(isFirst)")
                proxy.thaw()
                #expect(
                    try await becomesTrue(within: 60) {
                        let written = await error {
                            _ = try await database.write { try $0.run("INSERT INTO written VALUES (2)") }
                        }
                        let read = await error { _ = try await database.read { try $0.run("SELECT n FROM written") } }
                        return written == nil && read == nil
                    })
            }
            await database.close()
            proxy.stop()
        }

        @Test(.timeLimit(.minutes(2)))
        func `A process that stops within a write with the lock holds up the others for seconds alone`() async throws {
            let url = try PostgresServer.newDatabase()
            let (stopped, other) = (try await PostgresPlace.open(url), try await PostgresPlace.open(url))
            try await other.write { try $0.script(Self.schema) }
            let isInside = Mutex(false)
            let isOver = Mutex(false)
            let runs = Counter()
            let late = Task {
                try await stopped.write { tx in
                    try tx.run("INSERT INTO written VALUES (1)")
                    guard runs.next() == 0 else { return }
                    isInside.withLock { $0 = true }
                    // A process that is stopped does nothing here.
                    while !isOver.withLock(\.self) { Thread.sleep(forTimeInterval: 0.01) }
                    try tx.run("INSERT INTO written VALUES (2)")
                }
            }
            let hasBegun = try await becomesTrue(within: 60) { isInside.withLock(\.self) }
            #expect(hasBegun)
            // As a replica renews its life.
            let isWritten = try await becomesTrue(within: 60) {
                await error { try await other.write { try $0.run("INSERT INTO written VALUES (3)") } } == nil
            }
            #expect(isWritten)
            isOver.withLock { $0 = true }
            _ = await error { try await late.value }
            // Nothing of the transaction that was ended is there; it may have run once more.
            let rows = try await other.read { try $0.run("SELECT n FROM written").map { try $0.integer("n") } }
            #expect(rows.contains(3) && !rows.contains(2) && rows.count { $0 == 1 } <= 1, "\(rows)")
            await stopped.close()
            await other.close()
        }

        @Test(.timeLimit(.minutes(2)))
        func `After a commit of unknown outcome all that was read before is dropped`() async throws {
            let url = try PostgresServer.newDatabase()
            let proxy = try TCPProxy(to: PostgresPlace.port(url))
            // Notices come by a connection of their own, so that no gap comes from there.
            let database = try await PostgresPlace.open(
                try PostgresPlace.url(url, port: proxy.port), statementTimeout: .milliseconds(200), listening: url)
            try await database.write { try $0.script(Self.schema) }
            let notices = ReceivedNotices(database)
            let probe = ChangeTopic("probe")
            // It hears itself: the beginning's gaps are over.
            let other = try await PostgresPlace.open(url)
            let hears = try await becomesTrue(within: 60) {
                try await other.write { tx in
                    try tx.run("SELECT 1")
                    tx.notify(ChangeNotice(probe))
                }
                return !notices.payloads(probe).isEmpty
            }
            #expect(hears)
            let start = ContinuousClock.now
            let outcome = await error {
                try await database.write { tx in
                    try tx.run("INSERT INTO written VALUES (1)")
                    // The commit gets no answer.
                    proxy.freeze()
                }
            }
            #expect(outcome.isCommitOutcomeUnknown, "\(outcome.text)")
            // Before the caller is answered.
            #expect(!notices.gaps(since: start).isEmpty)
            proxy.thaw()
            await database.close()
            await other.close()
            proxy.stop()
        }
    }
#endif
