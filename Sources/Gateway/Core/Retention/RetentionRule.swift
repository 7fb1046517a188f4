import JSONValue
import SQL

/// A feature's rule about rows that are past their time.
struct RetentionRule: Sendable {
    let name: String
    /// The tables whose rows it deletes or changes.
    let tables: Set<String>
    /// True if the rule may take hours: it is applied after all others, so that it holds none of them up.
    var mayTakeLong = false
    /// Applies the rule, in many short transactions.
    let apply: @Sendable (_ now: Timestamp, _ writes: BackgroundWrites) async throws -> Void

    /// The life of the row of a deleted connection or calendar, in seconds.
    static let tombstoneLife = 30 * 86_400.0

    init(
        _ name: String, tables: Set<String>,
        apply: @escaping @Sendable (_ now: Timestamp, _ writes: BackgroundWrites) async throws -> Void
    ) {
        self.name = name
        self.tables = tables
        self.apply = apply
    }

    /// A rule about rows that a condition finds.
    init(_ name: String, rows: @escaping @Sendable (_ now: Timestamp) -> [ExpiredRows]) {
        self.init(name, tables: Set(rows(Timestamp(milliseconds: 0)).map(\.table))) { now, writes in
            for rows in rows(now) { try await writes.expire(rows) }
        }
    }
}
