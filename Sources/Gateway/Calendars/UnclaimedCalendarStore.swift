import JSONValue
import MeetingBaaS
import SQL

/// A calendar at Meeting BaaS that no calendar here owns, and the time at which it was first seen so.
struct UnclaimedCalendar: Sendable, Equatable {
    /// Meeting BaaS's id.
    let id: String
    /// The account that listed it.
    let accountID: String
    let version: APIVersion
    /// Given by version 1.
    let rawCalendarID: String?
    /// Given by version 2, with the time.
    let platform: String?
    let email: String?
    let createdAt: Timestamp?
    /// The time at which the first list that held it had been read: it existed then.
    let firstSeenAt: Timestamp

    init(
        id: String, accountID: String, version: APIVersion, rawCalendarID: String?, platform: String?, email: String?,
        createdAt: Timestamp?, firstSeenAt: Timestamp
    ) {
        self.id = id
        self.accountID = accountID
        self.version = version
        self.rawCalendarID = rawCalendarID
        self.platform = platform
        self.email = email
        self.createdAt = createdAt
        self.firstSeenAt = firstSeenAt
    }

    init(_ found: UpstreamCalendar, account: Account, firstSeenAt: Timestamp) {
        self.init(
            id: found.id, accountID: account.id, version: account.version,
            rawCalendarID: found.rawCalendarID.flatMap { $0.isEmpty ? nil : $0 }, platform: found.platform,
            email: found.email, createdAt: found.createdAt.flatMap { Timestamp(rfc3339: $0) }, firstSeenAt: firstSeenAt)
    }
}

enum UnclaimedCalendarStore {
    private static let columns: Query =
        "calendar_id, account_id, api_version, raw_calendar_id, platform, email, created_at, first_seen_at"
    private static let isUnclaimed: Query = """
        NOT EXISTS (SELECT 1 FROM calendars WHERE calendars.calendar_id = unclaimed_calendars.calendar_id)
        AND NOT EXISTS (SELECT 1 FROM calendar_creations
            WHERE calendar_creations.made_id = unclaimed_calendars.calendar_id)
        """

    /// Stores it, unless it is stored already, by any account, or has an owner.
    static func record(_ calendar: UnclaimedCalendar, in tx: any Transaction) throws {
        guard try CalendarStore.claimant(calendar.id, in: tx) == nil else { return }
        try tx.run(
            """
            INSERT INTO unclaimed_calendars (\(columns)) VALUES (\(calendar.id), \(calendar.accountID),
                \(calendar.version.rawValue), \(calendar.rawCalendarID), \(calendar.platform), \(calendar.email),
                \(calendar.createdAt?.milliseconds), \(calendar.firstSeenAt.milliseconds))
            ON CONFLICT (calendar_id) DO NOTHING
            """)
    }

    static func find(_ id: String, in tx: any Transaction) throws -> UnclaimedCalendar? {
        try tx.first(
            "SELECT \(columns) FROM unclaimed_calendars WHERE calendar_id = \(id) AND \(isUnclaimed)"
        ).map(Self.calendar)
    }

    static func list(after: String?, limit: Int, in tx: any Transaction) throws -> [UnclaimedCalendar] {
        try tx.run(
            """
            SELECT \(columns) FROM unclaimed_calendars WHERE calendar_id > \(after ?? "") AND \(isUnclaimed)
            ORDER BY calendar_id LIMIT \(limit)
            """
        ).map(Self.calendar)
    }

    /// Those of a version among the given ids, whichever account listed them.
    static func stored(
        _ version: APIVersion, among ids: [String], in tx: any Transaction
    ) throws -> [UnclaimedCalendar] {
        try tx.acrossTenants {
            try tx.run(
                """
                SELECT \(columns) FROM unclaimed_calendars
                WHERE calendar_id IN \(list: ids) AND api_version = \(version.rawValue) AND \(isUnclaimed)
                """
            ).map(Self.calendar)
        }
    }

    static func ids(account: String, _ version: APIVersion, in tx: any Transaction) throws -> [String] {
        try tx.run(
            """
            SELECT calendar_id FROM unclaimed_calendars
            WHERE account_id = \(account) AND api_version = \(version.rawValue)
            """
        ).map { try $0.text("calendar_id") }
    }

    /// It has an owner now, or is gone upstream.
    static func delete(_ ids: [String], in tx: any Transaction) throws {
        try tx.run("DELETE FROM unclaimed_calendars WHERE calendar_id IN \(list: ids)")
    }

    /// The account is gone.
    static func delete(account: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM unclaimed_calendars WHERE account_id = \(account)")
    }

    /// Those of accounts that went with their tenant.
    static var ofErasedTenants: ExpiredRows {
        ExpiredRows(
            "unclaimed_calendars", key: "calendar_id",
            where: """
                account_id <> \(Account.sharedID)
                    AND NOT \(AccountStore.isOwned(by: "unclaimed_calendars.account_id"))
                """)
    }

    private static func calendar(_ row: Row) throws -> UnclaimedCalendar {
        UnclaimedCalendar(
            id: try row.text("calendar_id"), accountID: try row.text("account_id"),
            version: APIVersion(rawValue: try row.text("api_version")) ?? .v2,
            rawCalendarID: try row.optionalText("raw_calendar_id"), platform: try row.optionalText("platform"),
            email: try row.optionalText("email"),
            createdAt: try row.optionalTime("created_at"),
            firstSeenAt: try row.time("first_seen_at"))
    }
}
