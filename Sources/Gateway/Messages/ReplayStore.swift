import SQL
import Wire

enum ReplayStore {
    private static let columns: Query = """
        id, tenant_id, endpoint_id, state, since, until, types, statuses, position, last_position, total, taken, created_at, skipped
        """

    /// Begins one: counts what it will send, and adds its job.
    /// - Parameter types: nil: all that the endpoint wants.
    static func begin(
        _ endpoint: Endpoint, since: Timestamp, until: Timestamp?, types: [String]?, statuses: [Replay.Status],
        at now: Timestamp, in tx: any Transaction
    ) throws -> Replay {
        let last =
            try tx.first("SELECT message_position FROM tenants WHERE id = \(endpoint.tenant)")?
            .integer("message_position") ?? 0
        let first = try tx.first(
            """
            SELECT MIN(position) AS first FROM messages
            WHERE tenant_id = \(endpoint.tenant) AND received_at >= \(since.milliseconds)
            """)?.optionalInteger("first")
        var replay = Replay(
            id: Identifier.make(.replay), tenant: endpoint.tenant, endpoint: endpoint.id, state: .running, since: since,
            until: until, types: types ?? ["*"], statuses: statuses, position: first.map { $0 - 1 } ?? last,
            lastPosition: last, total: 0, taken: 0, createdAt: now)
        replay.total = try total(replay, endpoint, in: tx)
        try tx.run(
            """
            INSERT INTO replays (\(columns)) VALUES (\(replay.id), \(replay.tenant), \(replay.endpoint),
                \(replay.state.rawValue), \(since.milliseconds), \(until?.milliseconds ?? Int64.max),
                \(replay.types.joined(separator: " ")), \(statuses.map(\.rawValue).joined(separator: " ")),
                \(replay.position), \(replay.lastPosition), \(replay.total), 0, \(now.milliseconds), 0)
            """)
        try JobQueue.add(.replay, replay.tenant, replay.id, at: now, in: tx)
        return replay
    }

    /// The messages it is about, with what became of them at the endpoint. Not those that were for one endpoint alone:
    /// callbacks of bots (their account has a reference behind it) and tests.
    private static func about(_ replay: Replay) -> Query {
        """
        FROM messages LEFT JOIN deliveries ON deliveries.message_id = messages.id
            AND deliveries.endpoint_id = \(replay.endpoint)
        WHERE messages.tenant_id = \(replay.tenant) AND messages.position > \(replay.position)
            AND messages.position <= \(replay.lastPosition) AND messages.received_at >= \(replay.since.milliseconds)
            AND messages.received_at <= \(replay.until?.milliseconds ?? Int64.max) AND messages.type <> 'endpoint.test'
            AND (messages.account_id IS NULL OR messages.account_id NOT LIKE '%/%')
            AND (deliveries.last_attempt_at IS NULL OR deliveries.last_attempt_at <= \(replay.createdAt.milliseconds))
        """
    }

    private static func total(_ replay: Replay, _ endpoint: Endpoint, in tx: any Transaction) throws -> Int {
        try tx.run(
            """
            SELECT messages.type AS type, deliveries.status AS status, COUNT(*) AS n \(about(replay))
            GROUP BY messages.type, deliveries.status
            """
        ).reduce(0) { sum, row in
            let fits = replay.takes(try row.text("type"), try row.optionalText("status"), endpoint)
            return sum + (fits ? Int(try row.integer("n")) : 0)
        }
    }

    /// Puts the next messages on their way.
    /// - Returns: the replay as it is then; nil when nothing is left to do.
    static func advance(_ tenant: String, _ id: String, by count: Int, at now: Timestamp, in tx: any Transaction) throws
        -> Replay?
    {
        guard var replay = try find(tenant, id, in: tx), replay.state == .running,
            replay.position < replay.lastPosition,
            let endpoint = try EndpointStore.target(tenant, replay.endpoint, in: tx)
        else { return nil }
        let isHeld = try endpoint.status == .disabled || !TenantStore.isActive(tenant, in: tx)
        let rows = try tx.run(
            """
            SELECT messages.id AS message_id, messages.type AS type, messages.position AS position, messages.dropped_at,
                deliveries.id AS id, deliveries.status AS status \(about(replay))
            ORDER BY messages.position LIMIT \(count)
            """)
        for row in rows {
            let (position, status) = (try row.integer("position"), try row.optionalText("status"))
            guard replay.takes(try row.text("type"), status, endpoint) else { continue }
            if try row.optionalInteger("dropped_at") != nil {
                replay.skipped += 1
                continue
            }
            // In the order of the messages, and all of them due.
            let due = replay.createdAt.milliseconds - (replay.lastPosition - position)
            let delivery =
                try row.optionalText("id")
                ?? DeliveryStore.insert(
                    tenant, message: row.text("message_id"), endpoint: endpoint.id, due: nil, at: now, in: tx)
            try tx.run(
                """
                UPDATE deliveries SET status = \(isHeld ? "held" : "pending"), step = 0, lane = 2, reason = NULL,
                    next_attempt_at = \(due), replay_id = \(id), replay_from = \(status ?? "none")
                WHERE tenant_id = \(tenant) AND id = \(delivery)
                """)
            replay.taken += 1
        }
        replay.position = rows.count < count ? replay.lastPosition : try rows[rows.count - 1].integer("position")
        try tx.run(
            """
            UPDATE replays SET position = \(replay.position), taken = \(replay.taken), skipped = \(replay.skipped)
            WHERE tenant_id = \(tenant) AND id = \(id)
            """)
        tx.notify(Notice(.deliveries))
        return replay
    }

    static func find(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Replay? {
        try tx.first("SELECT \(columns) FROM replays WHERE tenant_id = \(tenant) AND id = \(id)").map(Self.replay)
    }

    static func shown(_ replay: Replay, in tx: any Transaction) throws -> JSON {
        let row = try tx.first("SELECT COUNT(*) AS n FROM deliveries WHERE \(unsent(replay))")
        return replay.json(waiting: Int(try row?.integer("n") ?? 0))
    }

    /// Its deliveries that were not sent yet.
    private static func unsent(_ replay: Replay) -> Query {
        "tenant_id = \(replay.tenant) AND replay_id = \(replay.id) AND lane = 2 AND status IN ('pending', 'held')"
    }

    /// Whether one of the endpoint's is still under way.
    static func isRunning(_ endpoint: Endpoint, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM replays WHERE tenant_id = \(endpoint.tenant) AND endpoint_id = \(endpoint.id)
                AND state = 'running' AND position < last_position
            """) != nil
            || tx.first(
                """
                SELECT id FROM deliveries WHERE status = 'pending' AND endpoint_id = \(endpoint.id) AND lane = 2
                    AND tenant_id = \(endpoint.tenant) LIMIT 1
                """) != nil
    }

    /// What was not sent yet is again what it was before. One that is over stays so.
    static func cancel(_ replay: Replay, in tx: any Transaction) throws {
        guard try shown(replay, in: tx)["state"]?.stringValue == Replay.State.running.rawValue else { return }
        let waiting = try tx.first("SELECT COUNT(*) AS n FROM deliveries WHERE \(unsent(replay))")?.integer("n") ?? 0
        try tx.run(
            """
            UPDATE replays SET state = 'cancelled', taken = taken - \(waiting)
            WHERE tenant_id = \(replay.tenant) AND id = \(replay.id)
            """)
        let mine = unsent(replay)
        let isOpen =
            try EndpointStore.target(replay.tenant, replay.endpoint, in: tx)?.status == .enabled
            && TenantStore.isActive(replay.tenant, in: tx)
        try tx.run("DELETE FROM deliveries WHERE \(mine) AND replay_from = 'none'")
        try tx.run(
            """
            UPDATE deliveries SET status = replay_from, lane = 0, next_attempt_at = NULL, replay_id = NULL,
                reason = CASE replay_from WHEN 'dead' THEN 'attempts_exhausted' END
            WHERE \(mine) AND replay_from <> 'held'
            """)
        // What was held before the endpoint was enabled would have gone by now.
        try tx.run(
            """
            UPDATE deliveries SET lane = 0, replay_id = NULL, status = \(isOpen ? "pending" : "held"), reason = NULL,
                next_attempt_at = \(isOpen ? replay.createdAt.milliseconds : nil)
            WHERE \(mine)
            """)
        tx.notify(Notice(.deliveries))
    }

    static func prune(before: Timestamp, in tx: any Transaction) throws {
        try tx.run("DELETE FROM replays WHERE created_at <= \(before.milliseconds)")
    }

    private static func replay(_ row: Row) throws -> Replay {
        func time(_ column: String) throws -> Timestamp { Timestamp(milliseconds: try row.integer(column)) }
        return Replay(
            id: try row.text("id"), tenant: try row.text("tenant_id"), endpoint: try row.text("endpoint_id"),
            state: Replay.State(rawValue: try row.text("state")) ?? .cancelled, since: try time("since"),
            until: try row.integer("until") == .max ? nil : time("until"),
            types: try row.text("types").split(separator: " ").map(String.init),
            statuses: try row.text("statuses").split(separator: " ").compactMap { Replay.Status(rawValue: String($0)) },
            position: try row.integer("position"), lastPosition: try row.integer("last_position"),
            total: Int(try row.integer("total")), taken: Int(try row.integer("taken")),
            skipped: Int(try row.integer("skipped")),
            createdAt: try time("created_at"))
    }
}

extension Replay {
    /// - Parameter status: of the message's delivery to the endpoint; nil: there was none.
    fileprivate func takes(_ type: String, _ status: String?, _ endpoint: Endpoint) -> Bool {
        guard endpoint.wants(type), filter.matches(type) else { return false }
        return Status(rawValue: status ?? "none").map { statuses.contains($0) } ?? false
    }
}
