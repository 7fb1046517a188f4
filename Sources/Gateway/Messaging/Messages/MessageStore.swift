import JSONValue
import SQL

enum MessageStore {
    private static let columns: Query = """
        id, tenant_id, type, timestamp, received_at, data, extra, user_id, connection_id, calendar_id, event_id, bot_id,
        account_id, reconciled, dropped_at
        """

    /// An event of the gateway's own, with its deliveries.
    static func emit(
        _ type: String, _ tenant: String, data: JSON, context: MessageContext, reconciled: Bool = false,
        at now: Timestamp, in tx: any Transaction
    ) throws {
        try insert(
            Message(
                id: Identifier.make(.message), tenant: tenant, type: type, timestamp: "\(now)", data: data.text,
                extra: nil, context: context, receivedAt: now, isReconciled: reconciled), in: tx)
    }

    /// Stores a message of a known tenant, with a delivery for each subscribed endpoint, in one transaction.
    static func insert(_ message: Message, source: Source? = nil, in tx: any Transaction) throws {
        try store(message, source: source, in: tx)
        try DeliveryStore.fanOut(message, in: tx)
    }

    /// A message for one endpoint alone.
    /// - Returns: its delivery's id.
    @discardableResult
    static func insert(
        _ message: Message, for endpoint: String, source: Source? = nil, in tx: any Transaction
    ) throws -> String {
        try store(message, source: source, in: tx)
        let isActive = try TenantStore.isActive(message.tenant, in: tx)
        return try DeliveryStore.insert(message, for: endpoint, held: !isActive, at: message.receivedAt, in: tx)
    }

    /// Stores a message that can be read but is not delivered.
    static func insertWithoutDelivery(_ message: Message, source: Source? = nil, in tx: any Transaction) throws {
        try store(message, source: source, in: tx)
    }

    private static func store(_ message: Message, source: Source?, in tx: any Transaction) throws {
        assert(source == nil || source?.account == message.account, "by what is it recognised when it comes again?")
        let size = MessageStorage.size(of: message)
        let usage = try TenantMessageCounters.advance(message.tenant, adding: size, in: tx)
            .map(MessageStorage.Usage.init)
        try tx.run(
            """
            INSERT INTO messages (\(columns), former, position, source_id, body_hash, bytes) VALUES (
                \(message.id), \(message.tenant), \(message.type), \(message.timestamp),
                \(message.receivedAt.milliseconds), \(message.data), \(message.extra), \(message.context.user),
                \(message.context.connection), \(message.context.calendar), \(message.context.event),
                \(message.context.bot), \(message.account), \(message.isReconciled), NULL,
                \(message.context.isFormer), \(TenantMessageCounters.position(of: message.tenant)), \(source?.id), \(source?.bodyHash), \(size))
            """)
        tx.notify(ChangeNotice(.messages, message.tenant))
        try usage?.noticeIfLow(byOwnAccount: message.isOfOwnAccount, at: message.receivedAt, in: tx)
    }

    /// The identity of a webhook, by which a duplicate is recognised.
    struct Source: Sendable {
        let account: String
        /// v2: `svix-id`.
        let id: String?
        /// v1: of the raw body, when it holds a change time.
        let bodyHash: [UInt8]?
    }

    /// - Parameter seconds: how long ago at most; nil: ever. (v1's bodies: ten minutes.)
    static func isDuplicate(
        _ source: Source, within seconds: Double? = nil, at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        if let id = source.id {
            return try tx.first(
                """
                SELECT id FROM messages WHERE account_id = \(source.account) AND source_id = \(id)
                    AND received_at >= \(seconds.map { now.adding(seconds: -$0).milliseconds } ?? 0)
                """) != nil
        }
        guard let hash = source.bodyHash else { return false }
        return try tx.first(
            """
            SELECT id FROM messages WHERE account_id = \(source.account) AND body_hash = \(hash)
                AND received_at > \(now.adding(seconds: -600).milliseconds)
            """) != nil
    }

    /// The events of a bot's end; spelled in the query as in the index.
    static let finalTypes = ["bot.completed", "bot.failed", "complete", "failed"]

    /// Returns true if a bot's end was published. Quarantined webhooks do not count.
    static func hasEnd(of bot: String, account: String, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM messages WHERE account_id = \(account) AND bot_id = \(bot)
                AND type IN ('bot.completed', 'bot.failed', 'complete', 'failed') AND tenant_id IS NOT NULL LIMIT 1
            """) != nil
    }

    /// Returns whether a webhook that names the bot waits for its owner.
    static func hasQuarantined(of bot: String, account: String, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM messages WHERE account_id = \(account) AND bot_id = \(bot) AND tenant_id IS NULL LIMIT 1
            """) != nil
    }

    /// Returns true if a callback has delivered the bot's end.
    /// - Parameter endpoint: that stands for the callback's URL.
    static func hasEnd(of bot: String, at endpoint: String, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT messages.id AS id FROM deliveries JOIN messages ON messages.id = deliveries.message_id
            WHERE deliveries.endpoint_id = \(endpoint) AND messages.bot_id = \(bot)
                AND messages.type IN ('bot.completed', 'bot.failed', 'complete', 'failed') LIMIT 1
            """) != nil
    }

    /// A webhook whose owner is not known yet, whole.
    /// - Parameter calendar: with `bot`, what it is found by once its owner is known.
    static func hold(
        _ id: String, type: String, body: [UInt8], calendar: String?, bot: String?, source: Source, at now: Timestamp,
        in tx: any Transaction
    ) throws {
        let size = MessageStorage.rowBytes + Int64(body.count)
        try tx.run(
            """
            INSERT INTO messages (id, type, timestamp, received_at, data, calendar_id, bot_id, account_id, source_id,
                body_hash, held_body, bytes)
            VALUES (\(id), \(type), '', \(now.milliseconds), '{}', \(calendar), \(bot), \(source.account),
                \(source.id), \(source.bodyHash), \(body), \(size))
            """)
        guard source.account != Account.sharedID else { return }
        try MessageStorage.add(size, account: source.account, in: tx)
        try MessageStorage.usage(of: source.account, in: tx)?.noticeIfLow(at: now, in: tx)
    }

    struct QuarantinedWebhook: Sendable {
        let id: String
        let body: [UInt8]
        let receivedAt: Timestamp
    }

    /// The object that held webhooks name.
    enum QuarantineSubject: Sendable {
        case calendar(String)
        case bot(String)
    }

    /// Those of one calendar or one bot.
    static func quarantined(
        account: String, _ subject: QuarantineSubject, after: QuarantinedWebhook?, limit: Int, in tx: any Transaction
    ) throws -> [QuarantinedWebhook] {
        // One column, whose index is read: by either of two, SQLite would read all that is held for the account.
        let isOfSubject: Query =
            switch subject {
            case .calendar(let id): "calendar_id = \(id)"
            case .bot(let id): "bot_id = \(id)"
            }
        return try tx.run(
            """
            SELECT id, held_body, received_at FROM messages
            WHERE account_id = \(account) AND tenant_id IS NULL AND \(isOfSubject)
                AND (received_at + 0, id) > (\(after?.receivedAt.milliseconds ?? .min), \(after?.id ?? ""))
            ORDER BY received_at, id LIMIT \(limit)
            """
        ).map {
            QuarantinedWebhook(
                id: try $0.text("id"), body: try $0.blob("held_body"),
                receivedAt: try $0.time("received_at"))
        }
    }

    /// The number and the bytes of quarantined webhooks.
    static func quarantinedTotal(account: String, in tx: any Transaction) throws -> (count: Int64, bytes: Int64) {
        let row = try tx.first(
            """
            SELECT n, bytes FROM quarantine_counts WHERE account_id = \(account)
            """)
        return (try row?.integer("n") ?? 0, try row?.integer("bytes") ?? 0)
    }

    /// A held message finds its tenant. One that has its tenant already stays as it is.
    static func attribute(_ message: Message, at now: Timestamp, in tx: any Transaction) throws {
        let quarantined = try tx.first(
            "SELECT account_id, \(MessageStorage.storedSize) AS size FROM messages WHERE id = \(message.id) AND tenant_id IS NULL"
        )
        guard let quarantined else { return }
        try MessageStorage.add(-quarantined.integer("size"), account: quarantined.text("account_id"), in: tx)
        let size = MessageStorage.size(of: message)
        let usage = try TenantMessageCounters.advance(message.tenant, adding: size, in: tx)
            .map(MessageStorage.Usage.init)
        try tx.run(
            """
            UPDATE messages SET tenant_id = \(message.tenant), position = \(TenantMessageCounters.position(of: message.tenant)),
                type = \(message.type), timestamp = \(message.timestamp), data = \(message.data),
                extra = \(message.extra),
                user_id = \(message.context.user), connection_id = \(message.context.connection),
                calendar_id = \(message.context.calendar), event_id = \(message.context.event),
                bot_id = \(message.context.bot), held_body = NULL, bytes = \(size)
            WHERE id = \(message.id) AND tenant_id IS NULL
            """)
        tx.notify(ChangeNotice(.messages, message.tenant))
        try usage?.noticeIfLow(byOwnAccount: message.isOfOwnAccount, at: now, in: tx)
        // They may be many.
        try DeliveryStore.fanOut(message, isHanded: false, in: tx)
    }

    /// A user's messages, for `WHERE`.
    static func owned(_ tenant: String, _ user: String?) -> Query {
        """
        \(GenerationStore.owned(
            by: user, tenant: tenant, column: "messages.user_id", made: "messages.received_at"))
            AND (CAST(\(user) AS TEXT) IS NULL OR messages.former = 0)
        """
    }

    static func find(_ tenant: String, _ id: String, user: String?, in tx: any Transaction) throws -> Message? {
        try tx.first(
            """
            SELECT \(columns) FROM messages WHERE tenant_id = \(tenant) AND id = \(id)
                AND \(owned(tenant, user))
            """
        ).map(Self.message)
    }

    /// In the order in which they became visible, so that a reader who goes on after the last one misses none.
    /// - Parameter after: the id of a message.
    static func list(
        _ tenant: String, user: String?, type: String?, after: String?, limit: Int, in tx: any Transaction
    ) throws -> [Message] {
        try list(
            tenant, user: user, type: type, position: position(tenant, of: after, in: tx), limit: limit, in: tx)
    }

    private static func list(
        _ tenant: String, user: String?, type: String?, position: Int64, limit: Int, in tx: any Transaction
    ) throws -> [Message] {
        try tx.run(
            """
            SELECT \(columns) FROM messages WHERE tenant_id = \(tenant) AND position > \(position)
                AND \(owned(tenant, user))
                AND (CAST(\(type) AS TEXT) IS NULL OR type = \(type)) ORDER BY position LIMIT \(limit)
            """
        ).map(Self.message)
    }

    /// The next of a stream, and the position up to which all was looked at.
    static func following(
        _ tenant: String, user: String?, type: String?, position: Int64, limit: Int, in tx: any Transaction
    ) throws -> (messages: [Message], position: Int64) {
        let newest = try TenantMessageCounters.position(of: tenant, in: tx)
        guard newest > position else { return ([], position) }
        let found = try list(tenant, user: user, type: type, position: position, limit: limit, in: tx)
        guard found.count == limit, let last = found.last else { return (found, newest) }
        return (found, try Self.position(tenant, of: last.id, in: tx))
    }

    /// - Throws: `validation` for what is no message of the tenant.
    static func position(_ tenant: String, of id: String?, in tx: any Transaction) throws -> Int64 {
        guard let id else { return 0 }
        guard let row = try tx.first("SELECT position FROM messages WHERE tenant_id = \(tenant) AND id = \(id)") else {
            throw Problem.invalid("?after", "is not a message of this tenant, or is past its retention")
        }
        return try row.integer("position")
    }

    /// A message without its content.
    struct Owned: Sendable {
        let id: String
        let position: Int64
        let user: String?
        let receivedAt: Timestamp
        let isFormer: Bool
    }

    /// The users of a tenant's messages, in the order of their positions.
    static func users(
        _ tenant: String, after position: Int64, limit: Int, in tx: any Transaction
    ) throws -> [Owned] {
        try tx.run(
            """
            SELECT id, position, user_id, received_at, former FROM messages
            WHERE tenant_id = \(tenant) AND position > \(position) ORDER BY position LIMIT \(limit)
            """
        ).map { row in
            Owned(
                id: try row.text("id"), position: try row.integer("position"), user: try row.optionalText("user_id"),
                receivedAt: try row.time("received_at"), isFormer: try row.bool("former"))
        }
    }

    /// Takes the user's id off messages.
    static func forgetUser(_ tenant: String, messages ids: [String], in tx: any Transaction) throws {
        try tx.run("UPDATE messages SET user_id = NULL WHERE tenant_id = \(tenant) AND id IN \(list: ids)")
    }

    private static func message(_ row: Row) throws -> Message {
        Message(
            id: try row.text("id"), tenant: try row.text("tenant_id"), type: try row.text("type"),
            timestamp: try row.text("timestamp"), data: try row.text("data"), extra: try row.optionalText("extra"),
            context: try context(row), receivedAt: try row.time("received_at"),
            account: try row.optionalText("account_id"), isReconciled: try row.integer("reconciled") == 1,
            droppedAt: try row.optionalTime("dropped_at"))
    }

    private static func context(_ row: Row) throws -> MessageContext {
        MessageContext(
            user: try row.optionalText("user_id"), connection: try row.optionalText("connection_id"),
            calendar: try row.optionalText("calendar_id"), event: try row.optionalText("event_id"),
            bot: try row.optionalText("bot_id"))
    }
}
