import Foundation
import SQL
import Support
import Synchronization
import Testing

@testable import Gateway

/// Two databases, one of which is copied into the other.
enum DatabaseCopyPlace {
    /// The engines of a source and a target.
    struct Pair: Sendable, CustomTestStringConvertible {
        let source: StoreEngine
        let target: StoreEngine
        var testDescription: String { "\(source.rawValue) to \(target.rawValue)" }
    }

    static let pairs = StoreEngine.all.flatMap { source in
        StoreEngine.all.map { Pair(source: source, target: $0) }
    }

    /// Pairs of different engines, where there are two: enough for tests that copy many times.
    static let crossing = StoreEngine.all.count == 1 ? pairs : pairs.filter { $0.source != $0.target }

    struct Interrupted: Error {}

    /// An open database without tables.
    static func empty(_ engine: StoreEngine) async throws -> any Database {
        switch engine {
        case .sqlite:
            return try await SQLiteDatabase.open(
                path: Fixture.temporaryFolder().appendingPathComponent("target.db").path)
        case .postgres:
            #if Postgres
                return try await engine.open(.init(address: try PostgresServer.newDatabase()))
            #else
                throw CancellationError()
            #endif
        }
    }

    /// Copies, compares, and marks the source unless something differs.
    /// - Parameter batches: the copy is interrupted after so many.
    /// - Returns: the differences, and how many batches were written.
    @discardableResult
    static func copy(
        _ source: any Database, _ target: any Database, keepsSource: Bool = false, interruptedAfter batches: Int? = nil
    ) async throws -> (differences: [String], batches: Int) {
        let written = Mutex(0)
        let run = CopyRun(
            source: source, target: target, sourceName: "the old one", targetName: "the new one",
            afterBatch: {
                let count = written.withLock { count in
                    count += 1
                    return count
                }
                if count == batches { throw Interrupted() }
            })
        guard case .filling(let id, let progress) = try await run.begin() else {
            try await run.open()
            return ([], 0)
        }
        let tables = try await run.tables()
        _ = try await run.transfer(tables, copy: id, after: progress)
        let result = try await CopyVerification(source: source, target: target).compare(tables)
        if result.differences.isEmpty { try await run.finish(copy: id, keepsSource: keepsSource) }
        return (result.differences, written.withLock(\.self))
    }

    /// The reason for which a copy is refused; "" if it is not.
    static func refusal(_ source: any Database, _ target: any Database) async throws -> String {
        do {
            try await copy(source, target)
            return ""
        } catch let refusal as CopyRefusal {
            return refusal.description
        }
    }

    /// Rows of tables that belong to no tenant, more rows than a page has, and values that engines may take for others.
    static func seedCommon(in tx: any Transaction) throws {
        try tx.run("INSERT INTO revocations VALUES (\([0, 255] as [UInt8]), NULL, 'w', 5, \(Int64.max))")
        try tx.run("INSERT INTO readiness_probes (id, padding) VALUES (1, \([] as [UInt8]))")
        for (index, name) in ["", "Z", "a", "é", "e\u{301}", "😀", "\u{FFFD}", "a'\"\\", "a b\n"].enumerated() {
            try tx.run("INSERT INTO account_states (account_id, last_sync_at) VALUES (\(name), \(-index))")
        }
        for number in 0..<(2 * CopyTable.pageRows) {
            try tx.run("INSERT INTO account_states (account_id, last_sync_at) VALUES (\("many-\(number)"), \(number))")
        }
    }
}
