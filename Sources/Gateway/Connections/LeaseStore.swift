import SQL
import Wire

/// Short exclusive rights, by name; one that was not released ends by itself.
enum LeaseStore {
    /// - Returns: false when somebody else holds it.
    static func take(
        _ name: String, owner: String, until: Timestamp, at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        try !tx.run(
            """
            INSERT INTO leases (name, owner, until) VALUES (\(name), \(owner), \(until.milliseconds))
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
            WHERE leases.until <= \(now.milliseconds) RETURNING name
            """
        ).isEmpty
    }

    static func isHeld(_ name: String, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT name FROM leases WHERE name = \(name) AND until > \(now.milliseconds)") != nil
    }

    static func release(_ name: String, owner: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM leases WHERE name = \(name) AND owner = \(owner)")
    }
}
