import JSONValue
import SQL

/// Takes events out of the record of changes: those that ended more than 90 days ago and that the last complete backfill of
/// their calendar did not list.
///
/// An event that Meeting BaaS lists stays, however old it is. One that was taken out and is listed again is recorded again
/// without a message (`EventChangeLog.note`).
enum EventRetention {
    /// Seconds after an event's end.
    static let kept = 90 * 86_400.0
    /// Rows that one transaction changes at the most.
    static let batch = 1000

    /// Returns true for an event that may be taken out once it is listed no more.
    static func isPast(_ end: Timestamp?, at now: Timestamp) -> Bool {
        end.map { $0 <= now.adding(seconds: -kept) } ?? false
    }

    /// Gives an end to events of which none is known: the time of the backfill. Events from before ends were recorded, that no
    /// list shows any more, would stay for ever otherwise.
    /// - Returns: whether more may remain.
    static func presumeEnds(
        of calendar: ConnectedCalendar, at began: Timestamp, limit: Int = batch, in tx: any Transaction
    ) throws -> Bool {
        guard let id = calendar.calendarID else { return false }
        return try tx.run(
            """
            UPDATE event_changes SET ends_at = \(began.milliseconds)
            WHERE tenant_id = \(calendar.tenant) AND event_id IN (SELECT event_id FROM event_changes
                WHERE tenant_id = \(calendar.tenant) AND calendar_id = \(id) AND ends_at IS NULL LIMIT \(limit))
            RETURNING event_id
            """
        ).count == limit
    }

    /// Takes out events that a complete backfill did not list.
    /// - Parameter began: the time at which the backfill began.
    /// - Returns: whether more may remain.
    static func prune(
        _ calendar: ConnectedCalendar, unlistedSince began: Timestamp, limit: Int = batch, in tx: any Transaction
    ) throws -> Bool {
        guard let id = calendar.calendarID else { return false }
        return try tx.run(
            """
            DELETE FROM event_changes
            WHERE tenant_id = \(calendar.tenant) AND event_id IN (SELECT event_id FROM event_changes
                WHERE tenant_id = \(calendar.tenant) AND calendar_id = \(id)
                    AND ends_at <= \(began.adding(seconds: -kept).milliseconds)
                    AND (seen_at IS NULL OR seen_at < \(began.milliseconds)) LIMIT \(limit))
            RETURNING event_id
            """
        ).count == limit
    }
}
