import MeetingBaaS
import SQL
import Wire

/// A bot that was asked for through the mirror, for now, for later or for an event: written down before it is asked of
/// Meeting BaaS, so that whatever is lost afterwards, its webhooks find their tenant.
struct BotOrder: Sendable {
    /// Stands in the bot's `extra`.
    var marker: String
    let tenant: String
    let user: String?
    let accountID: String
    let version: APIVersion
    var calendarID: String?
    var eventID: String?
    var connection: String?
    var botID: String?
    /// Of the meeting's URL, for finding a second bot for the same meeting.
    var meetingDigest: [UInt8]?
    /// Part of the URL that Meeting BaaS calls in place of the tenant's; with it, the endpoint that stands for the latter.
    var reference: String?
    var endpointID: String?
    var createdAt: Timestamp

    var context: MessageContext {
        MessageContext(user: user, connection: connection, calendar: calendarID, event: eventID, bot: botID)
    }
}

enum BotOrderStore {
    private static let columns: Query = """
        marker, tenant_id, user_id, account_id, api_version, calendar_id, event_id, connection_id, bot_id,
        meeting_digest, reference, endpoint_id, created_at
        """
    /// Seconds that Meeting BaaS takes a second bot for a meeting for a duplicate (facts/meeting-baas.md 3.6).
    static let duplicateWindow = 300.0

    static func insert(_ order: BotOrder, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO bot_orders (\(columns)) VALUES (\(order.marker), \(order.tenant), \(order.user),
                \(order.accountID), \(order.version.rawValue), \(order.calendarID), \(order.eventID),
                \(order.connection), \(order.botID), \(order.meetingDigest), \(order.reference), \(order.endpointID),
                \(order.createdAt.milliseconds))
            """)
    }

    /// By the marker in an `extra` that came by an account, whoever's it is.
    static func find(account: String, marker: String, in tx: any Transaction) throws -> BotOrder? {
        try tx.first("SELECT \(columns) FROM bot_orders WHERE account_id = \(account) AND marker = \(marker)")
            .map(Self.order)
    }

    /// By the reference of a callback, whoever's it is.
    static func find(reference: String, in tx: any Transaction) throws -> BotOrder? {
        try tx.first("SELECT \(columns) FROM bot_orders WHERE reference = \(reference)").map(Self.order)
    }

    static func find(_ tenant: String, account: String, bot: String, in tx: any Transaction) throws -> BotOrder? {
        try tx.first(
            """
            SELECT \(columns) FROM bot_orders WHERE tenant_id = \(tenant) AND account_id = \(account)
                AND bot_id = \(bot) ORDER BY created_at LIMIT 1
            """
        ).map(Self.order)
    }

    /// The newest for an event.
    static func find(_ tenant: String, event: String, in tx: any Transaction) throws -> BotOrder? {
        try tx.first(
            """
            SELECT \(columns) FROM bot_orders WHERE tenant_id = \(tenant) AND event_id = \(event)
            ORDER BY created_at DESC LIMIT 1
            """
        ).map(Self.order)
    }

    /// Whether the tenant asked for a bot in this meeting lately.
    /// - Parameter user: for a caller who may know of one user's alone.
    static func hasRecent(
        _ tenant: String, user: String?, meeting: [UInt8], at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try tx.first(
            """
            SELECT marker FROM bot_orders WHERE tenant_id = \(tenant) AND meeting_digest = \(meeting)
                AND (CAST(\(user) AS TEXT) IS NULL OR user_id = \(user))
                AND created_at > \(now.adding(seconds: -duplicateWindow).milliseconds) LIMIT 1
            """) != nil
    }

    static func setBot(_ order: BotOrder, _ bot: String, in tx: any Transaction) throws {
        try tx.run(
            "UPDATE bot_orders SET bot_id = \(bot) WHERE tenant_id = \(order.tenant) AND marker = \(order.marker)")
    }

    /// Where a bot's callbacks went last.
    static func endpoint(_ tenant: String, account: String, bot: String, in tx: any Transaction) throws -> String? {
        try tx.first(
            """
            SELECT endpoint_id FROM bot_orders WHERE tenant_id = \(tenant) AND account_id = \(account)
                AND bot_id = \(bot) AND endpoint_id IS NOT NULL ORDER BY created_at DESC LIMIT 1
            """)?.text("endpoint_id")
    }

    /// What v1 was sent for an event's bot: it forgets that when the calendar gets new credentials.
    static func setRequest(
        _ order: BotOrder, _ sealed: [UInt8]?, allOccurrences: Bool, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            UPDATE bot_orders SET sealed_request = \(sealed), all_occurrences = \(allOccurrences)
            WHERE tenant_id = \(order.tenant) AND marker = \(order.marker)
            """)
    }

    struct Request: Sendable {
        let order: BotOrder
        let sealed: [UInt8]
        let allOccurrences: Bool
    }

    /// - Parameter event: nil: of the whole calendar.
    static func requests(
        _ tenant: String, calendar: String, event: String? = nil, in tx: any Transaction
    ) throws -> [Request] {
        try tx.run(
            """
            SELECT \(columns), sealed_request, all_occurrences FROM bot_orders
            WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) AND sealed_request IS NOT NULL
                AND (CAST(\(event) AS TEXT) IS NULL OR event_id = \(event)) ORDER BY created_at
            """
        ).map { row in
            Request(
                order: try Self.order(row), sealed: try row.blob("sealed_request"),
                allOccurrences: try row.bool("all_occurrences"))
        }
    }

    /// The bots of these events are cancelled.
    static func forgetRequests(_ tenant: String, events: [String], in tx: any Transaction) throws {
        try tx.run(
            "UPDATE bot_orders SET sealed_request = NULL WHERE tenant_id = \(tenant) AND event_id IN \(list: events)")
    }

    /// A user's, but those of calendars, which go with these.
    static func withoutCalendar(_ tenant: String, user: String, in tx: any Transaction) throws -> [BotOrder] {
        try tx.run(
            "SELECT \(columns) FROM bot_orders WHERE tenant_id = \(tenant) AND user_id = \(user) AND calendar_id IS NULL"
        ).map(Self.order)
    }

    /// What was asked goes with its calendar; the ids stay, for webhooks that come late.
    static func forget(_ tenant: String, calendar: String, in tx: any Transaction) throws {
        try tx.run(
            "UPDATE bot_orders SET sealed_request = NULL WHERE tenant_id = \(tenant) AND calendar_id = \(calendar)")
    }

    static func delete(_ order: BotOrder, in tx: any Transaction) throws {
        try tx.run("DELETE FROM bot_orders WHERE tenant_id = \(order.tenant) AND marker = \(order.marker)")
    }

    /// The tenant's own URLs by the references that stand for them.
    static func callbackURLs(_ tenant: String, references: [String], in tx: any Transaction) throws -> [String: String]
    {
        var out: [String: String] = [:]
        for row in try tx.run(
            """
            SELECT reference, url FROM bot_orders JOIN webhook_endpoints ON webhook_endpoints.id = endpoint_id
            WHERE bot_orders.tenant_id = \(tenant) AND reference IN \(list: references)
            """)
        {
            out[try row.text("reference")] = try row.text("url")
        }
        return out
    }

    /// A bot may be scheduled for 90 days ahead; a month later nothing is told of it any more.
    static func prune(at now: Timestamp, in tx: any Transaction) throws {
        try tx.run("DELETE FROM bot_orders WHERE created_at <= \(now.adding(seconds: -120 * 86_400).milliseconds)")
    }

    private static func order(_ row: Row) throws -> BotOrder {
        BotOrder(
            marker: try row.text("marker"), tenant: try row.text("tenant_id"), user: try row.optionalText("user_id"),
            accountID: try row.text("account_id"), version: APIVersion(rawValue: try row.text("api_version")) ?? .v2,
            calendarID: try row.optionalText("calendar_id"), eventID: try row.optionalText("event_id"),
            connection: try row.optionalText("connection_id"), botID: try row.optionalText("bot_id"),
            meetingDigest: try row.optionalBlob("meeting_digest"), reference: try row.optionalText("reference"),
            endpointID: try row.optionalText("endpoint_id"),
            createdAt: Timestamp(milliseconds: try row.integer("created_at")))
    }
}
