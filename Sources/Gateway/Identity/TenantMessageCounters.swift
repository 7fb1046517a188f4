import JSONValue
import SQL

/// The counters of a tenant's messages. They stand in the tenant's row, so that one update moves the position on and counts
/// the bytes.
struct TenantMessageCounters: Sendable {
    let tenant: String
    /// Bytes of the stored messages.
    let bytes: Int64
    /// `limits.message_bytes` as it was set.
    let limit: Int64?
    /// True if the tenant has received the warning that its storage runs low.
    let isReported: Bool
    /// True if the tenant has a Meeting BaaS account of its own; nil where the query did not ask.
    let hasOwnAccount: Bool?

    private init(_ row: Row, asksForAccount: Bool) throws {
        tenant = try row.text("id")
        bytes = try row.integer("message_bytes")
        limit = try row.optionalInteger("message_limit")
        isReported = try row.optionalInteger("storage_low_at") != nil
        hasOwnAccount = asksForAccount ? try row.bool("has_account") : nil
    }

    // MARK: - positions

    /// Moves a tenant's position on: a number that grows by one with each message, in the order in which they became
    /// visible. Counts the message's bytes by the way.
    static func advance(_ tenant: String, adding bytes: Int64, in tx: any Transaction) throws
        -> TenantMessageCounters?
    {
        try tx.first(
            """
            UPDATE tenants SET message_position = message_position + 1, message_bytes = message_bytes + \(bytes)
            WHERE id = \(tenant) RETURNING id, message_bytes, message_limit, storage_low_at
            """
        ).map { try TenantMessageCounters($0, asksForAccount: false) }
    }

    /// The position of the newest message, as an expression.
    static func position(of tenant: String) -> Query {
        "(SELECT message_position FROM tenants WHERE id = \(tenant))"
    }

    /// The position of the newest message; 0 before the first.
    static func position(of tenant: String, in tx: any Transaction) throws -> Int64 {
        try tx.first("SELECT message_position FROM tenants WHERE id = \(tenant)")?.integer("message_position") ?? 0
    }

    // MARK: - bytes

    /// Adds bytes, or subtracts them; the sum is never below 0.
    static func add(_ bytes: Int64, to tenant: String, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE tenants SET message_bytes = CASE WHEN message_bytes + \(bytes) > 0 THEN message_bytes + \(bytes)
                ELSE 0 END WHERE id = \(tenant)
            """)
    }

    /// The bytes of all tenants.
    static func totalBytes(in tx: any Transaction) throws -> Int64 {
        try tx.first("SELECT CAST(COALESCE(SUM(message_bytes), 0) AS BIGINT) AS bytes FROM tenants")?
            .integer("bytes") ?? 0
    }

    /// - Parameter hasAccount: the condition that a tenant has a Meeting BaaS account of its own; it gets the column of the
    ///   tenant's id.
    static func find(
        _ tenant: String, hasAccount: (Query) -> Query, in tx: any Transaction
    ) throws -> TenantMessageCounters? {
        try tx.first("\(selected(hasAccount)) WHERE tenants.id = \(tenant)")
            .map { try TenantMessageCounters($0, asksForAccount: true) }
    }

    /// Tenants with a limit that was set, or with an account of their own, the first ids first.
    static func limited(hasAccount: (Query) -> Query, in tx: any Transaction) throws -> [TenantMessageCounters] {
        try tx.run(
            """
            \(selected(hasAccount)) WHERE message_limit IS NOT NULL OR \(hasAccount("tenants.id")) ORDER BY tenants.id
            """
        ).map { try TenantMessageCounters($0, asksForAccount: true) }
    }

    private static func selected(_ hasAccount: (Query) -> Query) -> Query {
        """
        SELECT tenants.id AS id, message_bytes, message_limit, storage_low_at,
            CASE WHEN \(hasAccount("tenants.id")) THEN 1 ELSE 0 END AS has_account
        FROM tenants
        """
    }

    /// Stores the time of the warning that the tenant's storage runs low.
    /// - Parameter time: nil: the tenant gets another warning the next time.
    static func setTold(_ tenant: String, at time: Timestamp?, in tx: any Transaction) throws {
        try tx.run("UPDATE tenants SET storage_low_at = \(time?.milliseconds) WHERE id = \(tenant)")
    }
}
