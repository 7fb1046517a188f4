import Foundation
import Support
import Testing

@testable import SQL

/// Rows are counted for each body by itself, with what foreign keys delete.
struct LargestWriteTests {
    private func database() async throws -> SQLiteDatabase {
        let database = try await SQLiteDatabase.open(
            path: Fixture.temporaryFolder().appendingPathComponent("test.db").path)
        try await database.write { tx in
            try tx.script(
                """
                CREATE TABLE parents (id INTEGER PRIMARY KEY);
                CREATE TABLE children (parent INTEGER NOT NULL REFERENCES parents(id) ON DELETE CASCADE);
                CREATE INDEX children_by_parent ON children (parent);
                """)
        }
        database.resetLargestWrite()
        return database
    }

    private static func add(_ id: Int, children: Int, in tx: any Transaction) throws {
        try tx.run("INSERT INTO parents (id) VALUES (\(id))")
        for _ in 0..<children { try tx.run("INSERT INTO children (parent) VALUES (\(id))") }
    }

    @Test func `Rows of a cascade count`() async throws {
        let database = try await database()
        try await database.write { try Self.add(1, children: 5, in: $0) }
        #expect(database.load.largestWrite.rows == 6)
        database.resetLargestWrite()
        #expect(database.load.largestWrite.rows == 0)
        try await database.write { tx in _ = try tx.run("DELETE FROM parents WHERE id = \(1)") }
        #expect(database.load.largestWrite.rows == 6)
        #expect(database.load.largestWrite.statement == "DELETE FROM parents WHERE id = ?")
        #expect(database.load.largestWrite.duration > .zero)
        await database.close()
    }

    @Test func `Bodies that share a commit count apart, and one that is undone counts`() async throws {
        let database = try await database()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<50 {
                group.addTask { try await database.write { try Self.add(id, children: 2, in: $0) } }
            }
            try await group.waitForAll()
        }
        #expect(database.load.largestWrite.rows == 3)
        await #expect(throws: CancellationError.self) {
            try await database.write { tx in
                try Self.add(100, children: 9, in: tx)
                throw CancellationError()
            }
        }
        #expect(database.load.largestWrite.rows == 10)
        _ = try await database.read { try $0.run("SELECT id FROM parents") }
        #expect(database.load.largestWrite.rows == 10)
        await database.close()
    }
}
