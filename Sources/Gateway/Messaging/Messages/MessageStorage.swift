import JSONValue
import SQL

/// The bytes that a tenant's messages take. They are counted in the tenant's row by each statement that stores, binds,
/// empties or deletes messages; nothing is summed up by scanning.
///
/// A message counts with `data`, `extra` and `rowBytes`; a webhook that is held for an owner counts for the tenant whose own
/// account it came by.
enum MessageStorage {
    /// Counted for each message beside its text: for its row, its ids and its places in indexes.
    static let rowBytes: Int64 = 512
    /// Bytes, for a tenant with a Meeting BaaS account of its own and no `limits.message_bytes`.
    static let ownAccountLimit: Int64 = 10 << 30
    /// The bytes that a stored message counts for; computed for rows from before it was stored.
    static let storedSize: Query = """
        CASE WHEN bytes > 0 THEN bytes
            ELSE 512 + LENGTH(data) + COALESCE(LENGTH(extra), 0) + COALESCE(LENGTH(held_body), 0) END
        """

    static func size(of message: Message) -> Int64 {
        rowBytes + Int64(message.data.utf8.count) + Int64(message.extra?.utf8.count ?? 0)
    }

    /// - Parameter account: a tenant's id; for anything else nothing is counted.
    static func add(_ bytes: Int64, account: String, in tx: any Transaction) throws {
        guard account != Account.sharedID, bytes != 0 else { return }
        try TenantMessageCounters.add(bytes, to: account, in: tx)
    }

    /// A tenant's usage and limit.
    struct Usage: Sendable {
        let tenant: String
        let bytes: Int64
        /// As it was set.
        let setLimit: Int64?
        var hasOwnAccount: Bool
        let isReported: Bool

        init(_ counters: TenantMessageCounters) {
            (tenant, bytes, setLimit) = (counters.tenant, counters.bytes, counters.limit)
            hasOwnAccount = counters.hasOwnAccount ?? false
            isReported = counters.isReported
        }

        /// nil: no limit.
        var limit: Int64? { setLimit ?? (hasOwnAccount ? ownAccountLimit : nil) }

        /// From 80 % of the limit on.
        var isLow: Bool { limit.map { bytes >= $0 / 5 * 4 + $0 % 5 * 4 / 5 } ?? false }
        /// Below 70 % of the limit the next warning is armed again.
        var isEased: Bool { limit.map { bytes < $0 / 10 * 7 } ?? true }

        /// Bytes above the limit.
        func excess(adding more: Int64 = 0) -> Int64 { limit.map { max(bytes + more - $0, 0) } ?? 0 }
    }

    static func usage(of tenant: String, in tx: any Transaction) throws -> Usage? {
        try TenantMessageCounters.find(tenant, hasAccount: AccountStore.isOwned, in: tx).map(Usage.init)
    }

    /// Tenants that have a limit, the first ids first.
    static func limited(in tx: any Transaction) throws -> [Usage] {
        try TenantMessageCounters.limited(hasAccount: AccountStore.isOwned, in: tx).map(Usage.init)
    }

    // MARK: - emptying

    private static let day = 86_400.0

    /// A message that may be emptied: its tenant had time to read it, and no delivery needs it.
    struct Droppable: Sendable {
        let id: String
        /// Bytes that it gives back.
        let freed: Int64
    }

    /// The oldest messages that may be emptied: older than a day, or than seven while the tenant has no endpoint, and
    /// without a delivery that is pending or held.
    static func droppable(_ tenant: String, limit: Int, at now: Timestamp, in tx: any Transaction) throws -> [Droppable]
    {
        try tx.run(
            """
            SELECT id, \(storedSize) - \(rowBytes) AS freed FROM messages
            WHERE \(isDroppable(tenant, before: try bound(tenant, at: now, in: tx))) ORDER BY received_at LIMIT \(limit)
            """
        ).map { Droppable(id: try $0.text("id"), freed: try $0.integer("freed")) }
    }

    private static func bound(_ tenant: String, at now: Timestamp, in tx: any Transaction) throws -> Timestamp {
        let hasEndpoint = try !EndpointStore.list(tenant, limit: 1, in: tx).isEmpty
        return now.adding(seconds: hasEndpoint ? -day : -7 * day)
    }

    private static func isDroppable(_ tenant: String, before: Timestamp) -> Query {
        """
        tenant_id = \(tenant) AND received_at <= \(before.milliseconds) AND dropped_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.message_id = messages.id
                AND deliveries.status IN ('pending', 'held'))
        """
    }

    /// Empties messages, in this order, until the tenant is within its limit. Each is looked at again.
    /// - Parameter more: bytes that are to be stored next.
    static func drop(
        _ messages: [Droppable], of tenant: String, toStore more: Int64, at now: Timestamp, in tx: any Transaction
    ) throws {
        guard var excess = try usage(of: tenant, in: tx)?.excess(adding: more), excess > 0 else { return }
        let before = try bound(tenant, at: now, in: tx)
        var freed: Int64 = 0
        for message in messages where excess > 0 {
            let isDropped = try !tx.run(
                """
                UPDATE messages SET data = 'null', extra = NULL, bytes = \(rowBytes), dropped_at = \(now.milliseconds)
                WHERE id = \(message.id) AND \(isDroppable(tenant, before: before)) RETURNING id
                """
            ).isEmpty
            if isDropped {
                excess -= message.freed
                freed += message.freed
            }
        }
        try add(-freed, account: tenant, in: tx)
    }
}

extension MessageStorage {
    /// Empties an erased user's messages, whatever their age, and takes the user's id off them. One with a delivery that is
    /// pending or held stays as it is.
    /// - Returns: how many stayed.
    static func erase(_ ids: [String], of tenant: String, at now: Timestamp, in tx: any Transaction) throws -> Int {
        let free = try tx.run(
            """
            SELECT id, CASE WHEN dropped_at IS NULL THEN \(storedSize) - \(rowBytes) ELSE 0 END AS freed FROM messages
            WHERE tenant_id = \(tenant) AND id IN \(list: ids)
                AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.message_id = messages.id
                    AND deliveries.status IN ('pending', 'held'))
            """
        ).map { (id: try $0.text("id"), freed: try $0.integer("freed")) }
        try tx.run(
            """
            UPDATE messages SET data = 'null', extra = NULL, user_id = NULL, bytes = \(rowBytes),
                dropped_at = COALESCE(dropped_at, \(now.milliseconds))
            WHERE tenant_id = \(tenant) AND id IN \(list: free.map(\.id))
            """)
        try add(-free.reduce(0) { $0 + $1.freed }, account: tenant, in: tx)
        return ids.count - free.count
    }
}

extension MessageStorage.Usage {
    /// Publishes one warning to the tenant when its storage runs low.
    /// - Parameter byOwnAccount: a message came by an account of its own, so that it has one.
    func noticeIfLow(byOwnAccount: Bool = false, at now: Timestamp, in tx: any Transaction) throws {
        var usage = self
        usage.hasOwnAccount = hasOwnAccount || byOwnAccount
        guard !isReported, usage.isLow, let limit = usage.limit else { return }
        try TenantMessageCounters.setTold(tenant, at: now, in: tx)
        try MessageStore.emit(
            "tenant.storage_low", tenant,
            data: ["message_bytes": .number("\(bytes)"), "limit_bytes": .number("\(limit)")],
            context: MessageContext(), at: now, in: tx)
    }

    /// Clears the warning, so that the next one is sent again.
    func forgetNotice(in tx: any Transaction) throws {
        try TenantMessageCounters.setTold(tenant, at: nil, in: tx)
    }
}
