import JSONValue
import SQL

/// The bytes of stored replies that a tenant may have. They are counted by the hour in which they were stored, so that no
/// row has to be subtracted when its day is over: an hour counts until its last reply has gone.
enum IdempotencyQuota {
    static let limit: Int64 = 64 << 20
    private static let hour: Int64 = 3_600_000

    /// Checks that one more reply may be stored. A request whose reply is stored already needs no place.
    /// - Throws: `quota_exceeded`, before anything is written.
    static func check(_ row: IdempotencyStore.Row, at now: Timestamp, in tx: any Transaction) throws {
        guard !row.tenant.isEmpty else { return }
        let uses = try tx.run(
            """
            SELECT hour, bytes FROM idempotency_use
            WHERE tenant_id = \(row.tenant) AND hour > \(oldest(at: now)) ORDER BY hour
            """
        ).map { (hour: try $0.integer("hour"), bytes: try $0.integer("bytes")) }
        var total = uses.reduce(0) { $0 + $1.bytes }
        guard total >= limit else { return }
        let isKnown =
            try tx.first("SELECT id FROM idempotency_keys WHERE tenant_id = \(row.tenant) AND id = \(row.id)") != nil
        if isKnown { return }
        // The oldest hours go first.
        var free = now.milliseconds
        for use in uses where total >= limit {
            total -= use.bytes
            free = (use.hour + ttlInHours + 1) * hour
        }
        throw Problem(
            .quotaExceeded,
            "The replies stored for the tenant's Idempotency-Keys have \(limit >> 20) MiB, and may not have more.",
            action: .tenant, retryAfter: Int((free - now.milliseconds) / 1000) + 1)
    }

    /// Counts a reply in the transaction that stores it.
    static func count(_ sealedReply: [UInt8], _ row: IdempotencyStore.Row, at now: Timestamp, in tx: any Transaction)
        throws
    {
        guard !row.tenant.isEmpty, !sealedReply.isEmpty else { return }
        // A tenant that was deleted meanwhile has no place to count in. Its key went with it.
        guard try TenantKeys.hasKey(of: row.tenant, in: tx) else { return }
        try tx.run(
            """
            INSERT INTO idempotency_use (tenant_id, hour, bytes)
            VALUES (\(row.tenant), \(now.milliseconds / hour), \(sealedReply.count))
            ON CONFLICT (tenant_id, hour) DO UPDATE SET bytes = idempotency_use.bytes + excluded.bytes
            """)
    }

    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows("idempotency_use", key: "tenant_id, hour", where: "hour <= \(oldest(at: now))")
    }

    private static var ttlInHours: Int64 { Int64(Idempotency.ttl / 3600) }

    /// The last hour whose replies are all gone.
    private static func oldest(at now: Timestamp) -> Int64 { now.milliseconds / hour - ttlInHours - 1 }
}
