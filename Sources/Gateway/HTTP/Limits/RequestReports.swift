import JSONValue
import Logging
import ServiceLifecycle
import SQL

/// Makes a tenant's request limit hold for all replicas together, without a look-up for a request.
///
/// Each second a replica stores how many requests it admitted for each tenant, and takes as many tokens from its own buckets as
/// the others report. So a tenant that uses one replica alone has its whole limit there. While the reports cannot be
/// exchanged, each replica admits its equal part.
final class RequestReports: Service {
    private let limiter: RateLimiter
    private let database: any Database
    private let replica: Replica
    private let logger: Logger

    static let interval = Duration.seconds(1)
    /// Reports that are older count for nothing.
    private static let ttl = 3.0

    init(_ limiter: RateLimiter, _ core: Core) {
        (self.limiter, database, replica, logger) = (limiter, core.database, core.replica, core.logger)
    }

    func run() async throws {
        guard replica.isShared else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            /// The time of each replica's last report that was applied.
            var applied: [String: Timestamp] = [:]
            while !Task.isCancelled {
                // The rhythm of the reports.
                try? await Task.sleep(for: Self.interval)
                guard !Task.isCancelled else { return }
                do {
                    try await self.exchange(&applied)
                    self.limiter.setShare(1)
                } catch {
                    self.limiter.setShare(self.replica.liveCount)
                    self.logger.warning("request limits are not shared now", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func exchange(_ applied: inout [String: Timestamp]) async throws {
        guard replica.liveCount > 1 else {
            _ = limiter.takeCounts()
            return
        }
        let counts = limiter.takeCounts()
        let (id, now) = (replica.id, replica.clock.now)
        let others = try await database.write(priority: .high) { tx in
            try RequestReportStore.put(id, counts, at: now, in: tx)
            return try RequestReportStore.others(id, since: now.adding(seconds: -Self.ttl), in: tx)
        }
        for report in others where applied[report.replica] != report.at {
            applied[report.replica] = report.at
            // The time after the wait for the database: an earlier one would set the buckets back.
            limiter.charge(report.counts, at: replica.clock.now)
        }
        applied = applied.filter { name, _ in others.contains { $0.replica == name } }
    }
}

/// The last report of each replica.
enum RequestReportStore {
    struct Report: Sendable, Equatable {
        let replica: String
        let at: Timestamp
        /// Admitted requests by tenant.
        let counts: [String: Int]
    }

    static func put(_ replica: String, _ counts: [String: Int], at now: Timestamp, in tx: any Transaction) throws {
        let text = JSON.object(counts.reduce(into: JSON.Members()) { $0[$1.key] = .int($1.value) }).text
        try tx.run(
            """
            INSERT INTO request_reports (replica_id, reported_at, counts) VALUES (\(replica), \(now.milliseconds), \(text))
            ON CONFLICT (replica_id) DO UPDATE SET reported_at = excluded.reported_at, counts = excluded.counts
            """)
        let past = now.adding(seconds: -3_600).milliseconds
        try tx.run("DELETE FROM request_reports WHERE reported_at < \(past)")
    }

    /// The reports of other replicas since a time.
    static func others(_ replica: String, since: Timestamp, in tx: any Transaction) throws -> [Report] {
        try tx.run(
            """
            SELECT replica_id, reported_at, counts FROM request_reports
            WHERE replica_id <> \(replica) AND reported_at >= \(since.milliseconds) ORDER BY replica_id
            """
        ).map { row in
            let counts = (try? JSON.parse(try row.text("counts")))?.objectValue ?? [:]
            return Report(
                replica: try row.text("replica_id"), at: try row.time("reported_at"),
                counts: counts.reduce(into: [:]) { $0[$1.name] = $1.value.intValue })
        }
    }
}
