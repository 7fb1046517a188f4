import JSONValue
import SQL

/// The attempt log: every HTTP request of a delivery, kept as long as its message.
enum AttemptStore {
    static func insert(
        _ record: AttemptRecord, tenant: String, sealedResponse: [UInt8]?, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            INSERT INTO attempts (delivery_id, number, tenant_id, at, status_code, error, duration_ms, endpoint_id,
                message_id, type, dns_us, connect_us, tls_us, first_byte_us, sealed_response)
            VALUES (\(record.delivery), \(record.number), \(tenant), \(record.attempt.at.milliseconds),
                \(record.attempt.statusCode), \(record.attempt.error), \(record.attempt.duration), \(record.endpoint),
                \(record.message), \(record.type), \(record.timings.dns), \(record.timings.connect),
                \(record.timings.tls), \(record.timings.firstByte), \(sealedResponse))
            """)
    }

    enum Outcome: String, CaseIterable, Sendable { case delivered, failed }

    struct Filter: Sendable {
        var user: String?
        var endpoint: String?
        var delivery: String?
        var message: String?
        var type: String?
        var outcome: Outcome?
        var since: Timestamp?
        var until: Timestamp?
    }

    /// The end of a page. The next page continues with older attempts.
    struct Position: Cursor.Position {
        let at: Int64
        let delivery: String
        let number: Int

        init(_ record: AttemptRecord) {
            (at, delivery, number) = (record.attempt.at.milliseconds, record.delivery, record.number)
        }

        init?(members: JSON) {
            let parts = (members.arrayValue ?? []).compactMap(\.stringValue)
            guard parts.count == 3, let at = Int64(parts[0]), let number = Int(parts[2]) else { return nil }
            (self.at, delivery, self.number) = (at, parts[1], number)
        }

        var members: JSON { [.int(at), .string(delivery), .int(number)] }
    }

    /// The newest first.
    /// - Parameter opened: a kept answer's text.
    static func list(
        _ tenant: String, _ filter: Filter, after: Position?, limit: Int,
        opened: @escaping (_ delivery: String, _ sealed: [UInt8]) -> String?, in tx: any Transaction
    ) throws -> [AttemptRecord] {
        let outcome = filter.outcome?.rawValue
        return try tx.run(
            """
            SELECT delivery_id, number, attempts.message_id AS message_id, attempts.endpoint_id AS endpoint_id,
                attempts.type AS type, at, status_code, error, duration_ms, dns_us, connect_us, tls_us, first_byte_us,
                sealed_response
            FROM attempts WHERE attempts.tenant_id = \(tenant)
                AND at >= \(filter.since?.milliseconds ?? 0)
                AND at <= \(min(filter.until?.milliseconds ?? .max, after?.at ?? .max))
                AND (CAST(\(after?.delivery) AS TEXT) IS NULL OR at < \(after?.at ?? 0) OR delivery_id < \(after?.delivery)
                    OR delivery_id = \(after?.delivery) AND number < \(after?.number ?? 0))
                AND (CAST(\(filter.endpoint) AS TEXT) IS NULL OR endpoint_id = \(filter.endpoint))
                AND (CAST(\(filter.delivery) AS TEXT) IS NULL OR delivery_id = \(filter.delivery))
                AND (CAST(\(filter.message) AS TEXT) IS NULL OR message_id = \(filter.message))
                AND (CAST(\(filter.type) AS TEXT) IS NULL OR type = \(filter.type))
                AND (CAST(\(outcome) AS TEXT) IS NULL
                    OR \(outcome) = CASE WHEN status_code BETWEEN 200 AND 299 THEN 'delivered' ELSE 'failed' END)
                AND (CAST(\(filter.user) AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM messages
                    WHERE messages.id = attempts.message_id AND messages.tenant_id = \(tenant)
                        AND \(MessageStore.owned(tenant, filter.user))))
                AND \(EndpointStore.isLeft)
            ORDER BY at DESC, delivery_id DESC, number DESC LIMIT \(limit)
            """
        ).map { row in
            func number(_ column: String) throws -> Int? { try row.optionalInteger(column).map { Int($0) } }
            let delivery = try row.text("delivery_id")
            return AttemptRecord(
                delivery: delivery, number: Int(try row.integer("number")),
                message: try row.optionalText("message_id") ?? "", endpoint: try row.optionalText("endpoint_id") ?? "",
                type: try row.optionalText("type") ?? "",
                attempt: Delivery.Attempt(
                    at: try row.time("at"), statusCode: try number("status_code"),
                    error: try row.optionalText("error"), duration: Int(try row.integer("duration_ms"))),
                timings: .init(
                    dns: try number("dns_us"), connect: try number("connect_us"), tls: try number("tls_us"),
                    firstByte: try number("first_byte_us")),
                response: try row.optionalBlob("sealed_response").flatMap { opened(delivery, $0) })
        }
    }
}

extension SealedColumn {
    static let attemptResponse = SealedColumn(table: "attempts", column: "sealed_response")
}
