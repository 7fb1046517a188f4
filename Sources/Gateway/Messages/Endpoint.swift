import SQL
import Wire

/// A URL that a tenant registered to receive messages.
struct Endpoint: Sendable {
    let id: String
    let tenant: String
    var url: String
    var description: String?
    /// Names, `bot.*` for all that begin so, `*` for all.
    var eventTypes: [String]
    var status: Status
    var sealedSecret: [UInt8]
    var sealedPreviousSecret: [UInt8]?
    var previousUntil: Timestamp?
    let createdAt: Timestamp
    /// For an endpoint that stands for the callback URL of a tenant's bots: how it is called. It takes no messages but
    /// those of its bots, and is shown in no list.
    var callbackMethod: String?

    enum Status: String, Sendable, CaseIterable {
        case enabled, disabled
    }

    func wants(_ type: String) -> Bool {
        eventTypes.contains { $0 == "*" || $0 == type || $0.hasSuffix(".*") && type.hasPrefix($0.dropLast()) }
    }

    var json: JSON.Members {
        [
            "id": .string(id), "url": .string(url), "description": .text(description),
            "event_types": .array(eventTypes.map { .string($0) }), "status": .string(status.rawValue),
            "created_at": .string("\(createdAt)"),
        ]
    }
}

enum EndpointStore {
    private static let columns: Query = """
        id, tenant_id, url, description, event_types, status, sealed_secret, sealed_previous_secret, previous_until,
        created_at, callback_method
        """

    static func insert(_ endpoint: Endpoint, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO webhook_endpoints (\(columns)) VALUES (\(endpoint.id), \(endpoint.tenant), \(endpoint.url),
                \(endpoint.description), \(endpoint.eventTypes.joined(separator: " ")), \(endpoint.status.rawValue),
                \(endpoint.sealedSecret), \(endpoint.sealedPreviousSecret), \(endpoint.previousUntil?.milliseconds),
                \(endpoint.createdAt.milliseconds), \(endpoint.callbackMethod))
            """)
    }

    static func update(_ endpoint: Endpoint, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE webhook_endpoints SET url = \(endpoint.url), description = \(endpoint.description),
                event_types = \(endpoint.eventTypes.joined(separator: " ")), status = \(endpoint.status.rawValue),
                sealed_secret = \(endpoint.sealedSecret), sealed_previous_secret = \(endpoint.sealedPreviousSecret),
                previous_until = \(endpoint.previousUntil?.milliseconds)
            WHERE tenant_id = \(endpoint.tenant) AND id = \(endpoint.id)
            """)
    }

    /// One that the tenant registered.
    static func find(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Endpoint? {
        try target(tenant, id, in: tx).flatMap { $0.callbackMethod == nil ? $0 : nil }
    }

    /// Where a delivery goes: an endpoint, or a callback of a bot.
    static func target(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Endpoint? {
        try tx.first("SELECT \(columns) FROM webhook_endpoints WHERE tenant_id = \(tenant) AND id = \(id)")
            .map(Self.endpoint)
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
                AND callback_method IS NULL ORDER BY id LIMIT \(limit)
            """
        ).map(Self.endpoint)
    }

    static func delete(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Bool {
        try !tx.run(
            """
            DELETE FROM webhook_endpoints
            WHERE tenant_id = \(tenant) AND id = \(id) AND callback_method IS NULL RETURNING id
            """
        ).isEmpty
    }

    /// Callbacks that no bot names any more, and to which nothing is on its way.
    static func pruneCallbacks(in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM webhook_endpoints WHERE callback_method IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM bot_orders WHERE bot_orders.endpoint_id = webhook_endpoints.id)
                AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.endpoint_id = webhook_endpoints.id)
            """)
    }

    static func disable(_ tenant: String, _ id: String, in tx: any Transaction) throws -> Bool {
        try !tx.run(
            """
            UPDATE webhook_endpoints SET status = 'disabled'
            WHERE tenant_id = \(tenant) AND id = \(id) AND status = 'enabled' RETURNING id
            """
        ).isEmpty
    }

    private static func endpoint(_ row: Row) throws -> Endpoint {
        Endpoint(
            id: try row.text("id"), tenant: try row.text("tenant_id"), url: try row.text("url"),
            description: try row.optionalText("description"),
            eventTypes: try row.text("event_types").split(separator: " ").map(String.init),
            status: Endpoint.Status(rawValue: try row.text("status")) ?? .disabled,
            sealedSecret: try row.blob("sealed_secret"),
            sealedPreviousSecret: try row.optionalBlob("sealed_previous_secret"),
            previousUntil: try row.optionalInteger("previous_until").map { Timestamp(milliseconds: $0) },
            createdAt: Timestamp(milliseconds: try row.integer("created_at")),
            callbackMethod: try row.optionalText("callback_method"))
    }
}
