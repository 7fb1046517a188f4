import JSONValue
import SQL

/// A tenant's limits per UTC day. Counted in the transaction of the action itself, so a limit holds under concurrent
/// requests.
enum DailyQuota {
    private static let day: Int64 = 86_400_000

    /// Takes one of the tenant's bots of today. Where it is refused nothing is written, and nothing is to be given back.
    /// - Parameter limit: nil: no limit; bots are counted all the same.
    /// - Throws: `quota_exceeded`, with the seconds until tomorrow.
    static func takeBot(_ tenant: String, limit: Int?, at now: Timestamp, in tx: any Transaction) throws {
        let today = now.milliseconds / day
        let most = limit ?? .max
        let isTaken =
            try most > 0
            && !tx.run(
                """
                INSERT INTO daily_uses (tenant_id, day, bots) VALUES (\(tenant), \(today), 1)
                ON CONFLICT (tenant_id, day) DO UPDATE SET bots = daily_uses.bots + 1
                    WHERE daily_uses.bots < \(most) RETURNING bots
                """
            ).isEmpty
        if isTaken { return }
        throw Problem(
            .quotaExceeded, "The tenant may schedule \(most) bots a day.", action: .operator,
            retryAfter: Int(((today + 1) * day - now.milliseconds) / 1000) + 1)
    }

    /// Gives a bot back that was surely not scheduled.
    static func returnBot(_ tenant: String, takenAt: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE daily_uses SET bots = bots - 1
            WHERE tenant_id = \(tenant) AND day = \(takenAt.milliseconds / day) AND bots > 0
            """)
    }

    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows("daily_uses", key: "tenant_id, day", where: "day < \(now.milliseconds / day - 40)")
    }
}
