import JSONValue
import SQL
import Synchronization

/// Deletes everything that is past its time, kind by kind and in batches.
final class RetentionRound: Sendable {
    private let database: any Database
    /// The retention of messages, in seconds.
    private let retention: Double
    private let orphans = Mutex(Orphans())

    private static let day = 86_400.0
    /// The life of a deleted connection's or calendar's row.
    private static let tombstones = 30 * day
    /// Reading whole tables for orphaned rows happens once in so many seconds at most.
    private static let orphansEvery = 3_600.0

    private struct Orphans {
        /// True after a start, and once a tombstone went.
        var areLikely = true
        var lookedAt: Timestamp?
    }

    /// - Parameter days: the retention of messages.
    init(database: any Database, days: Int) {
        self.database = database
        retention = Double(days) * Self.day
    }

    func run(at now: Timestamp) async throws {
        let writes = BackgroundWrites(database: database)
        for rows in expired(at: now) { try await writes.expire(rows) }
        let tombstones = CalendarStore.expired(at: now, tombstonesAfter: Self.tombstones)
        if try await writes.expire(tombstones) > 0 { orphans.withLock { $0.areLikely = true } }
        try await deleteOrphans(at: now, writes)
        try await MessageRetention(database: database).run(at: now, retention: retention)
        // Messages hold callbacks' deliveries.
        try await writes.expire(BotCreationStore.unusedCallbacks)
    }

    private func expired(at now: Timestamp) -> [ExpiredRows] {
        [
            SessionStore.expired(at: now), RevocationStore.expired(at: now), GrantClaimStore.expired(at: now),
            FormerKeyStore.expired(at: now), IdempotencyStore.expired(at: now), IdempotencyQuota.expired(at: now),
            DailyQuota.expired(at: now), BotCreationStore.expired(at: now), SeriesExceptionStore.expired(at: now),
            ReplayStore.expired(before: now.adding(seconds: -retention)),
        ] + ConsentStore.expired(at: now) + FormerEndpointSecretStore.expired(at: now)
            + ConnectionStore.expired(at: now, tombstonesAfter: Self.tombstones)
    }

    private func deleteOrphans(at now: Timestamp, _ writes: BackgroundWrites) async throws {
        let isDue = orphans.withLock { orphans in
            orphans.areLikely && orphans.lookedAt.map { now.seconds(since: $0) >= Self.orphansEvery } ?? true
        }
        guard isDue else { return }
        // A tombstone that goes meanwhile is for the next time.
        orphans.withLock { $0 = Orphans(areLikely: false, lookedAt: now) }
        do {
            for rows in [
                RecordingStore.orphaned, BotStore.orphaned, BotCreationStore.orphaned, OwnershipStore.orphaned,
            ] { try await rows.delete(with: writes) }
        } catch {
            orphans.withLock { $0 = Orphans() }
            throw error
        }
    }
}
