import JSONValue
import SQL

/// The newest fact about where a bot's callbacks go.
///
/// Each fact is a row of `bot_orders`: one with a reference and an endpoint sets a URL, one with a reference alone takes
/// the URL back, one with an endpoint alone switches the callback off and keeps the URL for when it is switched on.
enum BotCallback: Sendable, Equatable {
    case set(endpoint: String)
    case off(endpoint: String)
    case removed

    /// The endpoint that callbacks go to now.
    var endpoint: String? { if case .set(let endpoint) = self { endpoint } else { nil } }

    /// A change of a bot that names no new URL.
    enum Change: Sendable, Equatable {
        case remove, disable, enable
    }

    /// - Returns: the fact that a change makes of this one; nil when it makes none.
    func changed(by change: Change) -> BotCallback? {
        switch (change, self) {
        case (.remove, .set), (.remove, .off): .removed
        case (.disable, .set(let endpoint)): .off(endpoint: endpoint)
        case (.enable, .off(let endpoint)): .set(endpoint: endpoint)
        default: nil
        }
    }
}

extension BotCreationStore {
    /// - Parameters:
    ///   - bot: its id, where it is known.
    ///   - root: the correlation id of its own order, if known: a bot without an id may have a callback.
    /// - Returns: nil for a bot that never had a callback of its own.
    static func callback(
        _ tenant: String, account: String, bot: String?, root: String? = nil, in tx: any Transaction
    ) throws -> BotCallback? {
        let row = try tx.first(
            """
            WITH roots AS (
                SELECT COALESCE(callback_of, marker) AS root FROM bot_orders
                WHERE account_id = \(account) AND bot_id = \(bot) AND tenant_id = \(tenant)
                UNION SELECT CAST(\(root) AS TEXT))
            SELECT reference, endpoint_id FROM bot_orders
            WHERE tenant_id = \(tenant) AND account_id = \(account)
                AND (reference IS NOT NULL OR callback_of IS NOT NULL) AND marker IN (
                    SELECT root FROM roots
                    UNION SELECT marker FROM bot_orders WHERE callback_of IN (SELECT root FROM roots)
                    UNION SELECT marker FROM bot_orders WHERE account_id = \(account) AND bot_id = \(bot))
            ORDER BY created_at DESC LIMIT 1
            """)
        guard let row else { return nil }
        guard let endpoint = try row.optionalText("endpoint_id") else { return .removed }
        return try row.optionalText("reference") == nil ? .off(endpoint: endpoint) : .set(endpoint: endpoint)
    }
}
