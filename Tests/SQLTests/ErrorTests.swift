import Foundation
import Synchronization
import Testing

@testable import SQL

/// Each kind of error, caused for real.
struct ErrorTests {
    private static let schema = """
        CREATE TABLE parents (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, a TEXT, b TEXT, c TEXT, d TEXT, until INTEGER,
            number INTEGER CHECK (number < 10)) STRICT;
        CREATE UNIQUE INDEX parents_by_b_a ON parents (b, a);
        CREATE UNIQUE INDEX parents_once ON parents (c, b) WHERE until IS NULL;
        CREATE UNIQUE INDEX parents_by_text ON parents (lower(d));
        CREATE TABLE children (number INTEGER PRIMARY KEY, parent TEXT NOT NULL REFERENCES parents(id)) STRICT;
        INSERT INTO parents VALUES ('p', 'p', 'a', 'b', 'c', 'd', NULL, 1);
        INSERT INTO children VALUES (1, 'p');
        """

    private func open(_ path: String? = nil, lockTimeout: Duration = .seconds(5)) async throws -> SQLiteDatabase {
        let database = try await SQLiteDatabase.open(path: path ?? newPath(), lockTimeout: lockTimeout)
        if path == nil { try await database.write { try $0.script(Self.schema) } }
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

    @Test func `Other constraints are no unique violations, also at the commit`() async throws {
        let database = try await open()
        for statement in [
            "INSERT INTO children VALUES (2, 'nobody')", "INSERT INTO parents (id, slug, number) VALUES ('q', 'q', 10)",
            "INSERT INTO parents (id) VALUES ('q')", "INSERT INTO parents (id, slug, number) VALUES ('q', 'q', 'x')",
            "DELETE FROM parents",
        ] {
            let violation = await error { try await database.write { try $0.run(Query(stringLiteral: statement)) } }
            #expect(violation.isOtherConstraint, "\(statement): \(violation.text)")
        }
        let late = await error {
            try await database.write { tx in
                try tx.script("PRAGMA defer_foreign_keys = ON")
                try tx.run("INSERT INTO children VALUES (2, 'nobody')")
            }
        }
        #expect(late.isOtherConstraint)
        #expect(try await database.read { try $0.run("SELECT number FROM children").count } == 1)
        await database.close()
    }

    @Test func `A wrong statement is an error of its own, and its text names no values`() async throws {
        let database = try await open()
        let wrong = await error {
            try await database.read { try $0.run("SELECT nothing FROM parents WHERE id = \("secret")") }
        }
        #expect(wrong.isStatement)
        let text = wrong.map { "\($0)" } ?? ""
        #expect(text.contains("SELECT nothing FROM parents WHERE id = ?") && !text.contains("secret"))
        await database.close()
    }

    // MARK: - storage that does not work

    @Test func `A full database, a file that is none and a folder that is missing are unavailable`() async throws {
        let database = try await open()
        let full = await error {
            try await database.write { tx in
                try tx.script("PRAGMA max_page_count = 1")
                try tx.run("INSERT INTO parents (id, slug) VALUES ('q', \(String(repeating: "q", count: 100_000)))")
            }
        }
        #expect(full.isUnavailable(.diskFull), "\(full.text)")
        await database.close()

        let path = try newPath()
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: path))
        let corrupt = await error { try await SQLiteDatabase.open(path: path) }
        #expect(corrupt.isUnavailable(.corrupt), "\(corrupt.text)")
        let missing = await error { try await SQLiteDatabase.open(path: path + "/none/test.db") }
        #expect(missing.isUnavailable(.cannotOpen), "\(missing.text)")
    }

    /// A pipe in place of the log: everything can be read, and the writes of the commit fail.
    @Test(arguments: [1, 20])
    func `After an I/O error at the commit the outcome is unknown to every caller of it`(callers: Int) async throws {
        let path = try newPath()
        let before = try await open(path)
        try await before.write { try $0.script(Self.schema) }
        await before.close()
        #expect(mkfifo(path + "-wal", 0o600) == 0)
        let database = try await open(path)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<callers {
                group.addTask {
                    let unknown = await error {
                        try await database.write { tx in
                            _ = try tx.run("INSERT INTO children VALUES (\(2 + number), 'p')")
                        }
                    }
                    #expect(unknown.isCommitOutcomeUnknown, "\(unknown.text)")
                }
            }
        }
        await database.close()
    }

    // MARK: - several processes

    @Test(.timeLimit(.minutes(5)))
    func `A writer waits for another process's, and gives up after its timeout`() async throws {
        let path = try newPath()
        let holder = try await open(path)
        try await holder.write { try $0.script(Self.schema) }
        let brief = try await open(path, lockTimeout: .milliseconds(20))
        let persistent = try await open(path, lockTimeout: .seconds(50))
        let gate = DispatchSemaphore(value: 0)
        let (begun, begin) = AsyncStream<Void>.makeStream()
        async let held: Void = holder.write { tx in
            try tx.run("INSERT INTO children VALUES (2, 'p')")
            begin.yield()
            gate.wait()
        }
        for await _ in begun { break }
        let refused = await error {
            try await brief.write { _ = try $0.run("INSERT INTO children VALUES (3, 'p')") }
        }
        #expect(refused.isUnavailable(.locked), "\(refused.text)")
        async let waited: Void = persistent.write { _ = try $0.run("INSERT INTO children VALUES (4, 'p')") }
        gate.signal()
        try await held
        try await waited
        let numbers = try await brief.read {
            try $0.run("SELECT number FROM children").map { try $0.integer("number") }
        }
        #expect(numbers == [1, 2, 4])
        for database in [holder, brief, persistent] { await database.close() }
    }

    /// A body that begins its transaction anew without the write lock, reads, and writes after another process has
    /// committed: its snapshot is outdated then.
    private func conflict(runs limit: Int, in database: SQLiteDatabase, at path: String) async throws -> (
        SQLError?, Int
    ) {
        let other = try await open(path)
        let runs = Mutex(0)
        let outcome = await error {
            try await database.write { tx in
                let run = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                tx.notify(ChangeNotice(ChangeTopic("run"), "\(run)"))
                if run <= limit {
                    try tx.script("COMMIT; BEGIN; SELECT * FROM children")
                    let done = DispatchSemaphore(value: 0)
                    other.write({ _ = try $0.run("INSERT INTO children (parent) VALUES ('p')") }) { _ in done.signal() }
                    done.wait()
                }
                try tx.run("INSERT INTO children VALUES (1000, 'p')")
            }
        }
        await other.close()
        return (outcome, runs.withLock(\.self))
    }

    @Test(.timeLimit(.minutes(5)))
    func `A body whose snapshot is outdated is run again, and its notices come once`() async throws {
        let path = try newPath()
        // The bound on the number of runs is meant, so time does not end them.
        let database = try await open(path, lockTimeout: .seconds(3_600))
        try await database.write { try $0.script(Self.schema) }
        let notices = Mutex<[String]>([])
        database.listen { new in notices.withLock { $0 += new.map(\.payload) } }
        let (outcome, runs) = try await conflict(runs: 2, in: database, at: path)
        #expect(outcome == nil && runs == 3)
        #expect(notices.withLock(\.self) == ["3"])
        #expect(try await database.read { try $0.run("SELECT number FROM children").count } == 4)
        await database.close()
    }

    @Test(.timeLimit(.minutes(5)))
    func `A body is run again a few times only`() async throws {
        let path = try newPath()
        let database = try await open(path, lockTimeout: .seconds(3_600))
        try await database.write { try $0.script(Self.schema) }
        let (outcome, runs) = try await conflict(runs: .max, in: database, at: path)
        #expect(outcome.isSerializationFailure, "\(outcome.text)")
        #expect(runs == 5)
        // The writer goes on.
        try await database.write { _ = try $0.run("INSERT INTO children VALUES (1000, 'p')") }
        await database.close()
    }

    @Test(.timeLimit(.minutes(5)))
    func `A body is not run again after the timeout`() async throws {
        let path = try newPath()
        let before = try await open(path)
        try await before.write { try $0.script(Self.schema) }
        let database = try await open(path, lockTimeout: .zero)
        let (outcome, runs) = try await conflict(runs: .max, in: database, at: path)
        #expect(outcome.isSerializationFailure && runs == 1, "\(outcome.text)")
        for database in [before, database] { await database.close() }
    }
}
