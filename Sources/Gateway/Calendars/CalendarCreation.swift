import JSONValue
import MeetingBaaS
import OAuth
import SQL

/// A call that creates a calendar at Meeting BaaS and has no known outcome yet.
///
/// It is written in the transaction that writes the calendar's row, before the call, and stays until it is known what the
/// call did. It is never removed because of its age.
struct CalendarCreation: Sendable, Equatable {
    /// The calendar's own id here (`cal_…`).
    let rowID: String
    let tenant: String
    let accountID: String
    let version: APIVersion
    let provider: ProviderName
    /// Empty once its tenant is erased.
    let rawCalendarID: String
    /// Nothing was sent before this time.
    let beganAt: Timestamp
    /// The call has ended by this time.
    var deadlineAt: Timestamp
    /// True if the account was listed just before the call, so that older calendars are known as such.
    let listedBefore: Bool
    /// The first list after the deadline that held nothing this call can have made.
    var absentAt: Timestamp?
    /// The id of an abandoned upstream calendar, which is to be deleted.
    var madeID: String?

    /// Seconds that a call can take at most: two exchanges of 30 s with their turns of 10 s, and two refreshes of the grant
    /// before them.
    static let longestCall = 300.0
    /// Seconds that Meeting BaaS may go on with a call after its answer was given up.
    static let afterCall = 60.0
}

enum CalendarCreationStore {
    private static let columns: Query = """
        row_id, tenant_id, account_id, api_version, provider, raw_calendar_id, began_at, deadline_at, listed_before,
        absent_at, made_id
        """

    static func insert(_ creation: CalendarCreation, as admitted: Admitted, in tx: any Transaction) throws {
        try admitted.check(owns: creation.tenant)
        try write(creation, in: tx)
    }

    private static func write(_ creation: CalendarCreation, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO calendar_creations (\(columns)) VALUES (\(creation.rowID), \(creation.tenant),
                \(creation.accountID), \(creation.version.rawValue), \(creation.provider.rawValue),
                \(creation.rawCalendarID), \(creation.beganAt.milliseconds), \(creation.deadlineAt.milliseconds),
                \(creation.listedBefore), \(creation.absentAt?.milliseconds), \(creation.madeID))
            """)
    }

    static func find(_ rowID: String, in tx: any Transaction) throws -> CalendarCreation? {
        try tx.first("SELECT \(columns) FROM calendar_creations WHERE row_id = \(rowID)").map(Self.creation)
    }

    /// The creation that blocks a provider's calendar in an account, of any tenant.
    static func find(
        account: String, _ provider: ProviderName, raw: String, in tx: any Transaction
    ) throws -> CalendarCreation? {
        try tx.acrossTenants {
            try tx.first(
                """
                SELECT \(columns) FROM calendar_creations WHERE account_id = \(account) AND provider = \(provider.rawValue)
                    AND raw_calendar_id = \(raw) LIMIT 1
                """
            ).map(Self.creation)
        }
    }

    /// All of a version, in every account: two keys may belong to one team at Meeting BaaS.
    static func list(_ version: APIVersion, in tx: any Transaction) throws -> [CalendarCreation] {
        try tx.acrossTenants {
            try tx.run(
                "SELECT \(columns) FROM calendar_creations WHERE api_version = \(version.rawValue) ORDER BY row_id"
            ).map(Self.creation)
        }
    }

    static func isAny(account: String, in tx: any Transaction) throws -> Bool {
        try tx.acrossTenants {
            try tx.first("SELECT row_id FROM calendar_creations WHERE account_id = \(account) LIMIT 1") != nil
        }
    }

    static func isAny(tenant: String, in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT row_id FROM calendar_creations WHERE tenant_id = \(tenant) LIMIT 1") != nil
    }

    static func count(in tx: any Transaction) throws -> Int64 {
        try tx.first("SELECT COUNT(*) AS n FROM calendar_creations")?.integer("n") ?? 0
    }

    /// Those whose call has ended.
    static func ended(at now: Timestamp, in tx: any Transaction) throws -> [CalendarCreation] {
        try tx.run(
            """
            SELECT \(columns) FROM calendar_creations
            WHERE deadline_at <= \(now.milliseconds) OR made_id IS NOT NULL ORDER BY row_id
            """
        ).map(Self.creation)
    }

    static func setDeadline(_ rowID: String, _ time: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE calendar_creations SET deadline_at = \(time.milliseconds)
            WHERE row_id = \(rowID) AND deadline_at > \(time.milliseconds)
            """)
    }

    static func setAbsent(_ rowID: String, _ time: Timestamp?, in tx: any Transaction) throws {
        try tx.run("UPDATE calendar_creations SET absent_at = \(time?.milliseconds) WHERE row_id = \(rowID)")
    }

    /// The call's result is known, and has to go.
    static func setMade(_ creation: CalendarCreation, _ calendarID: String, in tx: any Transaction) throws {
        var known = creation
        known.madeID = calendarID
        try end(creation.rowID, in: tx)
        try write(known, in: tx)
    }

    /// The outcome is known.
    static func end(_ rowID: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM calendar_creations WHERE row_id = \(rowID)")
    }

    /// Ends a creation that two lists have shown to be without result, unless new information arrived meanwhile.
    /// - Returns: false when something was.
    static func endAbsent(_ creation: CalendarCreation, in tx: any Transaction) throws -> Bool {
        try !tx.run(
            """
            DELETE FROM calendar_creations WHERE row_id = \(creation.rowID) AND made_id IS NULL
                AND absent_at = \(creation.absentAt?.milliseconds) RETURNING row_id
            """
        ).isEmpty
    }

    /// The remains of erased tenants: nothing personal, and nothing in accounts that were deleted with them.
    static var ofErasedTenants: [ExpiredRows] {
        [
            ExpiredRows(
                "calendar_creations", key: "row_id",
                where: """
                    account_id <> \(Account.sharedID)
                        AND NOT \(AccountStore.isOwned(by: "calendar_creations.account_id"))
                        AND NOT \(TenantStore.exists("calendar_creations.account_id"))
                    """),
            ExpiredRows(
                "calendar_creations", key: "row_id",
                where: "raw_calendar_id <> '' AND NOT \(TenantStore.exists("calendar_creations.tenant_id"))",
                set: "raw_calendar_id = ''"),
        ]
    }

    private static func creation(_ row: Row) throws -> CalendarCreation {
        CalendarCreation(
            rowID: try row.text("row_id"), tenant: try row.text("tenant_id"), accountID: try row.text("account_id"),
            version: APIVersion(rawValue: try row.text("api_version")) ?? .v2,
            provider: ProviderName(rawValue: try row.text("provider")) ?? .google,
            rawCalendarID: try row.text("raw_calendar_id"),
            beganAt: try row.time("began_at"),
            deadlineAt: try row.time("deadline_at"),
            listedBefore: try row.bool("listed_before"),
            absentAt: try row.optionalTime("absent_at"),
            madeID: try row.optionalText("made_id"))
    }
}
