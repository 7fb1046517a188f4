import JSONValue
import MeetingBaaS
import SQL

/// Occurrences that were taken out of a recorded series. v1 schedules whole series only, so these are cancelled again
/// whenever the gateway reschedules their series by itself.
struct SeriesExceptions: Sendable {
    let database: any Database
    let clock: GatewayClock
    let upstream: Upstream

    /// Cancels the bots of the calendar's exceptions that are still to come.
    /// - Parameter series: nil: of all series.
    /// - Throws: what may pass; can be repeated.
    func cancel(_ calendar: ConnectedCalendar, series: String? = nil) async throws {
        guard let id = calendar.calendarID else { return }
        let exceptions = try await database.read {
            try SeriesExceptionStore.list(calendar.tenant, calendar: id, in: $0)
        }
        let api = try await upstream.api(for: calendar)
        for exception in exceptions where series == nil || exception.series == series {
            do {
                let event = try await api.event(exception.event, calendarID: id)
                let end = event.end.flatMap { Timestamp(rfc3339: $0) }
                guard event.botScheduled, end.map({ $0 > clock.now }) ?? true else { continue }
                try await api.cancel(
                    BotTarget(calendarID: id, eventID: event.id, seriesID: event.seriesID, allOccurrences: false))
            } catch UpstreamError.notFound {}
        }
    }
}

enum SeriesExceptionStore {
    struct Exception: Sendable {
        let event: String
        let series: String
    }

    static func add(
        _ tenant: String, calendar: String, event: String, series: String, at now: Timestamp, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            INSERT INTO series_exceptions (tenant_id, calendar_id, event_id, series_id, created_at)
            VALUES (\(tenant), \(calendar), \(event), \(series), \(now.milliseconds))
            ON CONFLICT (tenant_id, calendar_id, event_id) DO UPDATE SET series_id = excluded.series_id
            """)
    }

    static func list(_ tenant: String, calendar: String, in tx: any Transaction) throws -> [Exception] {
        try tx.run(
            "SELECT event_id, series_id FROM series_exceptions WHERE tenant_id = \(tenant) AND calendar_id = \(calendar)"
        ).map { Exception(event: try $0.text("event_id"), series: try $0.text("series_id")) }
    }

    /// These events have a bot again.
    static func remove(_ tenant: String, calendar: String, events: [String], in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM series_exceptions WHERE tenant_id = \(tenant) AND calendar_id = \(calendar)
                AND event_id IN \(list: events)
            """)
    }

    /// The whole series is recorded, or none of it.
    static func remove(_ tenant: String, calendar: String, series: String, in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM series_exceptions WHERE tenant_id = \(tenant) AND calendar_id = \(calendar)
                AND series_id = \(series)
            """)
    }

    /// Deletes the exceptions of a calendar; so many at once.
    /// - Returns: how many.
    static func delete(_ tenant: String, calendar: String, limit: Int, in tx: any Transaction) throws -> Int {
        try tx.run(
            """
            DELETE FROM series_exceptions WHERE (tenant_id, calendar_id, event_id) IN (
                SELECT tenant_id, calendar_id, event_id FROM series_exceptions
                WHERE tenant_id = \(tenant) AND calendar_id = \(calendar) LIMIT \(limit))
            RETURNING event_id
            """
        ).count
    }

    /// Meetings are not planned for longer ahead.
    static func expired(at now: Timestamp) -> ExpiredRows {
        ExpiredRows(
            "series_exceptions", key: "tenant_id, calendar_id, event_id",
            where: "created_at <= \(now.adding(seconds: -730 * 86_400).milliseconds)")
    }
}
