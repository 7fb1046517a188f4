import JSONValue
import SQL
import Testing

@testable import Gateway

/// Work that grows with a tenant's history is done in transactions of a bounded number of rows.
struct BatchTests {
    private static let now = StorePlace.now
    /// More than two batches.
    private static let count = 1_100

    /// A tenant with many deliveries at one endpoint, many jobs and many sessions of one key.
    private func place(_ engine: StoreEngine) async throws -> StorePlace {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        for start in stride(from: 0, to: Self.count, by: 100) {
            try await place.write { tx in
                for number in start..<start + 100 {
                    let message = rows.messageRow("m\(number)", user: "eve")
                    try MessageStore.insertWithoutDelivery(message, in: tx)
                    _ = try DeliveryStore.insert(message, for: rows.endpoint, held: false, at: rows.made, in: tx)
                    try JobStore.add(EndBotJob.kind, rows.tenant, "n\(number)", at: Self.now, in: tx)
                    try SessionStore.insert(
                        rows.sessionRow("s\(number)", user: "u\(number)"),
                        digest: [UInt8(number & 255), UInt8(number >> 8)], as: tx.admitted(rows.tenant), in: tx)
                }
            }
        }
        place.database.resetLargestWrite()
        return place
    }

    /// Repeats a batch until it is the last.
    /// - Parameter step: one batch; returns how many rows it changed.
    private func repeating(
        _ name: Comment, in place: StorePlace, _ step: @escaping @Sendable (any Transaction) throws -> Int
    ) async throws {
        place.database.resetLargestWrite()
        var total = 0
        while true {
            let changed = try await place.write(step)
            #expect(changed <= BackgroundWrites.rows, name)
            total += changed
            if changed < BackgroundWrites.rows { break }
        }
        #expect(total >= Self.count, name)
        let largest = place.database.load.largestWrite
        // Triggers count a row more for each whose state changes.
        #expect(largest.rows <= 2 * 1_000, "\(name): \(largest.rows) rows by \(largest.statement)")
    }

    @Test(arguments: StoreEngine.all) func `Deliveries, sessions, jobs and rows of a tenant go in batches`(
        engine: StoreEngine
    ) async throws {
        let place = try await place(engine)
        let (rows, limit, now) = (place.rows, BackgroundWrites.rows, Self.now)
        try await repeating("hold", in: place) {
            try DeliveryStore.hold(rows.tenant, endpoint: rows.endpoint, limit: limit, in: $0)
        }
        try await repeating("release", in: place) {
            try DeliveryStore.release(rows.tenant, endpoint: rows.endpoint, limit: limit, at: now, in: $0)
        }
        try await place.write { try TenantStore.update(rows.tenant, name: nil, status: .suspended, in: $0) }
        try await repeating("suspend", in: place) {
            try DeliveryUpdates.step(rows.tenant, limit: limit, at: now, in: $0)
        }
        try await place.write { try TenantStore.update(rows.tenant, name: nil, status: .active, in: $0) }
        try await repeating("activate", in: place) {
            try DeliveryUpdates.step(rows.tenant, limit: limit, at: now, in: $0)
        }
        try await place.write { tx in
            try tx.run("UPDATE deliveries SET next_attempt_at = \(now.adding(seconds: 60).milliseconds)")
            try tx.run("UPDATE jobs SET last_error = \(JobStore.suspended), due_at = \(now.milliseconds + 9)")
        }
        try await repeating("hasten deliveries", in: place) {
            try PendingDeliveries.hasten(rows.tenant, endpoint: rows.endpoint, limit: limit, at: now, in: $0)
        }
        try await repeating("hasten jobs", in: place) {
            try JobStore.hasten(rows.tenant, at: now, limit: limit, in: $0)
        }
        try await place.write { _ = try $0.run("DELETE FROM api_keys") }
        try await repeating("end sessions", in: place) {
            try SessionStore.endSome(of: rows.key, tenant: rows.tenant, limit: limit, in: $0)
        }
        try await repeating("remove jobs", in: place) {
            try JobStore.removeAll(rows.tenant, except: "", limit: limit, in: $0)
        }
        try await place.write { _ = try EndpointStore.delete(rows.tenant, rows.endpoint, in: $0) }
        try await repeating("delete an endpoint", in: place) {
            try EndpointStore.deleteRows(rows.tenant, rows.endpoint, limit: limit, in: $0)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `What begins in its caller's transaction changes one batch there, and the rest by a job`(
        engine: StoreEngine
    ) async throws {
        let place = try await place(engine)
        let (rows, now) = (place.rows, Self.now)
        try await place.write { try EndpointStore.disable(rows.endpointRow(), reason: "failing", at: now, in: $0) }
        #expect(try await place.count("deliveries WHERE status = 'held'") == Int64(BackgroundWrites.rows) + 1)
        #expect(try await place.read { try JobStore.waits(rows.tenant, [UpdateDeliveriesJob.kind], in: $0) })
        try await place.write { _ = try APIKeyStore.delete(rows.tenant, rows.key, at: now, in: $0) }
        #expect(try await place.read { try JobStore.waits(rows.tenant, [EndSessionsJob.kind], in: $0) })
        #expect(try await place.count("sessions") == Int64(Self.count + 1 - BackgroundWrites.rows))
        let largest = place.database.load.largestWrite
        #expect(largest.rows <= 2 * 1_000, "\(largest.rows) rows by \(largest.statement)")
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A tenant's erasure deletes a bounded number of rows at once`(
        engine: StoreEngine
    ) async throws {
        let place = try await place(engine)
        let rows = place.rows
        let clock = GatewayClock { Self.now }
        let steps: [ErasureStep] = [
            .recordings, .calendars, .messaging(place.database, clock), .accounts, .identity, .core,
        ]
        let job = QueuedJob(
            id: "", tenant: rows.tenant, kind: .deleteTenant, subject: rows.tenant, attempts: 0, deadline: Self.now,
            version: 0, lease: 0)
        var counts: [Int] = []
        repeat {
            counts.append(
                try await place.write {
                    try TenantErasure.deleteRows(rows.tenant, steps, for: job, limit: BackgroundWrites.rows, in: $0)
                })
        } while counts.last != 0
        #expect(counts.allSatisfy { $0 <= BackgroundWrites.rows } && counts.reduce(0, +) > 4 * Self.count)
        let largest = place.database.load.largestWrite
        #expect(largest.rows <= 2 * 1_000, "\(largest.rows) rows by \(largest.statement)")
        await place.database.close()
    }
}
