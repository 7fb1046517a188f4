import JSONValue
import SQL

/// Deletes messages past their retention with their deliveries and attempts, and quarantined webhooks after a day.
///
/// Children are deleted first, so no transaction deletes more than `rowLimit` rows. Tenants take turns, so a long
/// history does not delay other tenants. A message with a pending delivery stays.
struct MessageRetention: Sendable {
    private let writes: BackgroundWrites
    private let database: any Database

    /// Messages that are looked at together.
    private static let pageSize = 100
    /// The most rows that one transaction deletes.
    static let rowLimit = 500
    /// The most bytes of messages that one transaction deletes.
    private static let byteLimit: Int64 = 4 << 20
    private static let quarantine = 86_400.0

    init(database: any Database) {
        self.database = database
        writes = BackgroundWrites(database: database)
    }

    /// A tenant's old messages, or the quarantined ones, from the oldest on.
    private struct Sweep: Sendable {
        /// nil: quarantined webhooks, whose tenant is not known.
        let tenant: String?
        let before: Timestamp
        /// The last message that needs no further look.
        var receivedAt: Int64 = .min
        var id = ""
        var isDone = false

        var owner: Query { tenant.map { "tenant_id = \($0)" } ?? "tenant_id IS NULL" }
        var isOld: Query { "\(owner) AND received_at <= \(before.milliseconds)" }
    }

    private struct Page: Sendable {
        var ids: [String] = []
        var last: (receivedAt: Int64, id: String)?
    }

    private static let isPending: Query = """
        EXISTS (SELECT 1 FROM deliveries WHERE deliveries.message_id = messages.id AND deliveries.status = 'pending')
        """

    /// - Parameter seconds: the retention of messages.
    func run(at now: Timestamp, retention seconds: Double) async throws {
        var sweeps = try await tenants(before: now.adding(seconds: -seconds))
        sweeps.append(Sweep(tenant: nil, before: now.adding(seconds: -Self.quarantine)))
        while !sweeps.isEmpty {
            for index in sweeps.indices { try await step(&sweeps[index]) }
            sweeps.removeAll(where: \.isDone)
        }
    }

    private func tenants(before: Timestamp) async throws -> [Sweep] {
        let isAny = try await database.read { tx in
            try tx.first(
                """
                SELECT 1 AS one FROM messages WHERE received_at <= \(before.milliseconds) AND tenant_id IS NOT NULL LIMIT 1
                """) != nil
        }
        guard isAny else { return [] }
        var (sweeps, last, isWhole): ([Sweep], String, Bool) = ([], "", false)
        while !isWhole {
            let after = last
            let page = try await database.read { tx in
                try TenantStore.ids(
                    after: after, limit: 500,
                    testing: { tenant in
                        """
                        EXISTS (SELECT 1 FROM messages WHERE messages.tenant_id = \(tenant)
                            AND received_at <= \(before.milliseconds))
                        """
                    }, in: tx)
            }
            sweeps += page.filter(\.holds).map { Sweep(tenant: $0.id, before: before) }
            last = page.last?.id ?? ""
            isWhole = page.count < 500
        }
        return sweeps
    }

    /// One transaction for one lane, if it has anything to delete.
    private func step(_ sweep: inout Sweep) async throws {
        let now = sweep
        let page = try await database.read { try Self.page(now, in: $0) }
        guard let last = page.last else {
            sweep.isDone = true
            return
        }
        if !page.ids.isEmpty {
            // The same page again, until nothing of it is left.
            guard try await writes.write({ try Self.delete(page.ids, now, in: $0) }) else { return }
        }
        (sweep.receivedAt, sweep.id) = last
    }

    private static func page(_ sweep: Sweep, in tx: any Transaction) throws -> Page {
        let rows = try tx.run(
            """
            SELECT id, received_at, CASE WHEN \(isPending) THEN 1 ELSE 0 END AS is_pending FROM messages
            WHERE \(sweep.isOld) AND (received_at, id) > (\(sweep.receivedAt), \(sweep.id))
            ORDER BY received_at, id LIMIT \(pageSize)
            """)
        return Page(
            ids: try rows.filter { try !$0.bool("is_pending") }.map { try $0.text("id") },
            last: try rows.last.map { (try $0.integer("received_at"), try $0.text("id")) })
    }

    /// Deletes attempts, then deliveries, then messages.
    /// - Returns: true when none of the messages is left that may go.
    private static func delete(_ ids: [String], _ sweep: Sweep, in tx: any Transaction) throws -> Bool {
        // One may be pending again, or have found its tenant. (A condition on the tenant or the age would have SQLite read
        // all that is old, instead of these.)
        let free = try tx.run(
            """
            SELECT id, tenant_id, \(MessageStorage.storedSize) AS size FROM messages
            WHERE id IN \(list: padded(ids)) AND NOT \(isPending)
            """
        ).filter { try $0.optionalText("tenant_id") == sweep.tenant }.map {
            (try $0.text("id"), try $0.integer("size"))
        }
        var left = rowLimit
        let deliveries: Query = "SELECT id FROM deliveries WHERE message_id IN \(list: padded(free.map(\.0)))"
        left -=
            try tx.run(
                """
                DELETE FROM attempts WHERE (delivery_id, number) IN (
                    SELECT delivery_id, number FROM attempts WHERE delivery_id IN (\(deliveries)) LIMIT \(left))
                RETURNING 1 AS one
                """
            ).count
        guard left > 0 else { return false }
        left -= try tx.run("DELETE FROM deliveries WHERE id IN (\(deliveries) LIMIT \(left)) RETURNING 1 AS one").count
        guard left > 0 else { return false }
        let gone = try tx.run(
            """
            DELETE FROM messages WHERE id IN \(list: padded(within(byteLimit, free.prefix(left))))
            RETURNING COALESCE(tenant_id, account_id) AS owner, \(MessageStorage.storedSize) AS size
            """)
        var sizes: [String: Int64] = [:]
        for row in gone {
            if let owner = try row.optionalText("owner") { sizes[owner, default: 0] += try row.integer("size") }
        }
        for (owner, size) in sizes { try MessageStorage.add(-size, account: owner, in: tx) }
        return gone.count == free.count
    }

    /// The first messages that have so many bytes together; one at least. Each freed page is overwritten.
    private static func within(_ limit: Int64, _ messages: ArraySlice<(String, Int64)>) -> [String] {
        var (ids, bytes): ([String], Int64) = ([], 0)
        for (id, size) in messages where ids.isEmpty || bytes + size <= limit {
            ids.append(id)
            bytes += size
        }
        return ids
    }

    /// Always as many, so that it is one statement.
    private static func padded(_ ids: [String]) -> [String] {
        ids + Array(repeating: "", count: max(pageSize - ids.count, 0))
    }
}
