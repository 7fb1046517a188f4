import JSONValue
import MeetingBaaS
import SQL

/// A bot that was asked for through the mirror, for now, for later or for an event: written down before it is asked of
/// Meeting BaaS, so that whatever is lost afterwards, its webhooks find their tenant.
struct BotCreation: Sendable {
    /// Stands in the bot's `extra`.
    var correlationID: String
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
    /// The correlation id of the bot's own order, in an order that only changes the target of the bot's callbacks.
    var callbackOf: String?
    var createdAt: Timestamp
    /// The time at which its user was erased; objects that appear later are taken down.
    var endedAt: Timestamp?

    /// The correlation id of the bot's own order.
    var root: String { callbackOf ?? correlationID }

    var context: MessageContext {
        MessageContext(user: user, connection: connection, calendar: calendarID, event: eventID, bot: botID)
    }
}

enum BotCreationStore {
    private static let columns: Query = """
        marker, tenant_id, user_id, account_id, api_version, calendar_id, event_id, connection_id, bot_id,
        meeting_digest, reference, endpoint_id, callback_of, created_at, ended_at
        """
    /// Seconds that Meeting BaaS takes a second bot for a meeting for a duplicate (facts/meeting-baas.md 3.6).
    static let duplicateWindow = 300.0

    static func insert(_ order: BotCreation, as admitted: Admitted, in tx: any Transaction) throws {
        try admitted.check(owns: order.tenant)
        try tx.run(
            """
            INSERT INTO bot_orders (\(columns), account_generation) VALUES (\(order.correlationID), \(order.tenant), \(order.user),
                \(order.accountID), \(order.version.rawValue), \(order.calendarID), \(order.eventID),
                \(order.connection), \(order.botID), \(order.meetingDigest), \(order.reference), \(order.endpointID),
                \(order.callbackOf), \(order.createdAt.milliseconds), \(order.endedAt?.milliseconds),
                \(GenerationStore.present(ofAccount: order.accountID)))
            """)
    }

    /// Finds an order by the correlation id in an `extra` that came by an account, of any tenant.
    static func find(account: String, correlationID: String, in tx: any Transaction) throws -> BotCreation? {
        try tx.first("SELECT \(columns) FROM bot_orders WHERE account_id = \(account) AND marker = \(correlationID)")
            .map(Self.order)
    }

    /// Finds an order by the reference of a callback, of any tenant.
    static func find(reference: String, in tx: any Transaction) throws -> BotCreation? {
        try tx.first("SELECT \(columns) FROM bot_orders WHERE reference = \(reference)").map(Self.order)
    }

    /// Finds orders by the references of callbacks, of any tenant.
    static func find(references: [String], in tx: any Transaction) throws -> [String: BotCreation] {
        var found: [String: BotCreation] = [:]
        for row in try tx.run("SELECT \(columns) FROM bot_orders WHERE reference IN \(list: references.padded)") {
            let order = try order(row)
            if let reference = order.reference { found[reference] = order }
        }
        return found
    }

    static func find(_ tenant: String, account: String, bot: String, in tx: any Transaction) throws -> BotCreation? {
        try tx.first(
            """
            SELECT \(columns) FROM bot_orders WHERE tenant_id = \(tenant) AND account_id = \(account)
                AND bot_id = \(bot) ORDER BY created_at LIMIT 1
            """
        ).map(Self.order)
    }

    /// The newest for an event.
    static func find(_ tenant: String, event: String, in tx: any Transaction) throws -> BotCreation? {
        try tx.first(
            """
            SELECT \(columns) FROM bot_orders WHERE tenant_id = \(tenant) AND event_id = \(event)
            ORDER BY created_at DESC LIMIT 1
            """
        ).map(Self.order)
    }

    /// Returns true if the tenant created a bot in this meeting lately.
    /// - Parameter user: for a caller who may know of one user's alone.
    static func hasRecent(
        _ tenant: String, user: String?, meeting: [UInt8], at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try tx.first(
            """
            SELECT marker FROM bot_orders WHERE tenant_id = \(tenant) AND meeting_digest = \(meeting)
                AND \(GenerationStore.owned(by: user, tenant: tenant))
                AND created_at > \(now.adding(seconds: -duplicateWindow).milliseconds) LIMIT 1
            """) != nil
    }

    /// The bot is there. If its owner has ended meanwhile, a job takes it down.
    /// - Returns: false if the owner was deleted, or if the order does not exist any more.
    @discardableResult
    static func setBot(_ order: BotCreation, _ bot: String, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        let isKnown = try !tx.run(
            """
            UPDATE bot_orders SET bot_id = \(bot)
            WHERE tenant_id = \(order.tenant) AND marker = \(order.correlationID) RETURNING marker
            """
        ).isEmpty
        guard isKnown, try owner(of: order, in: tx) == .ended else { return isKnown }
        try JobStore.add(EndBotJob.kind, order.tenant, bot, at: now, in: tx)
        return false
    }

    /// The present owner of an order.
    enum Standing: Equatable {
        case user(String?)
        /// Its user was deleted, or its tenant is being deleted.
        case ended
    }

    static func owner(of order: BotCreation, in tx: any Transaction) throws -> Standing {
        let row = try tx.first(
            """
            SELECT ended_at FROM bot_orders WHERE tenant_id = \(order.tenant) AND marker = \(order.correlationID)
                AND \(TenantStore.isKept("\(order.tenant)"))
            """)
        guard let row, try row.optionalInteger("ended_at") == nil else { return .ended }
        guard let user = order.user else { return .user(nil) }
        let present = try GenerationStore.present(user, of: order.tenant, made: order.createdAt, in: tx)
        return present == nil ? .ended : .user(user)
    }

    /// A webhook named the order's bot. The first one named stays: an order for a series has many.
    static func recordBot(_ order: BotCreation, _ bot: String, at now: Timestamp, in tx: any Transaction) throws {
        guard order.botID == nil else { return }
        try tx.run(
            """
            UPDATE bot_orders SET bot_id = \(bot)
            WHERE tenant_id = \(order.tenant) AND marker = \(order.correlationID) AND bot_id IS NULL
            """)
        if try owner(of: order, in: tx) == .ended {
            try JobStore.add(EndBotJob.kind, order.tenant, bot, at: now, in: tx)
        }
    }

    /// Stores the request sent to v1 for an event's bot: v1 loses it when the calendar gets new credentials.
    /// - Parameter series: the event's, where it has one.
    static func setRequest(
        _ order: BotCreation, _ sealed: [UInt8]?, allOccurrences: Bool, series: String?, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            UPDATE bot_orders SET sealed_request = \(sealed), all_occurrences = \(allOccurrences),
                series_id = COALESCE(\(series), series_id)
            WHERE tenant_id = \(order.tenant) AND marker = \(order.correlationID)
            """)
    }

    struct Request: Sendable {
        let order: BotCreation
        let sealed: [UInt8]
        let allOccurrences: Bool
        let series: String?
    }

    /// - Parameter event: nil: of the whole calendar.
    static func requests(
        _ tenant: String, calendar: String, event: String? = nil, in tx: any Transaction
    ) throws -> [Request] {
        try tx.run(
            """
            SELECT \(columns), sealed_request, all_occurrences, series_id FROM bot_orders
            WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) AND sealed_request IS NOT NULL
                AND (CAST(\(event) AS TEXT) IS NULL OR event_id = \(event)) ORDER BY created_at
            """
        ).map { row in
            Request(
                order: try Self.order(row), sealed: try row.blob("sealed_request"),
                allOccurrences: try row.bool("all_occurrences"), series: try row.optionalText("series_id"))
        }
    }

    /// The bots of these events are cancelled.
    /// - Parameter isWhole: with all other occurrences of their series, or they have none. Else what was asked for the
    ///   whole series stays, also when it was asked at one of these events.
    static func forgetRequests(_ tenant: String, events: [String], isWhole: Bool, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE bot_orders SET sealed_request = NULL WHERE tenant_id = \(tenant) AND event_id IN \(list: events)
                AND (all_occurrences = 0 OR \(isWhole ? 1 : 0) = 1)
            """)
    }

    /// The bots of the whole series are cancelled, at whichever of its events they were asked for.
    static func forgetRequests(_ tenant: String, calendar: String, series: String, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE bot_orders SET sealed_request = NULL
            WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) AND series_id = \(series)
            """)
    }

    /// The orders of a tenant or a user, by correlation id, without ended ones. Of a calendar's bots only those that
    /// have begun: the others are deleted with their calendar.
    static func list(
        _ scope: UpstreamTeardown.Scope, after correlationID: String, limit: Int, in tx: any Transaction
    ) throws -> [BotCreation] {
        try tx.run(
            """
            SELECT \(columns) FROM bot_orders WHERE tenant_id = \(scope.tenant)
                AND (CAST(\(scope.user) AS TEXT) IS NULL OR user_id = \(scope.user))
                AND created_at <= \(scope.before.milliseconds) AND ended_at IS NULL
                AND (calendar_id IS NULL OR bot_id IS NOT NULL) AND marker > \(correlationID) ORDER BY marker LIMIT \(limit)
            """
        ).map(Self.order)
    }

    /// The owner has ended: the row stays for webhooks that come late, without its user and without what was asked.
    static func end(_ order: BotCreation, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE bot_orders SET user_id = NULL, sealed_request = NULL, meeting_digest = NULL,
                ended_at = \(now.milliseconds)
            WHERE tenant_id = \(order.tenant) AND marker = \(order.correlationID)
            """)
        guard let bot = order.botID else { return }
        try tx.run(
            """
            UPDATE bots SET user_id = NULL
            WHERE tenant_id = \(order.tenant) AND account_id = \(order.accountID) AND bot_id = \(bot)
            """)
        tx.notify(.owner(account: order.accountID, .bot, bot))
    }

    /// The contents of orders go with their calendar; the ids stay, for webhooks that come late. So many at once.
    /// - Returns: how many rows were changed.
    static func delete(_ tenant: String, calendar: String, limit: Int, in tx: any Transaction) throws -> Int {
        try tx.run(
            """
            UPDATE bot_orders SET sealed_request = NULL WHERE marker IN (SELECT marker FROM bot_orders
                WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) AND sealed_request IS NOT NULL
                LIMIT \(limit))
            RETURNING marker
            """
        ).count
    }

    static func delete(_ order: BotCreation, in tx: any Transaction) throws {
        try tx.run("DELETE FROM bot_orders WHERE tenant_id = \(order.tenant) AND marker = \(order.correlationID)")
    }

    /// Ends an erased user's orders for events' bots, which go with their calendars; so many at once.
    /// - Returns: how many were ended.
    static func endOfCalendars(
        _ tenant: String, user: String, before: Timestamp, at now: Timestamp, limit: Int, in tx: any Transaction
    ) throws -> Int {
        try tx.run(
            """
            UPDATE bot_orders SET user_id = NULL, sealed_request = NULL, ended_at = \(now.milliseconds)
            WHERE marker IN (SELECT marker FROM bot_orders WHERE tenant_id = \(tenant) AND user_id = \(user)
                AND created_at <= \(before.milliseconds) AND calendar_id IS NOT NULL AND bot_id IS NULL LIMIT \(limit))
            RETURNING marker
            """
        ).count
    }

    /// The tenant's own URLs by the references that stand for them.
    static func callbackURLs(_ tenant: String, references: [String], in tx: any Transaction) throws -> [String: String]
    {
        var out: [String: String] = [:]
        for row in try tx.run(
            """
            SELECT reference, \(EndpointStore.url(of: "bot_orders.endpoint_id")) AS url FROM bot_orders
            WHERE tenant_id = \(tenant) AND reference IN \(list: references)
            """)
        {
            out[try row.text("reference")] = try row.optionalText("url")
        }
        return out
    }

    /// A bot may be scheduled for 90 days ahead; a month later no webhook comes for it any more.
    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows(
            "bot_orders", key: "marker", where: "created_at <= \(now.adding(seconds: -120 * 86_400).milliseconds)")
    }

    private static func order(_ row: Row) throws -> BotCreation {
        BotCreation(
            correlationID: try row.text("marker"), tenant: try row.text("tenant_id"),
            user: try row.optionalText("user_id"),
            accountID: try row.text("account_id"), version: APIVersion(rawValue: try row.text("api_version")) ?? .v2,
            calendarID: try row.optionalText("calendar_id"), eventID: try row.optionalText("event_id"),
            connection: try row.optionalText("connection_id"), botID: try row.optionalText("bot_id"),
            meetingDigest: try row.optionalBlob("meeting_digest"), reference: try row.optionalText("reference"),
            endpointID: try row.optionalText("endpoint_id"), callbackOf: try row.optionalText("callback_of"),
            createdAt: try row.time("created_at"),
            endedAt: try row.optionalTime("ended_at"))
    }
}
