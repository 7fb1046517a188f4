import JSONValue
import SQL

/// Deliveries as their tenant sees them. What the worker reads is `PendingDeliveries`.
enum DeliveryStore {
    private static let columns: Query = """
        deliveries.id AS id, deliveries.tenant_id AS tenant_id, message_id, endpoint_id, messages.type AS type, status,
        attempts, step, next_attempt_at, reason, last_attempt_at, last_status_code, last_error, last_duration_ms
        """
    private static let tables: Query = "deliveries JOIN messages ON messages.id = deliveries.message_id"

    /// Adds a delivery for each endpoint subscribed to the message, in the message's own transaction. Deliveries of a
    /// disabled endpoint or a suspended tenant are held.
    /// - Parameter isHanded: the worker is handed the message itself.
    static func fanOut(_ message: Message, isHanded: Bool = true, in tx: any Transaction) throws {
        for listener in try EndpointStore.listeners(message.tenant, in: tx) where listener.filter.matches(message.type)
        {
            try insert(
                message, for: listener.id, held: listener.holds, isHanded: isHanded, at: message.receivedAt, in: tx)
        }
    }

    /// - Returns: its id.
    @discardableResult
    static func insert(
        _ message: Message, for endpoint: String, held: Bool, isHanded: Bool = true, at now: Timestamp,
        in tx: any Transaction
    ) throws -> String {
        let id = try insert(
            message.tenant, message: message.id, endpoint: endpoint, due: held ? nil : now, at: now, in: tx)
        if !held {
            let new = NewDelivery(id: id, endpoint: endpoint, tenant: message.tenant, message: isHanded ? message : nil)
            tx.notify(new.notice)
        }
        return id
    }

    /// - Parameter due: nil: it is held.
    /// - Returns: its id. The worker is not notified.
    private static func insert(
        _ tenant: String, message: String, endpoint: String, due: Timestamp?, at now: Timestamp,
        in tx: any Transaction
    ) throws -> String {
        let id = Identifier.make(.delivery)
        try tx.run(
            """
            INSERT INTO deliveries
                (id, tenant_id, message_id, endpoint_id, status, attempts, step, next_attempt_at, created_at)
            VALUES (\(id), \(tenant), \(message), \(endpoint), \(due == nil ? "held" : "pending"), 0, 0,
                \(due?.milliseconds), \(now.milliseconds))
            """)
        return id
    }

    static func find(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Delivery? {
        try tx.first(
            """
            SELECT \(columns) FROM \(tables) WHERE deliveries.tenant_id = \(tenant) AND deliveries.id = \(id)
                AND \(EndpointStore.isLeft)
            """
        ).map(Self.delivery)
    }

    struct Filter: Sendable {
        var user: String?
        var status: Delivery.Status?
        var endpoint: String?
        var message: String?
        var type: String?
    }

    static func list(
        _ tenant: String, _ filter: Filter, after: String?, limit: Int, in tx: any Transaction
    ) throws -> [Delivery] {
        try tx.run(
            """
            SELECT \(columns) FROM \(tables) WHERE deliveries.tenant_id = \(tenant) AND deliveries.id > \(after ?? "")
                \(status(filter.status))
                AND (CAST(\(filter.endpoint) AS TEXT) IS NULL OR endpoint_id = \(filter.endpoint))
                AND (CAST(\(filter.message) AS TEXT) IS NULL OR message_id = \(filter.message))
                AND (CAST(\(filter.type) AS TEXT) IS NULL OR messages.type = \(filter.type))
                AND \(MessageStore.owned(tenant, filter.user)) AND \(EndpointStore.isLeft)
            ORDER BY deliveries.id LIMIT \(limit)
            """
        ).map(Self.delivery)
    }

    /// Spelled out, as the partial indexes have it.
    private static func status(_ status: Delivery.Status?) -> Query {
        switch status {
        case nil: ""
        case .pending: "AND status = 'pending'"
        case .delivered: "AND status = 'delivered'"
        case .held: "AND status = 'held'"
        case .dead: "AND status = 'dead'"
        }
    }

    /// Restarts the retry schedule.
    static func retry(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE deliveries SET status = 'pending', step = 0, lane = 0, reason = NULL,
                next_attempt_at = \(now.milliseconds)
            WHERE tenant_id = \(tenant) AND id = \(id)
            """)
        tx.notify(ChangeNotice(.deliveries))
    }

    /// Makes held deliveries of an endpoint due; so many at once.
    /// - Returns: how many were changed.
    static func release(
        _ tenant: String, endpoint: String, limit: Int, at now: Timestamp, in tx: any Transaction
    ) throws -> Int {
        let changed = try tx.run(
            """
            UPDATE deliveries SET status = 'pending', step = 0, reason = NULL, lane = CASE WHEN lane = 2 THEN 2 ELSE 0 END,
                next_attempt_at = CASE WHEN lane = 2 THEN COALESCE(next_attempt_at, \(now.milliseconds))
                    ELSE \(now.milliseconds) END
            WHERE id IN (SELECT id FROM deliveries
                WHERE status = 'held' AND endpoint_id = \(endpoint) AND tenant_id = \(tenant) LIMIT \(limit))
            RETURNING id
            """
        ).count
        tx.notify(ChangeNotice(.deliveries))
        return changed
    }

    /// Holds pending deliveries of an endpoint; so many at once. A replay's keep their place in the order.
    /// - Returns: how many were changed.
    static func hold(_ tenant: String, endpoint: String, limit: Int, in tx: any Transaction) throws -> Int {
        let changed = try tx.run(
            """
            UPDATE deliveries SET status = 'held', next_attempt_at = CASE WHEN lane = 2 THEN next_attempt_at END
            WHERE id IN (SELECT id FROM deliveries WHERE status = 'pending' AND endpoint_id = \(endpoint)
                AND lane IN (0, 1, 2) AND tenant_id = \(tenant) LIMIT \(limit))
            RETURNING id
            """
        ).count
        tx.notify(ChangeNotice(.held))
        return changed
    }

    /// The number of deliveries that are held for an endpoint.
    static func held(_ tenant: String, endpoint: String, in tx: any Transaction) throws -> Int {
        let row = try tx.first(
            """
            SELECT held FROM delivery_counts WHERE endpoint_id = \(endpoint) AND tenant_id = \(tenant)
            """)
        return Int(try row?.integer("held") ?? 0)
    }

    private static func delivery(_ row: Row) throws -> Delivery {
        return Delivery(
            id: try row.text("id"), tenant: try row.text("tenant_id"), messageID: try row.text("message_id"),
            endpointID: try row.text("endpoint_id"), type: try row.text("type"),
            status: Delivery.Status(rawValue: try row.text("status")) ?? .dead,
            attempts: Int(try row.integer("attempts")), step: Int(try row.integer("step")),
            nextAttemptAt: try row.optionalTime("next_attempt_at"), reason: try row.optionalText("reason"),
            last: try row.optionalTime("last_attempt_at").map { at in
                Delivery.Attempt(
                    at: at, statusCode: try row.optionalInteger("last_status_code").map { Int($0) },
                    error: try row.optionalText("last_error"),
                    duration: Int(try row.optionalInteger("last_duration_ms") ?? 0))
            })
    }
}
