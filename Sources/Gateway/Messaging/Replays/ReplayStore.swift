import JSONValue
import SQL

enum ReplayStore {
    private static let columns: Query = """
        id, tenant_id, endpoint_id, state, since, until, types, statuses, position, last_position, total, taken, created_at, skipped
        """

    /// Positions that are counted, or sent, in one transaction.
    static let countedAtOnce: Int64 = 2_000
    private static let sentAtOnce: Int64 = 500
    /// `total` of a replay that is not counted yet.
    private static let uncounted: Int64 = -1

    /// Begins one: adds its job, and counts what it will send if that takes no longer than one step of the job.
    /// - Parameter types: nil: all types of the endpoint.
    static func begin(
        _ endpoint: Endpoint, since: Timestamp, until: Timestamp?, types: [String]?, statuses: [Replay.Status],
        as admitted: Admitted, at now: Timestamp, in tx: any Transaction
    ) throws -> Replay {
        try admitted.check(owns: endpoint.tenant)
        let last = try TenantMessageCounters.position(of: endpoint.tenant, in: tx)
        let first = try tx.first("SELECT MIN(position) AS first FROM messages WHERE tenant_id = \(endpoint.tenant)")?
            .optionalInteger("first")
        var replay = Replay(
            id: Identifier.make(.replay), tenant: endpoint.tenant, endpoint: endpoint.id, state: .running, since: since,
            until: until, types: types ?? ["*"], statuses: statuses, position: first.map { $0 - 1 } ?? last,
            lastPosition: last, total: nil, taken: 0, createdAt: now)
        if last - replay.position <= countedAtOnce {
            let counted = try count(replay, endpoint, after: replay.position, through: last, in: tx)
            replay.total = counted.total
            replay.position = counted.first.map { $0 - 1 } ?? last
        }
        try tx.run(
            """
            INSERT INTO replays (\(columns)) VALUES (\(replay.id), \(replay.tenant), \(replay.endpoint),
                \(replay.state.rawValue), \(since.milliseconds), \(until?.milliseconds ?? Int64.max),
                \(replay.types.joined(separator: " ")), \(statuses.map(\.rawValue).joined(separator: " ")),
                \(replay.position), \(replay.lastPosition), \(replay.total.map { Int64($0) } ?? uncounted), 0,
                \(now.milliseconds), 0)
            """)
        try JobStore.add(ReplayJob.kind, replay.tenant, replay.id, at: now, in: tx)
        return replay
    }

    /// The messages of some positions that it is about, with what became of them at the endpoint. Not those that were for
    /// one endpoint alone: callbacks of bots (their account has a reference behind it) and tests.
    private static func about(_ replay: Replay, after position: Int64, through last: Int64) -> Query {
        """
        FROM messages LEFT JOIN deliveries ON deliveries.message_id = messages.id
            AND deliveries.endpoint_id = \(replay.endpoint)
        WHERE messages.tenant_id = \(replay.tenant) AND messages.position > \(position)
            AND messages.position <= \(last) AND messages.received_at >= \(replay.since.milliseconds)
            AND messages.received_at <= \(replay.until?.milliseconds ?? Int64.max) AND messages.type <> 'endpoint.test'
            AND (messages.account_id IS NULL OR messages.account_id NOT LIKE '%/%')
            AND (deliveries.last_attempt_at IS NULL OR deliveries.last_attempt_at <= \(replay.createdAt.milliseconds))
        """
    }

    /// The number of messages that it will send of some positions, and their first position.
    static func count(
        _ replay: Replay, _ endpoint: Endpoint, after position: Int64, through last: Int64, in tx: any Transaction
    ) throws -> (total: Int, first: Int64?) {
        var (total, first): (Int, Int64?) = (0, nil)
        for row in try tx.run(
            """
            SELECT messages.type AS type, deliveries.status AS status, COUNT(*) AS n, MIN(messages.position) AS first
            \(about(replay, after: position, through: last)) GROUP BY messages.type, deliveries.status
            """)
        where replay.takes(try row.text("type"), try row.optionalText("status"), endpoint) {
            total += Int(try row.integer("n"))
            first = min(first ?? .max, try row.integer("first"))
        }
        return (total, first)
    }

    /// Nothing before `position` is to be sent.
    static func setTotal(_ replay: Replay, _ total: Int, position: Int64, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE replays SET total = \(total), position = \(position)
            WHERE tenant_id = \(replay.tenant) AND id = \(replay.id) AND total = \(uncounted)
            """)
    }

    /// Puts the messages of the next positions on their way.
    /// - Returns: false when nothing is left to do.
    static func advance(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        guard var replay = try find(tenant, id, in: tx), replay.state == .running,
            replay.position < replay.lastPosition,
            let endpoint = try EndpointStore.target(tenant, replay.endpoint, in: tx)
        else { return false }
        let through = min(replay.position + sentAtOnce, replay.lastPosition)
        let isHeld = try endpoint.status == .disabled || !TenantStore.isActive(tenant, in: tx)
        let rows = try tx.run(
            """
            SELECT messages.id AS message_id, messages.type AS type, messages.position AS position, messages.dropped_at,
                deliveries.id AS id, deliveries.status AS status
            \(about(replay, after: replay.position, through: through)) ORDER BY messages.position
            """)
        for row in rows {
            let (position, former) = (try row.integer("position"), try row.optionalText("status"))
            guard replay.takes(try row.text("type"), former, endpoint) else { continue }
            if try row.optionalInteger("dropped_at") != nil {
                replay.skipped += 1
                continue
            }
            // In the order of the messages, and all of them due.
            let due = replay.createdAt.milliseconds - (replay.lastPosition - position)
            let status: Query = isHeld ? "'held'" : "'pending'"
            if let delivery = try row.optionalText("id") {
                try tx.run(
                    """
                    UPDATE deliveries SET status = \(status), step = 0, lane = 2, reason = NULL,
                        next_attempt_at = \(due), replay_id = \(id), replay_from = \(former)
                    WHERE tenant_id = \(tenant) AND id = \(delivery)
                    """)
            } else {
                try tx.run(
                    """
                    INSERT INTO deliveries (id, tenant_id, message_id, endpoint_id, status, attempts, step, lane,
                        next_attempt_at, created_at, replay_id, replay_from)
                    VALUES (\(Identifier.make(.delivery)), \(tenant), \(try row.text("message_id")), \(endpoint.id),
                        \(status), 0, 0, 2, \(due), \(now.milliseconds), \(id), 'none')
                    """)
            }
            replay.taken += 1
        }
        try tx.run(
            """
            UPDATE replays SET position = \(through), taken = \(replay.taken), skipped = \(replay.skipped)
            WHERE tenant_id = \(tenant) AND id = \(id)
            """)
        tx.notify(ChangeNotice(.deliveries))
        return true
    }

    static func find(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Replay? {
        try tx.first(
            """
            SELECT \(columns) FROM replays WHERE tenant_id = \(tenant) AND id = \(id) AND \(EndpointStore.isLeft)
            """
        ).map(Self.replay)
    }

    static func presented(_ replay: Replay, in tx: any Transaction) throws -> JSON {
        let row = try tx.first("SELECT COUNT(*) AS n FROM deliveries WHERE \(unsent(replay))")
        return replay.json(waiting: Int(try row?.integer("n") ?? 0))
    }

    /// Its deliveries that were not sent yet.
    private static func unsent(_ replay: Replay) -> Query {
        "tenant_id = \(replay.tenant) AND replay_id = \(replay.id) AND lane = 2 AND status IN ('pending', 'held')"
    }

    /// Returns true if a replay of the endpoint is running.
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

    /// Nothing more of it is sent. What was not sent yet is again what it was before: the first rows here, the rest by its
    /// job. One that is over stays so.
    static func cancel(_ replay: Replay, at now: Timestamp, in tx: any Transaction) throws {
        guard replay.state == .running else { return }
        let isOver =
            try replay.position >= replay.lastPosition
            && tx.first("SELECT id FROM deliveries WHERE \(unsent(replay)) LIMIT 1") == nil
        guard !isOver else { return }
        try tx.run(
            """
            UPDATE replays SET state = 'cancelled' WHERE tenant_id = \(replay.tenant) AND id = \(replay.id)
            """)
        if try takeBack(replay, limit: BackgroundWrites.rows, in: tx) >= BackgroundWrites.rows {
            try JobStore.add(ReplayJob.kind, replay.tenant, replay.id, at: now, in: tx)
        }
    }

    /// Makes deliveries of a cancelled replay what they were before; so many at once.
    /// - Returns: how many.
    static func takeBack(_ replay: Replay, limit: Int, in tx: any Transaction) throws -> Int {
        let ids = try tx.run("SELECT id FROM deliveries WHERE \(unsent(replay)) LIMIT \(limit)").map {
            try $0.text("id")
        }
        guard !ids.isEmpty else { return 0 }
        let mine: Query = "tenant_id = \(replay.tenant) AND id IN \(list: ids)"
        let isOpen =
            try EndpointStore.target(replay.tenant, replay.endpoint, in: tx)?.status == .enabled
            && TenantStore.isActive(replay.tenant, in: tx)
        try tx.run("DELETE FROM deliveries WHERE \(mine) AND replay_from = 'none'")
        // Deliveries that were held before the endpoint was enabled would have been sent by now.
        try tx.run(
            """
            UPDATE deliveries SET lane = 0, replay_id = NULL,
                status = CASE WHEN replay_from <> 'held' THEN replay_from ELSE \(isOpen ? "pending" : "held") END,
                next_attempt_at = CASE WHEN replay_from = 'held' THEN CAST(\(isOpen ? replay.createdAt.milliseconds : nil) AS BIGINT)
                    END,
                reason = CASE replay_from WHEN 'dead' THEN 'attempts_exhausted' END
            WHERE \(mine)
            """)
        try tx.run(
            """
            UPDATE replays SET taken = taken - \(ids.count) WHERE tenant_id = \(replay.tenant) AND id = \(replay.id)
            """)
        tx.notify(ChangeNotice(.deliveries))
        return ids.count
    }

    static func expired(before: Timestamp) -> ExpiredRows {
        ExpiredRows("replays", key: "id", where: "created_at <= \(before.milliseconds)")
    }

    private static func replay(_ row: Row) throws -> Replay {
        return Replay(
            id: try row.text("id"), tenant: try row.text("tenant_id"), endpoint: try row.text("endpoint_id"),
            state: Replay.State(rawValue: try row.text("state")) ?? .cancelled, since: try row.time("since"),
            until: try row.integer("until") == .max ? nil : row.time("until"),
            types: try row.text("types").split(separator: " ").map(String.init),
            statuses: try row.text("statuses").split(separator: " ").compactMap { Replay.Status(rawValue: String($0)) },
            position: try row.integer("position"), lastPosition: try row.integer("last_position"),
            total: try row.integer("total") == uncounted ? nil : Int(row.integer("total")),
            taken: Int(try row.integer("taken")),
            skipped: Int(try row.integer("skipped")),
            createdAt: try row.time("created_at"))
    }
}

extension Replay {
    /// - Parameter status: of the message's delivery to the endpoint; nil: there was none.
    fileprivate func takes(_ type: String, _ status: String?, _ endpoint: Endpoint) -> Bool {
        guard endpoint.wants(type), filter.matches(type) else { return false }
        return Status(rawValue: status ?? "none").map { statuses.contains($0) } ?? false
    }
}
