import Foundation
import Support
import Synchronization
import Testing

@testable import SQL

/// The guarantees of every engine.
struct DatabaseTests {
    enum Engine: String {
        case sqlite, postgres

        static let all: [Engine] = {
            #if Postgres
                return PostgresServer.isRunning ? [.sqlite, .postgres] : [.sqlite]
            #else
                return [.sqlite]
            #endif
        }()
    }

    func open(_ engine: Engine, path: String? = nil) async throws -> (any Database, String) {
        switch engine {
        case .sqlite:
            let path = try path ?? Fixture.temporaryFolder().appendingPathComponent("test.db").path
            return (try await SQLiteDatabase.open(path: path), path)
        case .postgres:
            #if Postgres
                let url = try path ?? PostgresServer.newDatabase()
                let parameters = try PostgresParameters(url: url, authorities: "")
                return (try await PostgresDatabase.open(parameters, connections: 3), url)
            #else
                throw CancellationError()
            #endif
        }
    }

    private static let schema = Migrator([
        .init("things", "CREATE TABLE things (id TEXT PRIMARY KEY, number {int} NOT NULL, bytes {bytes}) {strict}")
    ])

    private static func insert(_ id: String, in tx: any Transaction) throws {
        try tx.run("INSERT INTO things (id, number) VALUES (\(id), 1)")
    }

    @Test(arguments: Engine.all)
    func `Interpolations are bound, whatever they hold`(engine: Engine) async throws {
        let (database, _) = try await open(engine)
        try await Self.schema.run(on: database)
        let hostile = "x'); DROP TABLE things; --"
        try await database.write { tx in
            try tx.run("INSERT INTO things (id, number, bytes) VALUES (\(hostile), \(7), \([UInt8]([0, 255])))")
            try tx.run("INSERT INTO things (id, number, bytes) VALUES (\(""), \(Int64.max), \(nil as [UInt8]?))")
        }
        let rows = try await database.read { try $0.run("SELECT id, number, bytes FROM things ORDER BY number") }
        #expect(try rows.map { try $0.text("id") } == [hostile, ""])
        #expect(try rows[0].blob("bytes") == [0, 255])
        #expect(try rows[1].optionalBlob("bytes") == nil && rows[1].integer("number") == .max)
        #expect(throws: SQLError.self) { try rows[0].text("number") }
        #expect(throws: SQLError.self) { try rows[0].text("missing") }
        let listed = try await database.read {
            try $0.run("SELECT id FROM things WHERE id IN \(list: [hostile, "no"])")
        }
        #expect(listed.count == 1)
        await database.close()
    }

    @Test(arguments: Engine.all)
    func `A text with U+0000 is stored with U+FFFD in its place, and found again by either`(engine: Engine) async throws
    {
        let (database, _) = try await open(engine)
        try await Self.schema.run(on: database)
        let found = try await database.write { tx in
            try tx.run("INSERT INTO things (id, number) VALUES (\("a\0b\0"), \(1))")
            return try ["a\0b\0", "a\u{FFFD}b\u{FFFD}"].map { id in
                try tx.first("SELECT id, length(id) AS length FROM things WHERE id = \(id)")
            }
        }
        for row in found {
            #expect(try row?.text("id") == "a\u{FFFD}b\u{FFFD}" && row?.integer("length") == 4)
        }
        await database.close()
    }

    @Test(arguments: Engine.all)
    func `A body that throws undoes only itself`(engine: Engine) async throws {
        struct Oops: Error {}
        let (database, _) = try await open(engine)
        try await Self.schema.run(on: database)
        // All at once, so that they share commits.
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    _ = try? await database.write { tx in
                        try tx.run("INSERT INTO things (id, number) VALUES (\("t\(number)"), \(number))")
                        if number.isMultiple(of: 3) { throw Oops() }
                    }
                }
            }
        }
        let rows = try await database.read { try $0.run("SELECT number FROM things") }
        let numbers = Set(try rows.map { try $0.integer("number") })
        let kept: [Int64] = (0..<200).filter { $0 % 3 != 0 }
        #expect(numbers == Set(kept))
        let taken = await error { try await database.write { try Self.insert("t1", in: $0) } }
        #expect(taken.isUniqueViolation(of: UniqueKey("things", "id")))
        await database.close()
    }

    @Test(arguments: Engine.all)
    func `What a transaction tells is heard once it is committed, in order, and never when it is undone`(
        engine: Engine
    ) async throws {
        struct Oops: Error {}
        final class Received: Sendable { let notices = Mutex<[ChangeNotice]>([]) }
        let (database, _) = try await open(engine)
        try await Self.schema.run(on: database)
        let received = Received()
        database.listen { notices in received.notices.withLock { $0 += notices.filter { $0.topic != .gap } } }
        // All at once, so that they share commits.
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    _ = try? await database.write { tx in
                        tx.notify(ChangeNotice(ChangeTopic("first"), "\(number)"))
                        try tx.run("INSERT INTO things (id, number) VALUES (\("t\(number)"), \(number))")
                        tx.notify(ChangeNotice(ChangeTopic("second"), "\(number)"))
                        if number.isMultiple(of: 3) { throw Oops() }
                    }
                    // Before its caller was answered.
                    let isNotified = received.notices.withLock { notices in
                        notices.contains { $0.topic.name == "second" && $0.payload == "\(number)" }
                    }
                    #expect(isNotified == !number.isMultiple(of: 3))
                }
            }
        }
        let notices = received.notices.withLock(\.self)
        let kept = Set((0..<200).filter { $0 % 3 != 0 }.map { "\($0)" })
        #expect(notices.count == 2 * kept.count && Set(notices.map(\.payload)) == kept)
        for (first, second) in zip(notices, notices.dropFirst()) where first.topic.name == "first" {
            #expect(second.topic.name == "second" && second.payload == first.payload)
        }
        await database.close()
    }

    @Test(arguments: Engine.all)
    func `Readers cannot write, and a closed database says so`(engine: Engine) async throws {
        let (database, _) = try await open(engine)
        try await Self.schema.run(on: database)
        let refused = await error { try await database.read { try Self.insert("r", in: $0) } }
        #expect(refused.isUnavailable(.readOnly))
        await database.close()
        for attempt in [
            await error { try await database.write { try $0.run("SELECT 1") } },
            await error { try await database.read { try $0.run("SELECT 1") } },
        ] {
            #expect(attempt.isClosed)
        }
    }

    @Test func `SQLite writes with WAL and a sync at every commit`() async throws {
        let (database, _) = try await open(.sqlite)
        let settings = try await database.write { tx in
            (
                try tx.first("PRAGMA journal_mode")?.text("journal_mode"),
                try tx.first("PRAGMA synchronous")?.integer("synchronous"),
                try tx.first("PRAGMA foreign_keys")?.integer("foreign_keys"),
                try tx.first("PRAGMA secure_delete")?.integer("secure_delete")
            )
        }
        #expect(settings.0 == "wal" && settings.1 == 2)
        #expect(settings.2 == 1 && settings.3 == 1)
        await database.close()
    }
}
