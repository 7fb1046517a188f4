import JSONValue
import MeetingBaaS
import SQL

/// A bot as its webhooks describe it.
struct Bot: Sendable {
    let accountID: String
    let botID: String
    let tenant: String
    let eventID: String?
    let calendarID: String?
    let connection: String?
    let user: String?
    let state: State
    let stateAt: Timestamp
    /// The time at which the gateway first saw it.
    var createdAt = Timestamp(milliseconds: 0)

    enum State: String, Sendable {
        case joining, recording, completed, failed

        /// From an event's name or a status code; nil for what says nothing about the recording (an open set).
        init?(event: String, code: String?) {
            switch event {
            case "bot.completed", "complete": self = .completed
            case "bot.failed", "failed": self = .failed
            case "bot.status_change":
                switch code {
                case "joining_call", "in_waiting_room", "in_waiting_for_host", "in_call_not_recording": self = .joining
                case "in_call_recording", "recording_paused", "recording_resumed", "call_ended",
                    "recording_succeeded":
                    self = .recording
                case "bot_rejected", "bot_removed_too_early", "bot_denied_entry", "waiting_room_timeout",
                    "invalid_meeting_url", "meeting_error", "recording_failed":
                    self = .failed
                default: return nil
                }
            default: return nil
            }
        }

        var isFinal: Bool { self == .completed || self == .failed }
    }
}

enum BotStore {
    private static let columns: Query =
        "account_id, bot_id, tenant_id, event_id, calendar_id, connection_id, user_id, state, state_at, created_at"

    /// A bot that was named without anything being said of its state: whose it is, is worth knowing all the same.
    static func insertIfNew(_ bot: Bot, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO bots (\(columns), account_generation) VALUES (\(bot.accountID), \(bot.botID), \(bot.tenant), \(bot.eventID),
                \(bot.calendarID), \(bot.connection), \(bot.user), \(bot.state.rawValue), \(bot.stateAt.milliseconds),
                \(now.milliseconds), \(GenerationStore.present(ofAccount: bot.accountID)))
            ON CONFLICT (account_id, bot_id) DO NOTHING
            """)
    }

    /// Webhooks come in any order: a later time wins, a final state is never left, and `completed` stands over `failed`.
    static func record(_ bot: Bot, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO bots (\(columns), account_generation) VALUES (\(bot.accountID), \(bot.botID), \(bot.tenant), \(bot.eventID),
                \(bot.calendarID), \(bot.connection), \(bot.user), \(bot.state.rawValue), \(bot.stateAt.milliseconds),
                \(now.milliseconds), \(GenerationStore.present(ofAccount: bot.accountID)))
            ON CONFLICT (account_id, bot_id) DO UPDATE SET state = excluded.state, state_at = excluded.state_at
            WHERE bots.tenant_id = excluded.tenant_id AND (excluded.state = 'completed'
                OR (bots.state NOT IN ('completed', 'failed')
                    AND (excluded.state = 'failed' OR excluded.state_at >= bots.state_at)))
            """)
    }

    /// The owner of an account's bot.
    static func owner(account: String, bot: String, in tx: any Transaction) throws -> Bot? {
        try tx.first("SELECT \(columns) FROM bots WHERE account_id = \(account) AND bot_id = \(bot)").map(Self.bot)
    }

    static func find(_ tenant: String, bot: String, in tx: any Transaction) throws -> Bot? {
        try tx.first("SELECT \(columns) FROM bots WHERE tenant_id = \(tenant) AND bot_id = \(bot)").map(Self.bot)
    }

    /// The version that a bot lives in: its calendar's, or that of the request which made it.
    static func version(of bot: Bot, in tx: any Transaction) throws -> APIVersion {
        if let id = bot.calendarID,
            let calendar = try CalendarStore.owner(account: bot.accountID, calendarID: id, in: tx)
        {
            return calendar.version
        }
        let row = try tx.first(
            """
            SELECT api_version FROM bot_orders WHERE account_id = \(bot.accountID) AND bot_id = \(bot.botID) LIMIT 1
            """)
        return try row.flatMap { APIVersion(rawValue: try $0.text("api_version")) } ?? .v2
    }

    /// Returns whether the bot, or the request that made it, is of the account's present generation. Otherwise a 404 proves
    /// nothing: the account's key was changed since.
    static func isOfPresentAccount(_ bot: String, account: String, in tx: any Transaction) throws -> Bool {
        let former = try tx.first(
            """
            SELECT bot_id FROM bots WHERE account_id = \(account) AND bot_id = \(bot)
                AND account_generation <> \(GenerationStore.present(ofAccount: account))
            UNION ALL
            SELECT bot_id FROM bot_orders WHERE account_id = \(account) AND bot_id = \(bot)
                AND account_generation <> \(GenerationStore.present(ofAccount: account)) LIMIT 1
            """)
        return former == nil
    }

    /// Bots of a tenant or a user that have not ended, by id.
    static func running(
        _ scope: UpstreamTeardown.Scope, after id: String, limit: Int, in tx: any Transaction
    ) throws -> [Bot] {
        try tx.run(
            """
            SELECT \(columns) FROM bots WHERE tenant_id = \(scope.tenant)
                AND (CAST(\(scope.user) AS TEXT) IS NULL OR user_id = \(scope.user))
                AND created_at <= \(scope.before.milliseconds) AND state IN ('joining', 'recording')
                AND bot_id > \(id) ORDER BY bot_id LIMIT \(limit)
            """
        ).map(Self.bot)
    }

    static func forgetUser(_ bot: Bot, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE bots SET user_id = NULL
            WHERE tenant_id = \(bot.tenant) AND account_id = \(bot.accountID) AND bot_id = \(bot.botID)
            """)
        tx.notify(.owner(account: bot.accountID, .bot, bot.botID))
    }

    /// Takes an erased user's id off bots that have ended, so many at once. Their owner stays the same: since the user was
    /// deleted, they are the tenant's alone.
    /// - Returns: how many were changed.
    static func forgetUser(
        _ tenant: String, user: String, before: Timestamp, limit: Int, in tx: any Transaction
    ) throws -> Int {
        try tx.run(
            """
            UPDATE bots SET user_id = NULL WHERE (account_id, bot_id) IN (
                SELECT account_id, bot_id FROM bots WHERE tenant_id = \(tenant) AND user_id = \(user)
                    AND created_at <= \(before.milliseconds) AND state IN ('completed', 'failed') LIMIT \(limit))
            RETURNING bot_id
            """
        ).count
    }

    /// The newest bot of an event.
    static func latest(_ tenant: String, event: String, in tx: any Transaction) throws -> Bot? {
        try tx.first(
            """
            SELECT \(columns) FROM bots WHERE tenant_id = \(tenant) AND event_id = \(event)
            ORDER BY state_at DESC LIMIT 1
            """
        ).map(Self.bot)
    }

    private static func bot(_ row: Row) throws -> Bot {
        Bot(
            accountID: try row.text("account_id"), botID: try row.text("bot_id"), tenant: try row.text("tenant_id"),
            eventID: try row.optionalText("event_id"), calendarID: try row.optionalText("calendar_id"),
            connection: try row.optionalText("connection_id"), user: try row.optionalText("user_id"),
            state: Bot.State(rawValue: try row.text("state")) ?? .joining,
            stateAt: try row.time("state_at"),
            createdAt: try row.time("created_at"))
    }
}
