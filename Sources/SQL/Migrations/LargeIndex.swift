/// An index on a table that may be large: it is built while writers of the table go on.
///
/// PostgreSQL builds it `CONCURRENTLY`, which it does outside of transactions only. A build that was interrupted leaves an
/// index that is not valid; the next program that needs the step drops it and builds another one. A valid index of this
/// name counts as built: an operator may have made it beforehand. SQLite has one writer at a time: there it is an ordinary
/// statement in the step's transaction.
///
/// A step of this kind has no other statements, because a part of it could not be undone.
public struct LargeIndex: Sendable {
    let name: String
    let table: String
    /// The rest of its declaration: columns in parentheses, and a condition.
    let definition: String
    let isUnique: Bool

    public init(_ name: String, on table: String, _ definition: String, isUnique: Bool = false) {
        (self.name, self.table, self.definition, self.isUnique) = (name, table, definition, isUnique)
    }

    func statement(concurrently: Bool) -> String {
        "CREATE \(isUnique ? "UNIQUE " : "")INDEX \(concurrently ? "CONCURRENTLY " : "")\(name) ON \(table) \(definition)"
    }
}

/// A database that can build an index while others write.
protocol LargeIndexBuilder: Database {
    /// Builds an index unless another program is at it.
    /// - Parameters:
    ///   - isNeeded: called once no other program builds; false: nothing is done.
    ///   - insert: called when the index is there, in a transaction of its own.
    /// - Returns: false when another program is building an index. The caller looks again later.
    /// - Throws: `SQLError`. An index that is not valid may be left; the next call replaces it.
    func build(
        _ index: LargeIndex, isNeeded: @escaping @Sendable (any Transaction) throws -> Bool,
        insert: @escaping @Sendable (any Transaction) throws -> Void
    ) async throws -> Bool
}
