import Foundation
import Logging
import SQL
import Support
import Testing

@testable import Gateway

/// `/readyz` proves a write.
struct ReadinessTests {
    /// Looks again each time, unless `ttl` says otherwise.
    ///
    /// - Parameter timeout: short only where the writer is stuck: a busy machine may take long for any other probe.
    private func readiness(
        _ database: any Database, ttl: Duration = .zero, timeout: Duration = .seconds(60)
    ) -> Readiness {
        Readiness(database: database, logger: Logger(label: "test"), ttl: ttl, timeout: timeout)
    }

    private func limitPages(_ database: any Database, isFull: Bool) async throws {
        try await database.write { tx in
            // As many as there are, or far more.
            try tx.script("PRAGMA max_page_count = \(isFull ? 1 : 1_000_000)")
        }
    }

    @Test func `A full database is not ready after two failures, and ready after one success`() async throws {
        let database = try await migratedDatabase()
        let readiness = readiness(database)
        #expect(await readiness.isReady())
        try await limitPages(database, isFull: true)
        #expect(await readiness.isReady(), "one failure is no verdict")
        #expect(await !readiness.isReady())
        #expect(await !readiness.isReady())
        try await limitPages(database, isFull: false)
        #expect(await readiness.isReady())
        let rows = try await database.read { try $0.run("SELECT id FROM readiness_probes") }
        #expect(rows.count == 1)
        await database.close()
    }

    @Test func `The pages that deleted rows left are taken by others, and then the database counts as full`()
        async throws
    {
        let database = try await migratedDatabase()
        let readiness = readiness(database)
        #expect(await readiness.isReady())
        try await limitPages(database, isFull: true)
        _ = await readiness.isReady()
        _ = await readiness.isReady()
        // A row that needs no new page can still be written, and proves nothing.
        _ = try await database.write { tx in
            try tx.run("INSERT INTO account_states (account_id, last_webhook_at) VALUES ('a', 1)")
        }
        #expect(await !readiness.isReady())
        await database.close()
    }

    @Test func `A writer that is stuck is not ready, and no second probe waits behind it`() async throws {
        let database = try await migratedDatabase()
        let readiness = readiness(database, timeout: .milliseconds(200))
        let hold = DispatchSemaphore(value: 0)
        let (begun, begin) = AsyncStream<Void>.makeStream()
        async let stuck: Void = database.write { _ in
            begin.yield()
            // Blocks the writer's thread as a stuck disk does.
            hold.wait()
        }
        for await _ in begun { break }
        #expect(await readiness.isReady())
        #expect(await !readiness.isReady())
        #expect(await !readiness.isReady())
        #expect(database.load.writes <= 1)
        hold.signal()
        try await stuck
        while await !readiness.isReady() { await Task.yield() }
        await database.close()
    }

    @Test func `Many who ask at once share a probe, and its answer stands for a while`() async throws {
        let database = try await migratedDatabase()
        let readiness = readiness(database, ttl: .seconds(3600))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { await readiness.isReady() } }
            for await ready in group { #expect(ready) }
        }
        let last = try await database.read { try $0.first("SELECT MAX(id) AS id FROM readiness_probes")?.integer("id") }
        #expect(last == 1)
        await database.close()
    }
}
