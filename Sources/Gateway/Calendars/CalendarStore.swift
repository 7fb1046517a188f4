import JSONValue
import MeetingBaaS
import OAuth
import SQL

enum CalendarStore {
    private static let columns: Query = """
        row_id, tenant_id, account_id, api_version, calendar_id, connection_id, user_id, provider, raw_calendar_id,
        name, email, status, status_message, sync_status, synced_at, created_at
        """

    static func insert(_ calendar: ConnectedCalendar, as admitted: Admitted, in tx: any Transaction) throws {
        try admitted.check(owns: calendar.tenant)
        try tx.run(
            """
            INSERT INTO calendars (\(columns), updated_at, account_generation) VALUES (\(calendar.rowID), \(calendar.tenant),
                \(calendar.accountID), \(calendar.version.rawValue), \(calendar.calendarID), \(calendar.connection),
                \(calendar.user), \(calendar.provider.rawValue), \(calendar.rawCalendarID), \(calendar.name),
                \(calendar.email), \(calendar.status), \(calendar.statusMessage), \(calendar.syncStatus),
                \(calendar.syncedAt?.milliseconds), \(calendar.createdAt.milliseconds),
                \(calendar.createdAt.milliseconds), \(GenerationStore.present(ofAccount: calendar.accountID)))
            """)
    }

    /// Returns whether a calendar was made in the account's present generation. Otherwise a 404 proves nothing: the account's key
    /// was changed since.
    static func isOfPresentAccount(_ calendar: ConnectedCalendar, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT row_id FROM calendars WHERE tenant_id = \(calendar.tenant) AND row_id = \(calendar.rowID)
                AND account_generation = \(GenerationStore.present(ofAccount: calendar.accountID))
            """) != nil
    }

    /// By upstream's id or, while it is being made, by ours.
    static func find(_ tenant: String, _ id: String, user: String?, in tx: any Transaction) throws -> ConnectedCalendar?
    {
        // One query for each of the two ids: with OR, SQLite would read all calendars of the tenant.
        let isVisible: Query = "\(GenerationStore.owned(by: user, tenant: tenant)) AND deleted_at IS NULL"
        return try tx.first(
            """
            SELECT \(columns) FROM calendars WHERE tenant_id = \(tenant) AND calendar_id = \(id) AND \(isVisible)
            UNION ALL SELECT \(columns) FROM calendars WHERE row_id = \(id) AND tenant_id = \(tenant) AND \(isVisible)
            """
        ).map(Self.calendar)
    }

    /// The holder of a provider's calendar in an account, in any tenant.
    static func holder(
        account: String, _ provider: ProviderName, raw: String, in tx: any Transaction
    ) throws -> ConnectedCalendar? {
        try tx.acrossTenants {
            try tx.first(
                """
                SELECT \(columns) FROM calendars WHERE account_id = \(account) AND provider = \(provider.rawValue)
                    AND raw_calendar_id = \(raw) AND deleted_at IS NULL
                """
            ).map(Self.calendar)
        }
    }

    /// The owner of an account's calendar. Includes tombstones, for late webhooks.
    static func owner(account: String, calendarID: String, in tx: any Transaction) throws -> ConnectedCalendar? {
        try tx.first(
            "SELECT \(columns) FROM calendars WHERE account_id = \(account) AND calendar_id = \(calendarID)"
        ).map(Self.calendar)
    }

    static func list(
        _ tenant: String, user: String?, after: String?, limit: Int, in tx: any Transaction
    ) throws -> [ConnectedCalendar] {
        try tx.run(
            """
            SELECT \(columns) FROM calendars WHERE tenant_id = \(tenant)
                AND \(GenerationStore.owned(by: user, tenant: tenant)) AND row_id > \(after ?? "")
                AND deleted_at IS NULL ORDER BY row_id LIMIT \(limit)
            """
        ).map(Self.calendar)
    }

    static func list(_ tenant: String, connection: String, in tx: any Transaction) throws -> [ConnectedCalendar] {
        try tx.run(
            """
            SELECT \(columns) FROM calendars WHERE tenant_id = \(tenant) AND connection_id = \(connection)
                AND deleted_at IS NULL ORDER BY row_id
            """
        ).map(Self.calendar)
    }

    /// Calendars whose record of changes is to be filled again: version 2, not filled for `seconds`.
    static func stale(seconds: Double, at now: Timestamp, limit: Int, in tx: any Transaction) throws
        -> [ConnectedCalendar]
    {
        try tx.run(
            """
            SELECT \(columns) FROM calendars WHERE api_version = 'v2' AND calendar_id IS NOT NULL
                AND deleted_at IS NULL AND status NOT IN ('deleting', 'creating')
                AND COALESCE(filled_at, 0) <= \(now.adding(seconds: -seconds).milliseconds)
                AND NOT \(JobStore.isQueued(FillCalendarJob.kind, "calendars.tenant_id", "calendars.row_id"))
            ORDER BY COALESCE(filled_at, 0) LIMIT \(limit)
            """
        ).map(Self.calendar)
    }

    /// Those of an account that upstream has, in the order of their row ids.
    static func live(
        account: String, version: APIVersion, after rowID: String, limit: Int, in tx: any Transaction
    ) throws -> [ConnectedCalendar] {
        try tx.run(
            """
            SELECT \(columns) FROM calendars WHERE account_id = \(account) AND api_version = \(version.rawValue)
                AND row_id > \(rowID)
                AND calendar_id IS NOT NULL AND deleted_at IS NULL AND status NOT IN ('deleting', 'creating')
            ORDER BY row_id LIMIT \(limit)
            """
        ).map(Self.calendar)
    }

    /// A few others that were made in the same generation of the same account.
    static func siblings(of calendar: ConnectedCalendar, limit: Int, in tx: any Transaction) throws
        -> [ConnectedCalendar]
    {
        try tx.acrossTenants {
            try tx.run(
                """
                SELECT \(columns) FROM calendars WHERE account_id = \(calendar.accountID)
                    AND api_version = \(calendar.version.rawValue) AND row_id <> \(calendar.rowID)
                    AND calendar_id IS NOT NULL AND deleted_at IS NULL AND status NOT IN ('deleting', 'creating')
                    AND account_generation = (SELECT account_generation FROM calendars WHERE row_id = \(calendar.rowID))
                ORDER BY row_id LIMIT \(limit)
                """
            ).map(Self.calendar)
        }
    }

    static func noteFilled(_ calendar: ConnectedCalendar, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE calendars SET filled_at = \(now.milliseconds)
            WHERE tenant_id = \(calendar.tenant) AND row_id = \(calendar.rowID)
            """)
    }

    static func isFilled(_ calendar: ConnectedCalendar, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT filled_at FROM calendars WHERE tenant_id = \(calendar.tenant) AND row_id = \(calendar.rowID)
            """)?.optionalInteger("filled_at") != nil
    }

    /// Returns whether the calendar is there, and is not being deleted.
    static func isLive(_ tenant: String, rowID: String, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT row_id FROM calendars WHERE tenant_id = \(tenant) AND row_id = \(rowID) AND deleted_at IS NULL
                AND status <> 'deleting'
            """) != nil
    }

    static func hasLive(_ tenant: String, in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT row_id FROM calendars WHERE tenant_id = \(tenant) AND deleted_at IS NULL LIMIT 1") != nil
    }

    static func hasLive(_ tenant: String, connection: String, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT row_id FROM calendars WHERE tenant_id = \(tenant) AND connection_id = \(connection)
                AND deleted_at IS NULL AND calendar_id IS NOT NULL LIMIT 1
            """) != nil
    }

    /// Returns whether one of a version lives in an account.
    static func isAny(account: String, _ version: APIVersion, in tx: any Transaction) throws -> Bool {
        try tx.acrossTenants {
            try tx.first(
                """
                SELECT row_id FROM calendars WHERE account_id = \(account) AND api_version = \(version.rawValue)
                    AND deleted_at IS NULL LIMIT 1
                """) != nil
        }
    }

    /// Meeting BaaS's ids of a tenant's or a user's calendars in an account and a version.
    static func ids(
        _ tenant: String, user: String?, account: String, version: APIVersion, in tx: any Transaction
    ) throws -> [String] {
        try tx.run(
            """
            SELECT calendar_id AS id FROM calendars WHERE tenant_id = \(tenant) AND account_id = \(account)
                AND api_version = \(version.rawValue) AND \(GenerationStore.owned(by: user, tenant: tenant))
                AND calendar_id IS NOT NULL AND status <> 'deleting' AND deleted_at IS NULL
            """
        ).map { try $0.text("id") }
    }

    static func count(_ tenant: String, in tx: any Transaction) throws -> Int {
        Int(
            try tx.first("SELECT COUNT(*) AS n FROM calendars WHERE tenant_id = \(tenant) AND deleted_at IS NULL")?
                .integer("n") ?? 0)
    }

    /// Writes what upstream says. Status, once it is `deleting`, stays.
    /// - Returns: false when the row is gone.
    @discardableResult
    static func update(_ calendar: ConnectedCalendar, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        try !tx.run(
            """
            UPDATE calendars SET calendar_id = \(calendar.calendarID),
                status = CASE WHEN status = 'deleting' THEN status ELSE \(calendar.status) END,
                status_message = \(calendar.statusMessage), sync_status = \(calendar.syncStatus),
                synced_at = \(calendar.syncedAt?.milliseconds), updated_at = \(now.milliseconds)
            WHERE tenant_id = \(calendar.tenant) AND row_id = \(calendar.rowID) AND deleted_at IS NULL RETURNING row_id
            """
        ).isEmpty
    }

    static func markDeleting(_ tenant: String, rowID: String, at now: Timestamp, in tx: any Transaction) throws {
        let marked = try tx.run(
            """
            UPDATE calendars SET status = 'deleting', updated_at = \(now.milliseconds)
            WHERE tenant_id = \(tenant) AND row_id = \(rowID) AND deleted_at IS NULL
            RETURNING account_id, calendar_id
            """)
        try notifyOwner(of: marked, in: tx)
    }

    static func markDeleting(_ tenant: String, connection: String, at now: Timestamp, in tx: any Transaction) throws {
        let marked = try tx.run(
            """
            UPDATE calendars SET status = 'deleting', updated_at = \(now.milliseconds)
            WHERE tenant_id = \(tenant) AND connection_id = \(connection) AND deleted_at IS NULL
            RETURNING account_id, calendar_id
            """)
        try notifyOwner(of: marked, in: tx)
    }

    /// Calendars that are nobody's any more.
    private static func notifyOwner(of rows: [Row], in tx: any Transaction) throws {
        for row in rows {
            guard let id = try row.optionalText("calendar_id") else { continue }
            tx.notify(.owner(account: try row.text("account_id"), .calendar, id))
        }
    }

    /// The row stays as a tombstone, without the person's address; one that never had an id goes.
    static func erase(_ calendar: ConnectedCalendar, at now: Timestamp, in tx: any Transaction) throws {
        let erased = try tx.run(
            """
            UPDATE calendars SET deleted_at = \(now.milliseconds), name = NULL, email = NULL, status = 'deleting'
            WHERE tenant_id = \(calendar.tenant) AND row_id = \(calendar.rowID) RETURNING account_id, calendar_id
            """)
        try notifyOwner(of: erased, in: tx)
    }

    /// The calendar of ours that has an upstream calendar, in whatever account: two keys may belong to one team.
    static func claimant(_ calendarID: String, in tx: any Transaction) throws -> String? {
        try tx.acrossTenants {
            try tx.first(
                """
                SELECT row_id FROM calendars WHERE calendar_id = \(calendarID)
                UNION ALL SELECT row_id FROM calendar_creations WHERE made_id = \(calendarID)
                """)?.text("row_id")
        }
    }

    /// The given upstream ids of a version that have an owner, tombstones included.
    static func claimed(
        _ version: APIVersion, among ids: [String], in tx: any Transaction
    ) throws -> [String] {
        try tx.acrossTenants {
            try tx.run(
                """
                SELECT calendar_id AS id FROM calendars
                WHERE calendar_id IN \(list: ids) AND api_version = \(version.rawValue)
                UNION ALL SELECT made_id AS id FROM calendar_creations
                WHERE made_id IN \(list: ids) AND api_version = \(version.rawValue)
                """
            ).map { try $0.text("id") }
        }
    }

    /// Returns whether one of these upstream ids is a calendar's of another account.
    static func isAny(of ids: [String], notOf account: String, in tx: any Transaction) throws -> Bool {
        try tx.acrossTenants {
            try tx.first(
                "SELECT 1 AS one FROM calendars WHERE calendar_id IN \(list: ids) AND account_id <> \(account) LIMIT 1"
            ) != nil
        }
    }

    /// Returns whether another tenant has or had a calendar of the same raw id in the same version, in whatever account.
    static func hasTwin(of creation: CalendarCreation, in tx: any Transaction) throws -> Bool {
        try tx.acrossTenants {
            try tx.first(
                """
                SELECT row_id FROM calendars WHERE raw_calendar_id = \(creation.rawCalendarID)
                    AND api_version = \(creation.version.rawValue) AND tenant_id <> \(creation.tenant) LIMIT 1
                """) != nil
        }
    }

    /// Nothing came of its creation, or it was taken down: the row leaves nothing.
    static func removeUnmade(_ tenant: String, rowID: String, in tx: any Transaction) throws {
        try tx.run(
            "DELETE FROM calendars WHERE tenant_id = \(tenant) AND row_id = \(rowID) AND calendar_id IS NULL")
    }

    /// Tombstones past their time. The rows that name them are `OrphanedRows` afterwards.
    static func expired(at now: Timestamp, tombstonesAfter seconds: Double) -> ExpiredRows {
        ExpiredRows(
            "calendars", key: "row_id", where: "deleted_at <= \(now.adding(seconds: -seconds).milliseconds)")
    }

    private static func calendar(_ row: Row) throws -> ConnectedCalendar {
        ConnectedCalendar(
            rowID: try row.text("row_id"), tenant: try row.text("tenant_id"), accountID: try row.text("account_id"),
            version: APIVersion(rawValue: try row.text("api_version")) ?? .v2,
            calendarID: try row.optionalText("calendar_id"), connection: try row.text("connection_id"),
            user: try row.text("user_id"), provider: ProviderName(rawValue: try row.text("provider")) ?? .google,
            rawCalendarID: try row.text("raw_calendar_id"), name: try row.optionalText("name"),
            email: try row.optionalText("email"), status: try row.text("status"),
            statusMessage: try row.optionalText("status_message"), syncStatus: try row.optionalText("sync_status"),
            syncedAt: try row.optionalTime("synced_at"),
            createdAt: try row.time("created_at"))
    }
}

extension UniqueKey {
    static let calendarID = UniqueKey("calendars", "account_id", "calendar_id")
    /// One row at a time for a provider's calendar.
    static let rawCalendar = UniqueKey("calendars", "account_id", "provider", "raw_calendar_id")
}
