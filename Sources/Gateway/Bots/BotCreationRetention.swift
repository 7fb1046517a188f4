import MeetingBaaS
import SQL

extension BotCreationStore {
    /// Returns whether a bot was asked for in an account and a version.
    static func isAny(account: String, _ version: APIVersion, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT marker FROM bot_orders WHERE account_id = \(account) AND api_version = \(version.rawValue) LIMIT 1
            """) != nil
    }

    /// Callbacks that no bot names any more, and to which nothing is on its way.
    static var unusedCallbacks: ExpiredRows {
        EndpointStore.unusedCallbacks { "EXISTS (SELECT 1 FROM bot_orders WHERE bot_orders.endpoint_id = \($0))" }
    }

    /// Rows that go when their calendar's tombstone is gone.
    static let orphaned = OrphanedRows(table: "bot_orders", key: ["marker"])
}

extension BotStore {
    /// Rows that go when their calendar's tombstone is gone.
    static let orphaned = OrphanedRows(table: "bots", key: ["account_id", "bot_id"])
}

extension OwnershipStore {
    /// Rows that go when their calendar's tombstone is gone.
    static let orphaned = OrphanedRows(table: "owned_objects", key: ["account_id", "api_version", "kind", "id"])
}
