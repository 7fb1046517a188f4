import SQL
import Wire

/// One message for one endpoint.
struct Delivery: Sendable {
    let id: String
    let tenant: String
    let messageID: String
    let endpointID: String
    let status: Status
    /// Attempts made in all, and since the schedule was last begun.
    let attempts: Int
    let step: Int
    let nextAttemptAt: Timestamp?
    let last: Attempt?

    enum Status: String, Sendable, CaseIterable {
        case pending, delivered, held, dead
    }

    struct Attempt: Sendable {
        let at: Timestamp
        let statusCode: Int?
        let error: String?
        let duration: Int
    }

    var json: JSON {
        [
            "id": .string(id), "message_id": .string(messageID), "endpoint_id": .string(endpointID),
            "status": .string(status.rawValue), "attempts": .int(attempts),
            "next_attempt_at": .text(nextAttemptAt.map { "\($0)" }),
            "last_attempt": last.map {
                [
                    "at": .string("\($0.at)"), "status_code": $0.statusCode.map { .int($0) } ?? .null,
                    "error": .text($0.error), "duration_ms": .int($0.duration),
                ]
            } ?? .null,
        ]
    }
}

enum DeliveryStore {
    private static let columns: Query = """
        id, tenant_id, message_id, endpoint_id, status, attempts, step, next_attempt_at, last_attempt_at,
        last_status_code, last_error, last_duration_ms
        """

    /// A delivery for each endpoint that wants the message, in the message's own transaction. Those of a disabled
    /// endpoint or a suspended tenant are held.
    static func fanOut(_ message: Message, in tx: any Transaction) throws {
        let active = try TenantStore.find(id: message.tenant, in: tx)?.status == .active
        for endpoint in try EndpointStore.list(message.tenant, in: tx) where endpoint.wants(message.type) {
            try insert(
                message.tenant, message: message.id, endpoint: endpoint.id,
                held: !active || endpoint.status == .disabled, at: message.receivedAt, in: tx)
        }
    }

    static func insert(
        _ tenant: String, message: String, endpoint: String, held: Bool, at now: Timestamp, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            INSERT INTO deliveries
                (id, tenant_id, message_id, endpoint_id, status, attempts, step, next_attempt_at, created_at)
            VALUES (\(Identifier.make(.delivery)), \(tenant), \(message), \(endpoint),
                \(held ? "held" : "pending"), 0, 0, \(held ? nil : now.milliseconds), \(now.milliseconds))
            """)
    }

    struct DueEndpoint: Sendable {
        let id: String
        let tenant: String
    }

    /// Enabled endpoints with something due, the longest waiting first.
    static func dueEndpoints(at now: Timestamp, in tx: any Transaction) throws -> [DueEndpoint] {
        try tx.run(
            """
            SELECT id, tenant_id FROM (
                SELECT id, tenant_id, (SELECT MIN(next_attempt_at) FROM deliveries WHERE deliveries.status = 'pending'
                    AND deliveries.endpoint_id = webhook_endpoints.id) AS due
                FROM webhook_endpoints WHERE status = 'enabled') AS waiting
            WHERE due <= \(now.milliseconds) ORDER BY due
            """
        ).map { DueEndpoint(id: try $0.text("id"), tenant: try $0.text("tenant_id")) }
    }

    /// What an endpoint is due, oldest first; its tenant comes with it.
    static func due(
        endpoint: String, except running: [String], limit: Int, at now: Timestamp, in tx: any Transaction
    ) throws -> [Delivery] {
        try tx.run(
            """
            SELECT \(columns) FROM deliveries WHERE status = 'pending' AND endpoint_id = \(endpoint)
                AND next_attempt_at <= \(now.milliseconds) AND id NOT IN \(list: running.isEmpty ? [""] : running)
            ORDER BY next_attempt_at, id LIMIT \(limit)
            """
        ).map(Self.delivery)
    }

    static func nextDue(after now: Timestamp, in tx: any Transaction) throws -> Timestamp? {
        try tx.first(
            """
            SELECT MIN(next_attempt_at) AS next FROM deliveries
            WHERE status = 'pending' AND next_attempt_at > \(now.milliseconds)
            """)?.optionalInteger("next").map { Timestamp(milliseconds: $0) }
    }

    /// Outcome, attempt and next due time, together.
    static func finish(
        _ delivery: Delivery, _ attempt: Delivery.Attempt, _ status: Delivery.Status, next: Timestamp?,
        in tx: any Transaction
    ) throws {
        // The endpoint or the tenant may be gone by now; then there is nothing to write down.
        let known = try !tx.run(
            """
            UPDATE deliveries SET status = CASE WHEN status = 'held' AND \(status.rawValue) = 'pending' THEN 'held'
                    ELSE \(status.rawValue) END,
                attempts = attempts + 1, step = step + 1, next_attempt_at = \(next?.milliseconds),
                last_attempt_at = \(attempt.at.milliseconds), last_status_code = \(attempt.statusCode),
                last_error = \(attempt.error), last_duration_ms = \(attempt.duration)
            WHERE tenant_id = \(delivery.tenant) AND id = \(delivery.id) RETURNING id
            """
        ).isEmpty
        guard known else { return }
        try tx.run(
            """
            INSERT INTO attempts (delivery_id, number, tenant_id, at, status_code, error, duration_ms)
            VALUES (\(delivery.id), \(delivery.attempts + 1), \(delivery.tenant), \(attempt.at.milliseconds),
                \(attempt.statusCode), \(attempt.error), \(attempt.duration))
            """)
    }

    static func find(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Delivery? {
        try tx.first("SELECT \(columns) FROM deliveries WHERE tenant_id = \(tenant) AND id = \(id)").map(Self.delivery)
    }

    static func list(
        _ tenant: String, user: String?, status: Delivery.Status?, endpoint: String?, after: String?, limit: Int,
        in tx: any Transaction
    ) throws -> [Delivery] {
        try tx.run(
            """
            SELECT \(columns) FROM deliveries WHERE tenant_id = \(tenant) AND id > \(after ?? "")
                AND (CAST(\(status?.rawValue) AS TEXT) IS NULL OR status = \(status?.rawValue))
                AND (CAST(\(endpoint) AS TEXT) IS NULL OR endpoint_id = \(endpoint))
                AND (CAST(\(user) AS TEXT) IS NULL OR message_id IN (
                    SELECT id FROM messages WHERE tenant_id = \(tenant) AND user_id = \(user)))
            ORDER BY id LIMIT \(limit)
            """
        ).map(Self.delivery)
    }

    /// The schedule begins anew.
    static func retry(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE deliveries SET status = 'pending', step = 0, next_attempt_at = \(now.milliseconds)
            WHERE tenant_id = \(tenant) AND id = \(id)
            """)
    }

    /// Lets go what is held, of one endpoint or of all that are enabled.
    static func release(
        _ tenant: String, endpoint: String? = nil, at now: Timestamp, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            UPDATE deliveries SET status = 'pending', step = 0, next_attempt_at = \(now.milliseconds)
            WHERE tenant_id = \(tenant) AND status = 'held'
                AND (CAST(\(endpoint) AS TEXT) IS NULL OR endpoint_id = \(endpoint))
                AND endpoint_id IN (SELECT id FROM webhook_endpoints WHERE tenant_id = \(tenant) AND status = 'enabled')
            """)
    }

    static func hold(_ tenant: String, endpoint: String? = nil, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE deliveries SET status = 'held', next_attempt_at = NULL
            WHERE tenant_id = \(tenant) AND status = 'pending'
                AND (CAST(\(endpoint) AS TEXT) IS NULL OR endpoint_id = \(endpoint))
            """)
    }

    private static func delivery(_ row: Row) throws -> Delivery {
        func time(_ column: String) throws -> Timestamp? {
            try row.optionalInteger(column).map { Timestamp(milliseconds: $0) }
        }
        return Delivery(
            id: try row.text("id"), tenant: try row.text("tenant_id"), messageID: try row.text("message_id"),
            endpointID: try row.text("endpoint_id"), status: Delivery.Status(rawValue: try row.text("status")) ?? .dead,
            attempts: Int(try row.integer("attempts")), step: Int(try row.integer("step")),
            nextAttemptAt: try time("next_attempt_at"),
            last: try time("last_attempt_at").map { at in
                Delivery.Attempt(
                    at: at, statusCode: try row.optionalInteger("last_status_code").map { Int($0) },
                    error: try row.optionalText("last_error"),
                    duration: Int(try row.optionalInteger("last_duration_ms") ?? 0))
            })
    }
}
