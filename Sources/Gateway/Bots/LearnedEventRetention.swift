import JSONValue
import SQL

/// Owners of events, recorded from lists of the mirror. Meeting BaaS gives an event's calendar again on request, so the
/// rows are a cache and may be deleted before their calendar.
extension OwnershipStore {
    /// Seconds after the first list with the event.
    static let eventsKept = 90 * 86_400.0

    /// Deletes events that were recorded long ago.
    /// - Returns: whether more may remain.
    static func pruneEvents(at now: Timestamp, limit: Int = 1000, in tx: any Transaction) throws -> Bool {
        try tx.run(
            """
            DELETE FROM owned_objects WHERE kind = 'event' AND (account_id, api_version, id) IN (
                SELECT account_id, api_version, id FROM owned_objects
                WHERE kind = 'event' AND created_at <= \(now.adding(seconds: -eventsKept).milliseconds) LIMIT \(limit))
            RETURNING id
            """
        ).count == limit
    }
}

extension RetentionRule {
    static let learnedEvents = RetentionRule("learned events", tables: ["owned_objects"]) { now, writes in
        try await writes.repeating { try OwnershipStore.pruneEvents(at: now, in: $0) }
    }
}
