import SQL

extension DeliveryStore {
    static func pendingDepth(in tx: any Transaction) throws -> QueueDepth {
        try QueueDepth(
            "deliveries_pending", "Deliveries that wait for an attempt.",
            count: "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT) AS n FROM delivery_counts",
            oldest: "SELECT MIN(next_attempt_at) AS due FROM deliveries WHERE status = 'pending'", in: tx)
    }

    static func heldDepth(in tx: any Transaction) throws -> QueueDepth {
        try QueueDepth(
            "deliveries_held", "Deliveries held for a disabled endpoint or a suspended tenant.",
            count: "SELECT CAST(COALESCE(SUM(held), 0) AS BIGINT) AS n FROM delivery_counts",
            oldest: "SELECT MIN(created_at) AS due FROM deliveries WHERE status = 'held'", in: tx)
    }
}

extension MessageStore {
    static func heldDepth(in tx: any Transaction) throws -> QueueDepth {
        try QueueDepth(
            "webhooks_unbound", "Webhooks received whose owner is not known yet.",
            count: "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) AS n FROM quarantine_counts",
            oldest: "SELECT MIN(received_at) AS due FROM messages WHERE tenant_id IS NULL", in: tx)
    }
}
