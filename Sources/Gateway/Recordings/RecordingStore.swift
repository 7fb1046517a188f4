import JSONValue
import Sealing
import SQL

enum RecordingStore {
    private static let columns: Query = """
        tenant_id, event_id, account_id, calendar_id, connection_id, user_id, series_id, all_occurrences, marker, asked,
        sealed_api_key, created_at
        """

    static func put(_ recording: Recording, as admitted: Admitted, at now: Timestamp, in tx: any Transaction) throws {
        try admitted.check(owns: recording.tenant)
        try write(recording, at: now, in: tx)
    }

    /// Brings back what stood before a call that surely did nothing.
    static func restore(_ recording: Recording, at now: Timestamp, in tx: any Transaction) throws {
        try write(recording, at: now, in: tx)
    }

    private static func write(_ recording: Recording, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO recordings (\(columns), updated_at) VALUES (\(recording.tenant), \(recording.eventID),
                \(recording.accountID), \(recording.calendarID), \(recording.connection), \(recording.user),
                \(recording.seriesID), \(recording.allOccurrences), \(recording.correlationID),
                \(JSON.object(recording.requested.json).text), \(recording.sealedAPIKey),
                \(recording.createdAt.milliseconds), \(now.milliseconds))
            ON CONFLICT (tenant_id, event_id, all_occurrences) DO UPDATE SET asked = excluded.asked, sealed_api_key = excluded.sealed_api_key, updated_at = excluded.updated_at
            """)
    }

    /// The one asked for the event itself.
    static func own(_ tenant: String, event: String, in tx: any Transaction) throws -> Recording? {
        try tx.first(
            """
            SELECT \(columns) FROM recordings WHERE tenant_id = \(tenant) AND event_id = \(event)
                AND all_occurrences = 0
            """
        ).map(Self.recording)
    }

    /// The one asked for the whole series. Of this calendar: other attendees' calendars may use the same series id.
    static func ofSeries(
        _ tenant: String, calendar: String, series: String?, in tx: any Transaction
    ) throws -> Recording? {
        guard let series else { return nil }
        return try tx.first(
            """
            SELECT \(columns) FROM recordings WHERE tenant_id = \(tenant) AND calendar_id = \(calendar)
                AND series_id = \(series) AND all_occurrences = 1 ORDER BY created_at DESC LIMIT 1
            """
        ).map(Self.recording)
    }

    static func list(_ tenant: String, calendar: String, in tx: any Transaction) throws -> [Recording] {
        try tx.run(
            """
            SELECT \(columns) FROM recordings WHERE tenant_id = \(tenant) AND calendar_id = \(calendar)
            ORDER BY all_occurrences DESC, created_at
            """
        ).map(Self.recording)
    }

    /// The contents of orders go with their calendar; the ids stay, for webhooks that come late. So many at once.
    /// - Returns: how many rows were changed.
    static func delete(_ tenant: String, calendar: String, limit: Int, in tx: any Transaction) throws -> Int {
        try tx.run(
            """
            UPDATE recordings SET asked = '{}', sealed_api_key = NULL
            WHERE (tenant_id, event_id, all_occurrences) IN (SELECT tenant_id, event_id, all_occurrences FROM recordings
                WHERE tenant_id = \(tenant) AND calendar_id = \(calendar)
                    AND (asked <> '{}' OR sealed_api_key IS NOT NULL) LIMIT \(limit))
            RETURNING event_id
            """
        ).count
    }

    /// Rows that go when their calendar's tombstone is gone.
    static let orphaned = OrphanedRows(table: "recordings", key: ["tenant_id", "event_id"])

    /// Finds a recording by the correlation id in an `extra` that came by an account, of any tenant.
    static func find(account: String, correlationID: String, in tx: any Transaction) throws -> Recording? {
        try tx.first("SELECT \(columns) FROM recordings WHERE account_id = \(account) AND marker = \(correlationID)")
            .map(Self.recording)
    }

    static func find(account: String, event: String, in tx: any Transaction) throws -> Recording? {
        try tx.first(
            """
            SELECT \(columns) FROM recordings WHERE account_id = \(account) AND event_id = \(event)
            ORDER BY all_occurrences LIMIT 1
            """
        ).map(Self.recording)
    }

    static func delete(_ recording: Recording, in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM recordings WHERE tenant_id = \(recording.tenant) AND event_id = \(recording.eventID)
                AND all_occurrences = \(recording.allOccurrences)
            """)
    }

    /// The bots of these events were cancelled otherwise.
    static func delete(_ tenant: String, events: [String], series: Bool, in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM recordings WHERE tenant_id = \(tenant) AND event_id IN \(list: events)
                AND (all_occurrences = 0 OR \(series ? 1 : 0) = 1)
            """)
    }

    static func delete(_ tenant: String, calendar: String, series: String, in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM recordings WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) AND series_id = \(series)
            """)
    }

    private static func recording(_ row: Row) throws -> Recording {
        Recording(
            tenant: try row.text("tenant_id"), eventID: try row.text("event_id"),
            accountID: try row.text("account_id"), calendarID: try row.text("calendar_id"),
            connection: try row.text("connection_id"), user: try row.text("user_id"),
            seriesID: try row.optionalText("series_id"), allOccurrences: try row.bool("all_occurrences"),
            correlationID: try row.text("marker"),
            requested: RecordingRequest(stored: try JSON.parse(row.text("asked")), apiKey: nil),
            sealedAPIKey: try row.optionalBlob("sealed_api_key"),
            createdAt: try row.time("created_at"))
    }
}
