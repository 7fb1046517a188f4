import JSONValue
import SQL

/// The number of rows that wait in a queue, and the due time of the oldest. Counts are read from the few rows that
/// triggers keep; the oldest is the first entry of an index.
struct QueueDepth: Sendable {
    let name: String
    let help: String
    let depth: Int64
    /// The time at which the oldest was due.
    let oldest: Timestamp?

    static func all(in tx: any Transaction) throws -> [QueueDepth] {
        try [
            queue(
                "deliveries_pending", "Deliveries that wait for an attempt.",
                "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT) AS n FROM delivery_counts",
                "SELECT MIN(next_attempt_at) AS due FROM deliveries WHERE status = 'pending'", in: tx),
            queue(
                "deliveries_held", "Deliveries held for a disabled endpoint or a suspended tenant.",
                "SELECT CAST(COALESCE(SUM(held), 0) AS BIGINT) AS n FROM delivery_counts",
                "SELECT MIN(created_at) AS due FROM deliveries WHERE status = 'held'", in: tx),
            queue(
                "jobs_pending", "Background jobs that wait.", count("jobs"), "SELECT MIN(due_at) AS due FROM jobs",
                in: tx),
            queue(
                "webhooks_unbound", "Webhooks received whose owner is not known yet.",
                "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) AS n FROM quarantine_counts",
                "SELECT MIN(received_at) AS due FROM messages WHERE tenant_id IS NULL", in: tx),
            queue(
                "calendars_creating", "Calendar creations whose outcome is not known.", count("calendar_creations"),
                "SELECT MIN(began_at) AS due FROM calendar_creations", in: tx),
            queue(
                "calendars_unclaimed", "Calendars at Meeting BaaS that nobody here owns.", count("unclaimed_calendars"),
                "SELECT MIN(first_seen_at) AS due FROM unclaimed_calendars", in: tx),
        ]
    }

    private static func count(_ table: String) -> Query { "SELECT n FROM queue_counts WHERE name = \(table)" }

    private static func queue(
        _ name: String, _ help: String, _ count: Query, _ oldest: Query, in tx: any Transaction
    ) throws -> QueueDepth {
        QueueDepth(
            name: name, help: help, depth: try tx.first(count)?.integer("n") ?? 0,
            oldest: try tx.first(oldest)?.optionalInteger("due").map { Timestamp(milliseconds: $0) })
    }
}
