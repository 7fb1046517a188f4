#if Postgres
    import Support
    import Synchronization
    import Testing

    @testable import SQL

    /// Indexes that steps build on PostgreSQL while others write.
    @Suite(.enabled(if: PostgresServer.isRunning)) struct LargeIndexTests {
        private static let things = Migrator.Step(
            "things", "CREATE TABLE things (id {int} NOT NULL, name TEXT) {strict}")
        private static let index = LargeIndex("things_by_name", on: "things", "(name) WHERE name IS NOT NULL")
        private static let build = Migrator.Step("index", building: index)
        private static let more = Migrator.Step("more", "CREATE TABLE more (id {int} NOT NULL) {strict}")

        /// A database with a table and rows, and its URL.
        private static func place() async throws -> (url: String, database: PostgresDatabase) {
            let url = try PostgresServer.newDatabase()
            let database = try await PostgresPlace.open(url)
            try await Migrator([things]).run(on: database)
            try await database.write {
                _ = try $0.run(
                    "INSERT INTO things (id, name) SELECT n, 'name ' || n FROM generate_series(1, 1000) AS numbers (n)")
            }
            return (url, database)
        }

        private struct Found: Equatable, Sendable {
            let identity: Int64
            let isValid: Bool
        }

        private static func found(_ database: PostgresDatabase) async throws -> Found? {
            try await database.read { tx in
                try tx.first(
                    """
                    SELECT CAST(indexrelid AS BIGINT) AS identity, indisvalid FROM pg_index
                    WHERE indexrelid = to_regclass('things_by_name')
                    """
                ).map { Found(identity: try $0.integer("identity"), isValid: try $0.bool("indisvalid")) }
            }
        }

        private static func isNoted(_ database: PostgresDatabase) async throws -> Bool {
            try await database.read { try AppliedSteps.read(in: $0).rows[2] != nil }
        }

        /// The server's processes that build the index.
        private static func builders(_ database: PostgresDatabase) async throws -> [Int64] {
            try await database.read { tx in
                try tx.run(
                    """
                    SELECT pid FROM pg_stat_activity
                    WHERE datname = current_database() AND state = 'active' AND query LIKE 'CREATE INDEX CONCURRENTLY%'
                    """
                ).map { try $0.integer("pid") }
            }
        }

        /// Waits until an index is being built: its row is there, and it is not valid.
        private static func isUnderWay(_ database: PostgresDatabase) async throws -> Bool {
            try await becomesTrue(within: 60) {
                let isLeft = try await found(database)?.isValid == false
                let count = try await builders(database).count
                return isLeft && count == 1
            }
        }

        /// A transaction that has written to the table: a build waits for its end.
        private static func writing(_ url: String) throws -> PostgresSession {
            let session = try PostgresSession(PostgresPlace.parameters(url), PostgresUniqueKeys())
            try session.run("BEGIN")
            try session.run("INSERT INTO things (id, name) VALUES (0, 'open')")
            return session
        }

        /// Runs the steps beside `body`.
        /// - Returns: the numbers of the steps that were run.
        private static func run(
            on database: PostgresDatabase, _ steps: [Migrator.Step] = [things, build],
            beside body: () async throws -> Void
        ) async throws -> [Int] {
            let task = Task {
                let numbers = Mutex<[Int]>([])
                try await Migrator(steps).run(
                    on: database, onStep: { number, _ in numbers.withLock { $0.append(number) } })
                return numbers.withLock(\.self)
            }
            try await body()
            return try await task.value
        }

        @Test(.timeLimit(.minutes(3))) func `Writers go on while an index is built`() async throws {
            let (url, database) = try await Self.place()
            let open = try Self.writing(url)
            let other = try await PostgresPlace.open(url)
            let ran = try await Self.run(on: database, [Self.things, Self.build, Self.more]) {
                #expect(try await Self.isUnderWay(other))
                for number in 0..<20 {
                    for each in [database, other] {
                        try await each.write {
                            _ = try $0.run("INSERT INTO things (id, name) VALUES (\(number), 'meanwhile')")
                        }
                    }
                }
                #expect(try await Self.builders(other).count == 1)
                #expect(try await !Self.isNoted(other), "it is not done before it is valid")
                try open.run("COMMIT")
            }
            #expect(ran == [2, 3])
            #expect(try await Self.found(other)?.isValid == true)
            #expect(try await Migrator([Self.things, Self.build, Self.more]).status(of: other).state == .current)
            for each in [database, other] { await each.close() }
        }

        @Test(.timeLimit(.minutes(3))) func `Programs that start together build it once`() async throws {
            let (url, first) = try await Self.place()
            var databases = [first]
            for _ in 0..<3 { databases.append(try await PostgresPlace.open(url)) }
            let open = try Self.writing(url)
            let ran = try await withThrowingTaskGroup(of: [Int].self) { group in
                for database in databases {
                    group.addTask { try await Self.run(on: database, [Self.things, Self.build, Self.more]) {} }
                }
                #expect(try await Self.isUnderWay(first))
                try open.run("COMMIT")
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(ran.sorted() == [2, 3])
            #expect(try await Self.found(first)?.isValid == true)
            for database in databases { await database.close() }
        }

        @Test(.timeLimit(.minutes(3))) func `A build that was ended in the midst is done again`() async throws {
            let (url, database) = try await Self.place()
            let other = try await PostgresPlace.open(url)
            let open = try Self.writing(url)
            await #expect(throws: SQLError.self) {
                _ = try await Self.run(on: database) {
                    #expect(try await Self.isUnderWay(other))
                    for process in try await Self.builders(other) {
                        try await other.write { _ = try $0.run("SELECT pg_terminate_backend(CAST(\(process) AS INT))") }
                    }
                }
            }
            try open.run("COMMIT")
            let left = try await Self.found(other)
            #expect(left?.isValid == false)
            #expect(try await !Self.isNoted(other))
            #expect(try await Self.run(on: database) {} == [2])
            let made = try await Self.found(other)
            #expect(made?.isValid == true && made?.identity != left?.identity)
            #expect(try await Self.run(on: database) {} == [])
            #expect(try await Self.found(other) == made)
            for each in [database, other] { await each.close() }
        }

        /// The server does not notice that the client of a build has gone.
        @Test(.timeLimit(.minutes(3))) func `A build that outlives its program is waited for`() async throws {
            let (url, database) = try await Self.place()
            let open = try Self.writing(url)
            let parameters = try PostgresPlace.parameters(url)
            let orphan = Task.detached {
                let session = try PostgresSession(parameters, PostgresUniqueKeys())
                try session.script(Self.index.statement(concurrently: true))
            }
            #expect(try await Self.isUnderWay(database))
            let left = try await Self.found(database)
            #expect(left?.isValid == false)
            let ran = try await Self.run(on: database) {
                // Until it waits for the lock of the table.
                #expect(
                    try await becomesTrue(within: 60) {
                        try await database.read { tx in
                            try tx.first(
                                """
                                SELECT pid FROM pg_stat_activity WHERE datname = current_database()
                                    AND wait_event_type = 'Lock' AND query LIKE '%LOCK TABLE things%'
                                """) != nil
                        }
                    })
                try open.run("COMMIT")
            }
            try await orphan.value
            #expect(ran == [2])
            let made = try await Self.found(database)
            #expect(made?.isValid == true && made?.identity == left?.identity, "it is not built twice")
            await database.close()
        }

        @Test(.timeLimit(.minutes(1))) func `An index whose rows are refused is an error, and the step stays`()
            async throws
        {
            let (_, database) = try await Self.place()
            try await database.write { _ = try $0.run("INSERT INTO things (id, name) VALUES (1, 'a'), (2, 'a')") }
            let unique = Migrator.Step(
                "unique", building: LargeIndex("things_by_name", on: "things", "(name)", isUnique: true))
            let error = await error { try await Migrator([Self.things, unique]).run(on: database) }
            guard case .uniqueViolation? = error else {
                Issue.record("\(error.text)")
                return
            }
            #expect(try await !Self.isNoted(database))
            try await database.write { _ = try $0.run("DELETE FROM things WHERE name = 'a'") }
            try await Migrator([Self.things, unique]).run(on: database)
            #expect(try await Self.found(database)?.isValid == true)
            await database.close()
        }
    }
#endif
