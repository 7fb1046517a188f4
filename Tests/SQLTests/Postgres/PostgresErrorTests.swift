#if Postgres
    import Foundation
    import Support
    import Synchronization
    import Testing

    @testable import SQL

    /// Each kind of error of a PostgreSQL server, caused for real.
    @Suite(.enabled(if: PostgresServer.isRunning)) struct PostgresErrorTests {
        private static let schema = """
            CREATE TABLE parents (id TEXT PRIMARY KEY, slug VARCHAR(20) NOT NULL UNIQUE, a TEXT, b TEXT, c TEXT, d TEXT,
                until BIGINT, number INT CHECK (number < 10));
            CREATE UNIQUE INDEX parents_by_b_a ON parents (b, a);
            CREATE UNIQUE INDEX parents_once ON parents (c, b) WHERE until IS NULL;
            CREATE UNIQUE INDEX parents_by_text ON parents (lower(d));
            CREATE TABLE children (number BIGINT PRIMARY KEY,
                parent TEXT NOT NULL REFERENCES parents(id) DEFERRABLE INITIALLY IMMEDIATE);
            INSERT INTO parents VALUES ('p', 'p', 'a', 'b', 'c', 'd', NULL, 1);
            INSERT INTO children VALUES (1, 'p');
            CREATE FUNCTION fail(state TEXT) RETURNS BIGINT LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION USING ERRCODE = state, MESSAGE = 'canary message', DETAIL = 'canary detail',
                        HINT = 'canary hint';
                END $$;
            """

        private func open() async throws -> PostgresDatabase {
            let database = try await PostgresPlace.open()
            try await database.write { try $0.script(Self.schema) }
            return database
        }

        @Test func `A unique violation has the name of its key`() async throws {
            let database = try await open()
            for (statement, key) in [
                ("INSERT INTO parents (id, slug) VALUES ('p', 'other')", UniqueKey("parents", "id")),
                ("INSERT INTO parents (id, slug) VALUES ('q', 'p')", UniqueKey("parents", "slug")),
                ("INSERT INTO parents (id, slug, a, b) VALUES ('q', 'q', 'a', 'b')", UniqueKey("parents", "b", "a")),
                ("INSERT INTO parents (id, slug, b, c) VALUES ('q', 'q', 'b', 'c')", UniqueKey("parents", "c", "b")),
                ("INSERT INTO parents (id, slug, d) VALUES ('q', 'q', 'D')", UniqueKey(index: "parents_by_text")),
                ("INSERT INTO children VALUES (1, 'p')", UniqueKey("children", "number")),
            ] {
                let violation = await error { try await database.write { try $0.run(Query(stringLiteral: statement)) } }
                #expect(violation.isUniqueViolation(of: key), "\(statement): \(violation.text)")
            }
            await database.close()
        }

        @Test func `A commit is durable though the role asks for less, and a stricter setting stays`() async throws {
            let database = try await open()
            let url = try PostgresServer.newDatabase()
            for (setting, expected) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")] {
                let name = PostgresServer.database(of: url)
                try PostgresServer.run("ALTER DATABASE \(name) SET synchronous_commit = \(setting)", on: url)
                let other = try await PostgresPlace.open(url)
                let found = try await other.write { tx in
                    try tx.first("SELECT current_setting('synchronous_commit') AS setting")?.text("setting")
                }
                #expect(found == expected)
                await other.close()
            }
            await database.close()
        }

        @Test func `An index that another process made is known by its columns`() async throws {
            let url = try PostgresServer.newDatabase()
            let (one, other) = (try await PostgresPlace.open(url), try await PostgresPlace.open(url))
            try await one.write { try $0.script("CREATE TABLE late (a TEXT, b TEXT)") }
            try await other.write { _ = try $0.run("INSERT INTO late VALUES ('a', 'b')") }
            try await one.write { try $0.script("CREATE UNIQUE INDEX late_by_b ON late (b)") }
            let found = await error { try await other.write { try $0.run("INSERT INTO late VALUES ('c', 'b')") } }
            #expect(found.isUniqueViolation(of: UniqueKey("late", "b")), "\(found.text)")
            for database in [one, other] { await database.close() }
        }

        @Test func `Other constraints are no unique violations, also at the commit`() async throws {
            let database = try await open()
            for statement in [
                "INSERT INTO children VALUES (2, 'nobody')",
                "INSERT INTO parents (id, slug, number) VALUES ('q', 'q', 10)",
                "INSERT INTO parents (id) VALUES ('q')", "DELETE FROM parents",
                "INSERT INTO parents (id, slug, number) VALUES ('q', 'q', CAST('x' AS INT))",
                "INSERT INTO parents (id, slug) VALUES ('q', '123456789012345678901')",
                "INSERT INTO parents (id, slug, number) VALUES ('q', 'q', 99999999999)", "SELECT 1 / 0",
            ] {
                let violation = await error { try await database.write { try $0.run(Query(stringLiteral: statement)) } }
                #expect(violation.isOtherConstraint, "\(statement): \(violation.text)")
            }
            let late = await error {
                try await database.write { tx in
                    try tx.run("SET CONSTRAINTS ALL DEFERRED")
                    try tx.run("INSERT INTO children VALUES (2, 'nobody')")
                }
            }
            #expect(late.isOtherConstraint, "\(late.text)")
            #expect(try await database.read { try $0.run("SELECT number FROM children").count } == 1)
            await database.close()
        }

        @Test func `A wrong statement is an error of its own, and its text names no values`() async throws {
            let database = try await open()
            let wrong = await error {
                try await database.read { try $0.run("SELECT nothing FROM parents WHERE id = \("canary")") }
            }
            #expect(wrong.isStatement, "\(wrong.text)")
            #expect(wrong.text.contains("42703 in: SELECT nothing FROM parents WHERE id = ?"), "\(wrong.text)")
            #expect(!wrong.text.contains("canary"))
            let kind = await error {
                try await database.read { try $0.run("SELECT CAST('2026-01-01' AS DATE) AS day") }
            }
            #expect(kind.isStatement && kind.text.contains("must be cast"), "\(kind.text)")
            let after = await error {
                try await database.write { tx in
                    _ = try? tx.run("SELECT nothing")
                    try tx.run("SELECT 1")
                }
            }
            #expect(after.isStatement && after.text.contains("25P02"), "\(after.text)")
            // An error that the body swallows is the commit's, and the next transaction knows nothing of it.
            let swallowed = await error { try await database.write { tx in _ = try? tx.run("SELECT nothing") } }
            #expect(swallowed.isStatement, "\(swallowed.text)")
            try await database.write { _ = try $0.run("SELECT 1") }
            await database.close()
        }

        @Test func `No text has the server's message, and each code has its kind`() async throws {
            let database = try await open()
            func failing(_ state: String) async -> SQLError? {
                await error { try await database.write { try $0.run("SELECT fail(\(state))") } }
            }
            let unavailable: [(String, SQLError.Unavailability)] = [
                ("55P03", .locked), ("25006", .readOnly), ("53100", .diskFull), ("53200", .outOfMemory),
                ("53300", .cannotOpen), ("57014", .timedOut), ("57P01", .connectionLost), ("08006", .connectionLost),
                ("58030", .inputOutput), ("XX001", .corrupt),
            ]
            for (state, reason) in unavailable {
                let found = await failing(state)
                #expect(found.isUnavailable(reason) && found.text.contains(state), "\(state): \(found.text)")
                #expect(!found.text.contains("canary"), "\(found.text)")
            }
            for state in ["23514", "22001"] {
                let found = await failing(state)
                #expect(found.isOtherConstraint && !found.text.contains("canary"), "\(state): \(found.text)")
            }
            for state in ["42501", "P0001"] {
                let found = await failing(state)
                #expect(found.isStatement && !found.text.contains("canary"), "\(state): \(found.text)")
            }
            for state in ["40001", "40P01"] {
                let found = await failing(state)
                #expect(found.isSerializationFailure && !found.text.contains("canary"), "\(state): \(found.text)")
            }
            await database.close()
        }

        @Test func `A transaction that could not be put in an order is run again, five times at most`() async throws {
            let database = try await open()
            let runs = Mutex(0)
            func run(failing limit: Int) async -> SQLError? {
                runs.withLock { $0 = 0 }
                return await error {
                    try await database.write { tx in
                        let number = runs.withLock { runs in
                            runs += 1
                            return runs
                        }
                        try tx.run("INSERT INTO children VALUES (\(limit == 3 ? 100 + number : 200 + number), 'p')")
                        tx.notify(ChangeNotice(ChangeTopic("run"), "\(number)"))
                        if number <= limit { try tx.run("SELECT fail('40001')") }
                    }
                }
            }
            let received = ReceivedNotices(database)
            #expect(await run(failing: 3) == nil)
            #expect(runs.withLock(\.self) == 4)
            #expect(await run(failing: .max).isSerializationFailure)
            #expect(runs.withLock(\.self) == 5)
            let numbers = try await database.read {
                try $0.run("SELECT number FROM children WHERE number > 100").map { try $0.integer("number") }
            }
            #expect(numbers == [104] && received.payloads(ChangeTopic("run")) == ["4"])
            await database.close()
        }

        @Test func `A body that fails undoes only itself in a group, also after an error of the server`() async throws {
            let database = try await open()
            await withTaskGroup(of: Void.self) { group in
                for number in 10..<210 {
                    group.addTask {
                        let failed = await error {
                            try await database.write { tx in
                                try tx.run("INSERT INTO children VALUES (\(number), 'p')")
                                if number.isMultiple(of: 5) { try tx.run("INSERT INTO children VALUES (1, 'p')") }
                            }
                        }
                        #expect(
                            number.isMultiple(of: 5)
                                ? failed.isUniqueViolation(of: UniqueKey("children", "number")) : failed == nil,
                            "\(failed.text)")
                    }
                }
            }
            #expect(try await database.read { try $0.run("SELECT number FROM children").count } == 161)
            await database.close()
        }

        /// A group whose bodies are apart is begun again: nothing of its first run may be left.
        @Test func `A conflict in a group whose bodies are apart undoes all of them, and they are run again`()
            async throws
        {
            struct Oops: Error {}
            let database = try await PostgresPlace.open()
            try await database.write { try $0.script("CREATE TABLE once (n BIGINT)") }
            let conflicts = Counter()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<120 {
                    group.addTask {
                        _ = try? await database.write { tx in
                            if number.isMultiple(of: 10), conflicts.next() < 3 {
                                throw SQLError.serializationFailure("of a test")
                            }
                            try tx.run("INSERT INTO once (n) VALUES (\(number))")
                            if number.isMultiple(of: 7) { throw Oops() }
                        }
                    }
                }
            }
            let rows = try await database.read { try $0.run("SELECT n FROM once").map { try $0.integer("n") } }
            var kept: Set<Int64> = []
            for number in 0..<120 where number % 7 != 0 && number % 10 != 0 { kept.insert(Int64(number)) }
            #expect(rows.count == Set(rows).count, "twice")
            #expect(kept.isSubset(of: Set(rows)) && rows.allSatisfy { $0 % 7 != 0 })
            await database.close()
        }

        // MARK: - time

        @Test func `Readers cannot write`() async throws {
            let database = try await open()
            let refused = await error { try await database.read { try $0.run("DELETE FROM children") } }
            #expect(refused.isUnavailable(.readOnly), "\(refused.text)")
            await database.close()
        }

        @Test func `A statement that takes too long is ended by the server`() async throws {
            let database = try await PostgresPlace.open(statementTimeout: .milliseconds(200))
            let start = ContinuousClock.now
            let late = [
                await error { try await database.read { try $0.run("SELECT pg_sleep(20)") } },
                await error { try await database.write { try $0.run("SELECT pg_sleep(20)") } },
            ]
            for each in late { #expect(each.isUnavailable(.timedOut), "\(each.text)") }
            #expect(.now - start < .seconds(5))
            #expect(try await database.read { try $0.first("SELECT 7 AS n")?.integer("n") } == 7)
            await database.close()
        }

        @Test(.timeLimit(.minutes(1)))
        func `A writer waits for another process's, and gives up after its timeout`() async throws {
            let url = try PostgresServer.newDatabase()
            let holder = try await PostgresPlace.open(url)
            let brief = try await PostgresPlace.open(url, lockTimeout: .milliseconds(100))
            let persistent = try await PostgresPlace.open(url)
            try await holder.write { try $0.script(Self.schema) }
            let gate = DispatchSemaphore(value: 0)
            let (begun, begin) = AsyncStream<Void>.makeStream()
            async let held: Void = holder.write { tx in
                try tx.run("INSERT INTO children VALUES (2, 'p')")
                begin.yield()
                gate.wait()
            }
            for await _ in begun { break }
            let refused = await error { try await brief.write { try $0.run("INSERT INTO children VALUES (3, 'p')") } }
            #expect(refused.isUnavailable(.locked), "\(refused.text)")
            // Readers wait for nobody.
            #expect(try await brief.read { try $0.run("SELECT number FROM children").count } == 1)
            async let waited: Void = persistent.write { _ = try $0.run("INSERT INTO children VALUES (4, 'p')") }
            gate.signal()
            try await held
            try await waited
            let numbers = try await brief.read {
                try $0.run("SELECT number FROM children ORDER BY number").map { try $0.integer("number") }
            }
            #expect(numbers == [1, 2, 4])
            for database in [holder, brief, persistent] { await database.close() }
        }
    }
#endif
