import JSONValue
import SQL

enum EndpointStore {
    private static let columns: Query = """
        id, tenant_id, url, description, event_types, status, sealed_secret, previous_until,
        created_at, callback_method, rate, concurrency, timeout_seconds, sealed_headers, failures, failing_since, opens_at,
        pause, last_error, health_since
        """

    static func insert(_ endpoint: Endpoint, as admitted: Admitted, in tx: any Transaction) throws {
        try admitted.check(owns: endpoint.tenant)
        try tx.run(
            """
            INSERT INTO webhook_endpoints (\(columns)) VALUES (\(endpoint.id), \(endpoint.tenant), \(endpoint.url),
                \(endpoint.description), \(endpoint.eventTypes.joined(separator: " ")), \(endpoint.status.rawValue),
                \(endpoint.sealedSecret), NULL, \(endpoint.createdAt.milliseconds), \(endpoint.callbackMethod), \(endpoint.allowance.rate),
                \(endpoint.allowance.concurrency), \(endpoint.allowance.timeout), \(endpoint.allowance.sealedHeaders),
                \(endpoint.health.failures), \(endpoint.health.failingSince?.milliseconds),
                \(endpoint.health.opensAt?.milliseconds), \(endpoint.health.pause), \(endpoint.health.lastError),
                \(endpoint.health.since?.milliseconds))
            """)
    }

    static func update(_ endpoint: Endpoint, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE webhook_endpoints SET url = \(endpoint.url), description = \(endpoint.description),
                event_types = \(endpoint.eventTypes.joined(separator: " ")), status = \(endpoint.status.rawValue),
                rate = \(endpoint.allowance.rate),
                concurrency = \(endpoint.allowance.concurrency), timeout_seconds = \(endpoint.allowance.timeout),
                sealed_headers = \(endpoint.allowance.sealedHeaders)
            WHERE tenant_id = \(endpoint.tenant) AND id = \(endpoint.id)
            """)
        tx.notify(ChangeNotice(.endpoint, endpoint.id))
        tx.notify(ChangeNotice(.deliveries))
    }

    /// Replaces the secret. Former ones keep their own end.
    /// - Parameter former: the present secret, as it is kept from now on; nil: it ends at once.
    /// - Throws: `conflict` when too many former secrets are in force.
    static func rotate(
        _ endpoint: Endpoint, sealedSecret: [UInt8], former: Endpoint.FormerSecret?, at now: Timestamp,
        in tx: any Transaction
    ) throws {
        if let former {
            try FormerEndpointSecretStore.insert(former, of: endpoint, at: now, in: tx)
        }
        let until = (endpoint.formerSecrets + [former].compactMap { $0 }).map(\.until).max()
        try tx.run(
            """
            UPDATE webhook_endpoints SET sealed_secret = \(sealedSecret), previous_until = \(until?.milliseconds)
            WHERE tenant_id = \(endpoint.tenant) AND id = \(endpoint.id)
            """)
        tx.notify(ChangeNotice(.endpoint, endpoint.id))
    }

    /// One that the tenant registered.
    static func find(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Endpoint? {
        try target(tenant, id, in: tx).flatMap { $0.callbackMethod == nil ? $0 : nil }
    }

    /// The target of a delivery: an endpoint, or a bot's callback.
    static func target(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Endpoint? {
        try tx.first(
            """
            SELECT \(columns) FROM webhook_endpoints
            WHERE tenant_id = \(tenant) AND id = \(id) AND status <> \(deleting)
            """
        ).map { try Self.endpoint($0, in: tx) }
    }

    /// The one for a callback's URL, secret and method.
    static func callback(_ tenant: String, digest: [UInt8], in tx: any Transaction) throws -> String? {
        try tx.first(
            "SELECT id FROM webhook_endpoints WHERE tenant_id = \(tenant) AND callback_digest = \(digest)")?.text("id")
    }

    static func setCallbackDigest(_ endpoint: Endpoint, _ digest: [UInt8], in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE webhook_endpoints SET callback_digest = \(digest)
            WHERE tenant_id = \(endpoint.tenant) AND id = \(endpoint.id)
            """)
    }

    static func list(_ tenant: String, after: String? = nil, limit: Int = 1000, in tx: any Transaction) throws
        -> [Endpoint]
    {
        try tx.run(
            """
            SELECT \(columns) FROM webhook_endpoints WHERE tenant_id = \(tenant) AND id > \(after ?? "")
                AND callback_method IS NULL AND status <> \(deleting) ORDER BY id LIMIT \(limit)
            """
        ).map { try Self.endpoint($0, in: tx) }
    }

    /// An endpoint as fan-out needs it.
    struct Listener {
        let id: String
        let filter: Endpoint.Filter
        /// True if its deliveries are held: it is disabled, or its tenant is suspended.
        let holds: Bool
    }

    static func listeners(_ tenant: String, in tx: any Transaction) throws -> [Listener] {
        try tx.run(
            """
            SELECT id, event_types, CASE WHEN status = 'enabled' AND \(TenantStore.isActive("\(tenant)")) THEN 0 ELSE 1 END
                AS holds
            FROM webhook_endpoints WHERE tenant_id = \(tenant) AND callback_method IS NULL AND status <> \(deleting)
            ORDER BY id
            """
        ).map { row in
            Listener(
                id: try row.text("id"),
                filter: Endpoint.Filter(try row.text("event_types").split(separator: " ").map(String.init)),
                holds: try row.bool("holds"))
        }
    }

    /// The URL of an endpoint, as an expression.
    /// - Parameter endpoint: its id, as a column.
    static func url(of endpoint: Query) -> Query {
        "(SELECT url FROM webhook_endpoints WHERE webhook_endpoints.id = \(endpoint))"
    }

    /// The status of a deleted endpoint while its rows are deleted. It is visible to no caller.
    static let deleting = "deleting"

    /// A condition on deliveries, attempts and replays: their endpoint is not deleted.
    static let isLeft: Query = """
        NOT EXISTS (SELECT 1 FROM webhook_endpoints AS gone WHERE gone.id = endpoint_id AND gone.status = \(deleting))
        """

    /// Sets the endpoint's status to deleted. `DeliveryUpdates` deletes its rows.
    /// - Returns: false when there is none.
    static func delete(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Bool {
        let ended = try tx.run(
            """
            UPDATE webhook_endpoints SET status = \(deleting)
            WHERE tenant_id = \(tenant) AND id = \(id) AND callback_method IS NULL AND status <> \(deleting) RETURNING id
            """)
        guard !ended.isEmpty else { return false }
        tx.notify(ChangeNotice(.endpoint, id))
        return true
    }

    /// Deletes rows of a deleted endpoint, children first, and in the end its own.
    /// - Returns: how many; fewer than `limit` when nothing is left.
    static func deleteRows(_ tenant: String, _ id: String, limit: Int, in tx: any Transaction) throws -> Int {
        let deliveries = try tx.run(
            "SELECT id FROM deliveries WHERE endpoint_id = \(id) AND tenant_id = \(tenant) LIMIT \(limit)"
        ).map { try $0.text("id") }
        var gone = try tx.run(
            """
            DELETE FROM attempts WHERE (delivery_id, number) IN (SELECT delivery_id, number FROM attempts
                WHERE delivery_id IN \(list: deliveries) LIMIT \(limit)) RETURNING number
            """
        ).count
        guard gone < limit else { return gone }
        let some = Array(deliveries.prefix(limit - gone))
        try tx.run("DELETE FROM deliveries WHERE tenant_id = \(tenant) AND id IN \(list: some)")
        gone += some.count
        guard gone < limit else { return gone }
        gone += try tx.run(
            """
            DELETE FROM replays WHERE id IN (SELECT id FROM replays
                WHERE tenant_id = \(tenant) AND endpoint_id = \(id) LIMIT \(limit - gone)) RETURNING id
            """
        ).count
        guard gone < limit else { return gone }
        // Its former secrets go with it; they are few.
        try tx.run("DELETE FROM webhook_endpoints WHERE tenant_id = \(tenant) AND id = \(id) AND status = \(deleting)")
        return gone
    }

    /// Callbacks that no bot names any more, and to which nothing is on its way.
    /// - Parameter isNamed: the condition that a bot names a callback; it gets the column of the endpoint's id.
    static func unusedCallbacks(isNamed: (Query) -> Query) -> ExpiredRows {
        ExpiredRows(
            "webhook_endpoints", key: "id",
            where: """
                callback_method IS NOT NULL AND NOT \(isNamed("webhook_endpoints.id"))
                    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.endpoint_id = webhook_endpoints.id)
                """)
    }

    static func disable(_ tenant: String, _ id: String, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        let disabled = try tx.run(
            """
            UPDATE webhook_endpoints SET status = 'disabled', health_since = \(now.milliseconds)
            WHERE tenant_id = \(tenant) AND id = \(id) AND status = 'enabled' RETURNING id
            """)
        guard !disabled.isEmpty else { return false }
        tx.notify(ChangeNotice(.endpoint, id))
        return true
    }

    /// Disables an endpoint that failed. Its deliveries are held, and its tenant is notified at its other endpoints.
    static func disable(_ endpoint: Endpoint, reason: String, at now: Timestamp, in tx: any Transaction) throws {
        guard try disable(endpoint.tenant, endpoint.id, at: now, in: tx) else { return }
        try DeliveryUpdates.begin(endpoint.tenant, endpoint: endpoint.id, at: now, in: tx)
        try MessageStore.emit(
            "endpoint.disabled", endpoint.tenant,
            data: ["endpoint_id": .string(endpoint.id), "reason": .string(reason)], context: MessageContext(),
            at: now, in: tx)
    }

    static func setHealth(_ endpoint: Endpoint, _ health: EndpointHealth, in tx: any Transaction) throws {
        tx.notify(ChangeNotice(.endpointHealth, endpoint.id))
        try tx.run(
            """
            UPDATE webhook_endpoints SET failures = \(health.failures),
                failing_since = \(health.failingSince?.milliseconds), opens_at = \(health.opensAt?.milliseconds),
                pause = \(health.pause), last_error = \(health.lastError), health_since = \(health.since?.milliseconds)
            WHERE tenant_id = \(endpoint.tenant) AND id = \(endpoint.id)
            """)
    }

    private static func endpoint(_ row: Row, in tx: any Transaction) throws -> Endpoint {
        func number(_ column: String) throws -> Int? { try row.optionalInteger(column).map { Int($0) } }
        let (id, tenant) = (try row.text("id"), try row.text("tenant_id"))
        return Endpoint(
            id: id, tenant: tenant, url: try row.text("url"),
            description: try row.optionalText("description"),
            eventTypes: try row.text("event_types").split(separator: " ").map(String.init),
            status: Endpoint.Status(rawValue: try row.text("status")) ?? .disabled,
            sealedSecret: try row.blob("sealed_secret"),
            // Most endpoints have none, and then nothing more is read.
            formerSecrets: try row.optionalTime("previous_until") == nil
                ? [] : FormerEndpointSecretStore.list(tenant, endpoint: id, in: tx),
            createdAt: try row.time("created_at"),
            callbackMethod: try row.optionalText("callback_method"),
            allowance: .init(
                rate: try number("rate"), concurrency: try number("concurrency"),
                timeout: try number("timeout_seconds"), sealedHeaders: try row.optionalBlob("sealed_headers")),
            health: EndpointHealth(
                failures: try number("failures") ?? 0, failingSince: try row.optionalTime("failing_since"),
                opensAt: try row.optionalTime("opens_at"), pause: try number("pause") ?? 0,
                lastError: try row.optionalText("last_error"), since: try row.optionalTime("health_since")))
    }
}
