#if Postgres
    import Foundation
    import Support
    import Synchronization
    import Testing

    @testable import SQL

    /// Servers and connections that go away.
    @Suite(.enabled(if: PostgresServer.isRunning), .serialized) struct PostgresLossTests {
        private static let schema = "CREATE TABLE written (n BIGINT NOT NULL)"

        private static func endConnections(_ url: String) throws {
            let name = PostgresServer.database(of: url)
            try PostgresServer.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'",
                on: PostgresPlace.variable("GATEWAY_TEST_POSTGRES_ADMIN"))
        }

        private final class Results: Sendable {
            let kept = Mutex<[Int64]>([])
            let unknown = Mutex<Set<Int64>>([])
            let failed = Mutex<Set<Int64>>([])
            let reads = Mutex(0)
            let isOver = Mutex(false)
            private let next = Mutex<Int64>(0)

            func number() -> Int64 {
                next.withLock { next in
                    next += 1
                    return next
                }
            }
        }

        private static func write(_ results: Results, _ database: PostgresDatabase) async {
            while !results.isOver.withLock(\.self) {
                let number = results.number()
                let outcome = await error {
                    try await database.write { tx in
                        _ = try tx.run("INSERT INTO written (n) VALUES (\(number))")
                        _ = try tx.run("SELECT COUNT(*) AS n FROM written")
                    }
                }
                switch outcome {
                case nil: results.kept.withLock { $0.append(number) }
                case .commitOutcomeUnknown?: _ = results.unknown.withLock { $0.insert(number) }
                case .unavailable?: _ = results.failed.withLock { $0.insert(number) }
                default: Issue.record("\(outcome.text)")
                }
            }
        }

        private static func read(_ results: Results, _ database: PostgresDatabase) async {
            while !results.isOver.withLock(\.self) {
                let outcome = await error {
                    try await database.read { tx in
                        let first = try tx.first("SELECT COUNT(*) AS n FROM written")?.integer("n")
                        let second = try tx.first("SELECT COUNT(*) AS n FROM written")?.integer("n")
                        #expect(first == second, "one snapshot")
                    }
                }
                if outcome == nil {
                    results.reads.withLock { $0 += 1 }
                } else if case .unavailable? = outcome {
                    continue
                } else {
                    Issue.record("\(outcome.text)")
                }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `All connections are ended ten times: what was written is there once, and all goes on`() async throws {
            let url = try PostgresServer.newDatabase()
            let database = try await PostgresPlace.open(url, connections: 4)
            try await database.write { try $0.script(Self.schema) }
            let results = Results()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { await Self.write(results, database) } }
                for _ in 0..<4 { group.addTask { await Self.read(results, database) } }
                for _ in 0..<10 {
                    let (written, read) = (results.kept.withLock(\.count), results.reads.withLock(\.self))
                    let goesOn = try await becomesTrue {
                        results.kept.withLock(\.count) > written + 20 && results.reads.withLock(\.self) > read + 20
                    }
                    #expect(goesOn)
                    try Self.endConnections(url)
                }
                results.isOver.withLock { $0 = true }
                try await group.waitForAll()
            }
            let rows = try await database.read { try $0.run("SELECT n FROM written").map { try $0.integer("n") } }
            let (kept, found) = (Set(results.kept.withLock(\.self)), Set(rows))
            #expect(rows.count == found.count, "twice")
            #expect(kept.isSubset(of: found) && kept.count >= 200)
            #expect(found.subtracting(kept).isSubset(of: results.unknown.withLock(\.self)))
            await database.close()
        }

        @Test(.timeLimit(.minutes(1))) func `A connection that was ended while it was idle fails nobody`() async throws
        {
            let url = try PostgresServer.newDatabase()
            let database = try await PostgresPlace.open(url, connections: 2)
            try await database.write { try $0.script(Self.schema) }
            for number in 0..<5 {
                try Self.endConnections(url)
                try await database.write { _ = try $0.run("INSERT INTO written (n) VALUES (\(number))") }
                try Self.endConnections(url)
                #expect(try await database.read { try $0.run("SELECT n FROM written").count } == number + 1)
            }
            await database.close()
        }

        @Test(.timeLimit(.minutes(3)))
        func `A server that is stopped is unavailable, and works again once it is started`() async throws {
            let server = try await OwnServer.start()
            let database = try await PostgresPlace.open(server.newDatabase("own"))
            try await database.write { try $0.script(Self.schema) }
            try await server.stop()
            for _ in 0..<3 {
                let start = ContinuousClock.now
                let read = await error { try await database.read { try $0.run("SELECT n FROM written") } }
                let written = await error { try await database.write { try $0.run("INSERT INTO written VALUES (1)") } }
                for each in [read, written] {
                    guard case .unavailable? = each else {
                        Issue.record("\(each.text)")
                        continue
                    }
                }
                #expect(.now - start < .seconds(5))
            }
            try await server.start()
            #expect(
                try await becomesTrue {
                    await error { try await database.write { try $0.run("INSERT INTO written VALUES (2)") } } == nil
                })
            // Each connection comes back in its own time.
            #expect(
                try await becomesTrue {
                    (try? await database.read { try $0.run("SELECT n FROM written").count }) == 1
                })
            await database.close()
            try await server.stop()
        }

        @Test(.timeLimit(.minutes(1))) func `A database is closed soon though its server is gone`() async throws {
            let url = try PostgresServer.newDatabase()
            let proxy = try TCPProxy(to: PostgresPlace.port(url))
            let database = try await PostgresPlace.open(try PostgresPlace.url(url, port: proxy.port))
            proxy.stop()
            let start = ContinuousClock.now
            await database.close()
            #expect(.now - start < .seconds(10))
        }

        @Test(.timeLimit(.minutes(1))) func `Calls end though the server stops answering`() async throws {
            let url = try PostgresServer.newDatabase()
            let proxy = try TCPProxy(to: PostgresPlace.port(url))
            let database = try await PostgresPlace.open(
                PostgresPlace.url(url, port: proxy.port), statementTimeout: .milliseconds(200))
            try await database.write { try $0.script(Self.schema) }
            let start = ContinuousClock.now
            async let reading = error { try await database.read { try $0.run("SELECT n FROM written") } }
            async let writing = error {
                try await database.write { tx in
                    try tx.run("INSERT INTO written VALUES (1)")
                    // The commit gets no answer.
                    proxy.freeze()
                }
            }
            let written = await writing
            #expect(written.isCommitOutcomeUnknown, "\(written.text)")
            _ = await reading
            let read = await error { try await database.read { try $0.run("SELECT n FROM written") } }
            guard case .unavailable? = read else {
                Issue.record("\(read.text)")
                return
            }
            #expect(.now - start < .seconds(20))
            proxy.thaw()
            #expect(
                try await becomesTrue {
                    await error { try await database.write { try $0.run("INSERT INTO written VALUES (2)") } } == nil
                })
            #expect(
                try await becomesTrue {
                    let count = try? await database.read { try $0.run("SELECT n FROM written WHERE n = 1").count }
                    return count.map { $0 <= 1 } ?? false
                })
            await database.close()
            proxy.stop()
        }

        @Test(.timeLimit(.minutes(1))) func `More callers than connections wait for their turn`() async throws {
            let database = try await PostgresPlace.open(connections: 3)
            try await database.write { try $0.script(Self.schema) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<80 {
                    group.addTask {
                        if number.isMultiple(of: 2) {
                            try await database.read { _ = try $0.run("SELECT pg_sleep(0.02)") }
                        } else {
                            try await database.write { _ = try $0.run("INSERT INTO written VALUES (\(number))") }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.read { try $0.run("SELECT n FROM written").count } == 40)
            #expect(database.load.reads == 0 && database.load.writes == 0)
            await database.close()
        }
    }
#endif
