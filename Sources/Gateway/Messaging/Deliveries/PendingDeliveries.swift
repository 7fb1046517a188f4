import JSONValue
import SQL

/// The worker's queries: endpoints that are due, their deliveries, and all that an attempt needs at the moment of
/// sending, unless the commit's notice carried it.
///
/// Rows are read from the hot, partial index `deliveries_pending` (endpoint, lane, due time, id).
enum PendingDeliveries {
    /// Deliveries are taken only while their endpoint is enabled and its tenant active, whatever their own rows say:
    /// those follow (`DeliveryUpdates`).
    private static let isOpen: Query =
        "webhook_endpoints.status = 'enabled' AND \(TenantStore.isActive("webhook_endpoints.tenant_id"))"

    /// An enabled endpoint of an active tenant with something pending.
    struct EndpointBacklog: Sendable {
        let endpoint: String
        let tenant: String
        let concurrency: Int
        let rate: Int?
        let opensAt: Timestamp?
        /// By lane: when the first of it is due.
        let due: [Timestamp?]
    }

    /// The limits of endpoints.
    static func limits(of endpoints: Set<String>, in tx: any Transaction) throws -> [EndpointBacklog] {
        let all = Array(endpoints)
        // Always as many at once, so that it is one statement.
        return try stride(from: 0, to: all.count, by: termsAtOnce).flatMap { start in
            let some = all[start...].prefix(termsAtOnce)
            let padded = some + Array(repeating: "", count: termsAtOnce - some.count)
            return try tx.run(
                """
                SELECT id, tenant_id, concurrency, rate, opens_at, failures FROM webhook_endpoints
                WHERE id IN \(list: Array(padded))
                """
            ).map { try waiting($0, due: []) }
        }
    }

    private static let termsAtOnce = 32

    /// Goes from endpoint to endpoint through the index, so what it costs depends on how many wait, not on how much.
    static func waiting(in tx: any Transaction) throws -> [EndpointBacklog] {
        return try tx.run(
            """
            WITH RECURSIVE waiting(id) AS (
                SELECT MIN(endpoint_id) FROM deliveries WHERE status = 'pending'
                UNION ALL
                SELECT (SELECT MIN(endpoint_id) FROM deliveries
                    WHERE status = 'pending' AND endpoint_id > waiting.id) FROM waiting WHERE waiting.id IS NOT NULL)
            SELECT webhook_endpoints.id AS id, webhook_endpoints.tenant_id AS tenant_id, concurrency, rate, opens_at, failures, \(first(0)) AS due0,
                \(first(1)) AS due1, \(first(2)) AS due2
            FROM waiting JOIN webhook_endpoints ON webhook_endpoints.id = waiting.id
            WHERE \(isOpen)
            """
        ).map { row in
            try waiting(row, due: [row.optionalTime("due0"), row.optionalTime("due1"), row.optionalTime("due2")])
        }
    }

    private static func waiting(_ row: Row, due: [Timestamp?]) throws -> EndpointBacklog {
        EndpointBacklog(
            endpoint: try row.text("id"), tenant: try row.text("tenant_id"),
            // A failing endpoint gets one slot until a delivery succeeds.
            concurrency: try row.integer("failures") > 0
                ? 1 : Int(try row.optionalInteger("concurrency") ?? Int64(Endpoint.usualConcurrency)),
            rate: try row.optionalInteger("rate").map { Int($0) },
            opensAt: try row.optionalTime("opens_at"), due: due)
    }

    private static func first(_ lane: Int) -> Query {
        """
        (SELECT MIN(next_attempt_at) FROM deliveries
            WHERE status = 'pending' AND endpoint_id = waiting.id AND lane = \(lane))
        """
    }

    private static let replayLane = 2
    /// Of a replay that was not cancelled.
    private static let isWanted: Query = """
        AND NOT EXISTS (SELECT 1 FROM replays WHERE replays.id = deliveries.replay_id AND replays.state = 'cancelled')
        """

    /// The ids of deliveries that are due and may be sent, in order.
    static func due(
        _ endpoint: String, _ lane: Int, limit: Int, at now: Timestamp, in tx: any Transaction
    ) throws -> [String] {
        try tx.run(
            """
            SELECT id FROM deliveries WHERE status = 'pending' AND endpoint_id = \(endpoint) AND lane = \(lane)
                AND next_attempt_at <= \(now.milliseconds) \(lane == replayLane ? isWanted : "")
                AND EXISTS (SELECT 1 FROM webhook_endpoints
                    WHERE webhook_endpoints.id = \(endpoint) AND \(isOpen))
            ORDER BY next_attempt_at, id LIMIT \(limit)
            """
        ).map { try $0.text("id") }
    }

    /// The data of one attempt, as they are at that moment.
    struct DeliveryContext: Sendable {
        let delivery: String
        var attempts = 0
        var step = 0
        var lane = 0
        let message: Message
        let endpoint: Endpoint
        /// Since when it waits for fresh links.
        var waitsSince: Timestamp?
    }

    enum Found: Sendable {
        case context(DeliveryContext)
        case notBefore(Timestamp)
        /// Delivered, held or gone meanwhile.
        case nothing
    }

    static func context(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws -> Found {
        guard
            let row = try tx.first(
                """
                SELECT message_id, endpoint_id, attempts, step, lane, reason, next_attempt_at FROM deliveries
                WHERE tenant_id = \(tenant) AND id = \(id) AND status = 'pending'
                    AND (lane <> \(replayLane) OR (1 = 1 \(isWanted)))
                """)
        else { return .nothing }
        let due = try row.time("next_attempt_at")
        guard due <= now else { return .notBefore(due) }
        guard let message = try MessageStore.find(tenant, row.text("message_id"), user: nil, in: tx),
            let endpoint = try EndpointStore.target(tenant, row.text("endpoint_id"), in: tx),
            try endpoint.status == .enabled && TenantStore.isActive(tenant, in: tx)
        else { return .nothing }
        let context = DeliveryContext(
            delivery: id, attempts: Int(try row.integer("attempts")), step: Int(try row.integer("step")),
            lane: Int(try row.integer("lane")), message: message, endpoint: endpoint,
            waitsSince: try row.optionalText("reason")?.split(separator: ":").last.flatMap { Int64($0) }
                .map { Timestamp(milliseconds: $0) })
        return .context(context)
    }

    /// The next state of a delivery.
    struct Next: Sendable {
        let status: Delivery.Status
        let at: Timestamp?
        let lane: Int
        let reason: String?
    }

    /// Outcome, attempt and next due time, together.
    /// - Returns: false when the delivery is gone meanwhile, with its endpoint or its tenant.
    static func finish(
        _ context: DeliveryContext, _ record: AttemptRecord, _ next: Next, sealedResponse: [UInt8]?,
        in tx: any Transaction
    ) throws -> Bool {
        let tenant = context.endpoint.tenant
        let known = try !tx.run(
            """
            UPDATE deliveries SET status = CASE WHEN status = 'held' AND \(next.status.rawValue) = 'pending' THEN 'held'
                    ELSE \(next.status.rawValue) END,
                attempts = attempts + 1, step = step + 1, next_attempt_at = \(next.at?.milliseconds),
                lane = \(next.lane), reason = \(next.reason),
                last_attempt_at = \(record.attempt.at.milliseconds), last_status_code = \(record.attempt.statusCode),
                last_error = \(record.attempt.error), last_duration_ms = \(record.attempt.duration)
            WHERE tenant_id = \(tenant) AND id = \(context.delivery) RETURNING id
            """
        ).isEmpty
        guard known else { return false }
        try AttemptStore.insert(record, tenant: tenant, sealedResponse: sealedResponse, in: tx)
        return true
    }

    /// Not now, and no attempt either.
    static func postpone(
        _ tenant: String, _ id: String, until due: Timestamp, reason: String?, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            UPDATE deliveries SET next_attempt_at = \(due.milliseconds), reason = COALESCE(\(reason), reason)
            WHERE tenant_id = \(tenant) AND id = \(id) AND status = 'pending'
            """)
    }

    /// Makes deliveries of an endpoint that wait for a retry due; so many at once. (The lanes are named so that the index
    /// is used.)
    /// - Returns: how many were changed.
    static func hasten(
        _ tenant: String, endpoint: String, limit: Int, at now: Timestamp, in tx: any Transaction
    ) throws -> Int {
        let changed = try tx.run(
            """
            UPDATE deliveries SET next_attempt_at = \(now.milliseconds) WHERE id IN (SELECT id FROM deliveries
                WHERE status = 'pending' AND endpoint_id = \(endpoint) AND lane IN (0, 1, 2)
                    AND tenant_id = \(tenant) AND next_attempt_at > \(now.milliseconds) LIMIT \(limit))
            RETURNING id
            """
        ).count
        tx.notify(ChangeNotice(.deliveries))
        return changed
    }

    /// When the next falls due after `now`.
    static func nextDue(after now: Timestamp, in tx: any Transaction) throws -> Timestamp? {
        try tx.first(
            """
            SELECT MIN(next_attempt_at) AS next FROM deliveries
            WHERE status = 'pending' AND next_attempt_at > \(now.milliseconds)
            """)?.optionalTime("next")
    }
}
