import Logging
import OAuth
import ServiceLifecycle
import SQL
import Wire

/// What has to happen now and then: what is past its time goes, records of changes are filled, idle grants are
/// refreshed before the provider forgets them.
struct Maintenance: Service {
    let database: any Database
    let clock: GatewayClock
    let broker: TokenBroker
    let storage: MessageTrimming
    let retentionDays: Int
    let logger: Logger

    private static let day = 86_400.0
    /// Records of changes are filled at start and every six hours.
    private static let fillEvery = 21_600.0
    /// Microsoft forgets a grant after 90 days, Google after six months.
    private static let refreshAfter = 30 * day
    /// A grant that an administrator blocks is tried again every six hours.
    private static let probeEvery = 21_600.0
    private static let tombstones = 30 * day

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var fillFrom = 0.0
            while !Task.isCancelled {
                do {
                    try await round(fillOlderThan: fillFrom)
                    fillFrom = Self.fillEvery
                } catch {
                    logger.error("maintenance failed", metadata: ["error": "\(type(of: error))"])
                }
                // This service runs once a minute.
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }

    /// Takes away what is past its time; of messages as many as one transaction may.
    /// - Parameter retention: of messages, in seconds.
    static func prune(at now: Timestamp, retention: Double, in tx: any Transaction) throws {
        try SessionStore.deleteExpired(at: now, in: tx)
        try ConsentStore.prune(at: now, in: tx)
        try RevocationStore.prune(at: now, in: tx)
        try GrantClaimStore.prune(at: now, in: tx)
        try ConnectionStore.prune(at: now, tombstonesAfter: tombstones, in: tx)
        try CalendarStore.prune(at: now, tombstonesAfter: tombstones, in: tx)
        try MessageStore.prune(at: now, retention: retention, in: tx)
        try FormerKeyStore.prune(at: now, in: tx)
        try FormerEndpointSecretStore.prune(at: now, in: tx)
        try IdempotencyStore.prune(at: now, in: tx)
        try IdempotencyQuota.prune(at: now, in: tx)
        try DailyQuota.prune(at: now, in: tx)
        try BotOrderStore.prune(at: now, in: tx)
        try SeriesExceptionStore.prune(at: now, in: tx)
        try OwnershipStore.prune(in: tx)
        try EndpointStore.pruneCallbacks(in: tx)
        try ReplayStore.prune(before: now.adding(seconds: -retention), in: tx)
    }

    private func round(fillOlderThan seconds: Double) async throws {
        let now = clock.now
        let retention = Double(retentionDays) * Self.day
        try await database.write { tx in
            try Self.prune(at: now, retention: retention, in: tx)
            for calendar in try CalendarStore.stale(seconds: seconds, at: now, limit: 1000, in: tx) {
                try JobStore.add(.fillCalendar, calendar.tenant, calendar.rowID, at: now, in: tx)
            }
        }
        while try await database.write({ try MessageStore.prune(at: now, retention: retention, in: $0) }) {
            try Task.checkCancellation()
        }
        try await storage.upkeep()
        let idle = try await database.read { tx in
            try ConnectionStore.idle(seconds: Self.refreshAfter, at: now, limit: 20, in: tx)
        }
        let blocked = try await database.read { tx in
            try ConnectionStore.blocked(seconds: Self.probeEvery, at: now, limit: 20, in: tx)
        }
        for connection in idle + blocked {
            do {
                try await database.write { try ConnectionStore.noteKeepAlive(connection, at: now, in: $0) }
                _ = try await broker.refresh(connection)
            } catch TokenFault.blockedByAdmin where connection.status == .blocked {
                continue
            } catch {
                logger.warning(
                    "keeping a grant alive failed",
                    metadata: ["connection.id": .string(connection.id), "error": "\(type(of: error))"])
            }
        }
    }
}
