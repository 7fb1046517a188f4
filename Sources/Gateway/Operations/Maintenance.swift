import JSONValue
import Logging
import OAuth
import ServiceLifecycle
import SQL

/// Periodic work: deletes expired rows, backfills records of changes, and refreshes idle grants before the provider
/// drops them. Of several replicas, one does it.
struct Maintenance: Service {
    let database: any Database
    let replica: Replica
    let clock: GatewayClock
    let broker: TokenBroker
    let storage: MessageTrimming
    let retention: RetentionRound
    let logger: Logger

    private static let day = 86_400.0
    /// Records of changes are filled at start, unless another replica lived then, and every six hours.
    private static let fillEvery = 21_600.0
    /// Microsoft drops a grant after 90 days without use, Google after six months.
    private static let refreshAfter = 30 * day
    /// A grant that an administrator blocks is tried again every six hours.
    private static let probeEvery = 21_600.0
    /// Jobs that one transaction adds.
    private static let jobsAtOnce = 200

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var fillFrom = replica.startedAlone ? 0.0 : Self.fillEvery
            while !Task.isCancelled {
                var pause = Duration.seconds(60)
                do {
                    if try await replica.has(.maintenance) {
                        try await round(fillOlderThan: fillFrom)
                        fillFrom = Self.fillEvery
                    } else {
                        // The replica that has the role may have ended.
                        pause = .seconds(3)
                    }
                } catch {
                    logger.error("maintenance failed", metadata: ["error": "\(type(of: error))"])
                }
                // No event marks the expiry of a row, so the service polls once a minute.
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func round(fillOlderThan seconds: Double) async throws {
        let now = clock.now
        try await retention.run(at: now)
        if replica.isShared {
            try await BackgroundWrites(database: database).repeatingByRows {
                try ReplicaStore.removeFree(limit: BackgroundWrites.rows, in: $0)
            }
        }
        try await queueBackfills(olderThan: seconds, at: now)
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
            } catch TokenError.blockedByAdmin where connection.status == .blocked {
                continue
            } catch {
                logger.warning(
                    "keeping a grant alive failed",
                    metadata: ["connection.id": .string(connection.id), "error": "\(type(of: error))"])
            }
        }
    }

    /// Queues the filling of calendars' records of changes.
    private func queueBackfills(olderThan seconds: Double, at now: Timestamp) async throws {
        let stale = try await database.read { try CalendarStore.stale(seconds: seconds, at: now, limit: 1000, in: $0) }
        let writes = BackgroundWrites(database: database)
        for calendars in stale.pages(of: Self.jobsAtOnce) {
            try await writes.write { tx in
                for calendar in calendars {
                    try JobStore.add(FillCalendarJob.kind, calendar.tenant, calendar.rowID, at: now, in: tx)
                }
            }
        }
    }
}
