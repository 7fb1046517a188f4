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

    /// - Parameters:
    ///   - count: a query with the column `n`.
    ///   - oldest: a query with the column `due`.
    init(_ name: String, _ help: String, count: Query, oldest: Query, in tx: any Transaction) throws {
        self.name = name
        self.help = help
        depth = try tx.first(count)?.integer("n") ?? 0
        self.oldest = try tx.first(oldest)?.optionalTime("due")
    }

    /// - Parameter table: has a row in `queue_counts`, which triggers keep.
    init(_ name: String, _ help: String, table: String, oldest: Query, in tx: any Transaction) throws {
        try self.init(
            name, help, count: "SELECT n FROM queue_counts WHERE name = \(table)", oldest: oldest, in: tx)
    }
}

extension JobStore {
    static func depth(in tx: any Transaction) throws -> QueueDepth {
        try QueueDepth(
            "jobs_pending", "Background jobs that wait.", table: "jobs", oldest: "SELECT MIN(due_at) AS due FROM jobs",
            in: tx)
    }

    /// A condition: work of a kind waits or runs.
    /// - Parameters: the ids of tenant and subject, as columns.
    static func isQueued(_ kind: JobKind, _ tenant: Query, _ subject: Query) -> Query {
        """
        EXISTS (SELECT 1 FROM jobs WHERE jobs.tenant_id = \(tenant) AND jobs.kind = \(kind.name)
            AND jobs.subject_id = \(subject))
        """
    }
}
