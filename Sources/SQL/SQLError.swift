/// An error of the engine or of a statement. Texts name statements, tables and columns, never values.
public enum SQLError: Error, CustomStringConvertible {
    /// Another row has the same values in a unique index or primary key.
    case uniqueViolation(UniqueKey)
    /// A foreign key, a check, `NOT NULL` or the type of a column was violated.
    case otherConstraint(String)
    /// Concurrent transactions could not be put in an order. The engine has run the body several times by then.
    case serializationFailure(String)
    /// The engine failed while it committed: what the body wrote may be there after a restart, or not.
    case commitOutcomeUnknown(String)
    /// Storage does not work at the moment. Nothing of the transaction is kept.
    case unavailable(Unavailability, String)
    /// The database was closed.
    case closed
    /// The statement is wrong: an error of ours.
    case statement(String)
    /// A row has no column of that name and type: an error of ours.
    case column(String)
    /// The schema in the database and the steps of this build differ.
    case migration(String)

    public enum Unavailability: Sendable {
        case diskFull, inputOutput, cannotOpen, corrupt, readOnly, outOfMemory
        /// Another process had the write lock for too long.
        case locked
        /// The server ended the connection, or did not answer in time. Nothing was committed.
        case connectionLost
        /// A statement took longer than it may.
        case timedOut
    }

    var isLocked: Bool { if case .unavailable(.locked, _) = self { true } else { false } }

    var isCommitOutcomeUnknown: Bool { if case .commitOutcomeUnknown = self { true } else { false } }

    /// True when the transaction may succeed if it is run again.
    var mayBeRepeated: Bool {
        switch self {
        case .serializationFailure, .unavailable(.connectionLost, _): true
        default: false
        }
    }

    public var description: String {
        switch self {
        case .uniqueViolation(let key): "database constraint: another row has the same \(key)"
        case .otherConstraint(let message): "database constraint: \(message)"
        case .serializationFailure(let message), .statement(let message), .unavailable(_, let message):
            "database error \(message)"
        case .commitOutcomeUnknown(let message): "database error \(message), and the outcome of the commit is not known"
        case .closed: "the database is closed"
        case .column(let name): "no column \(name) of that type"
        case .migration(let message): "migration: \(message)"
        }
    }
}

/// The name of a unique index or primary key: its table and its columns, in the order of its declaration.
///
/// A store that expects a violation catches it by this name: `catch SQLError.uniqueViolation(.tenantSlug)`. Every other
/// violation is an error of ours and is passed on. (SQLite names the columns. PostgreSQL names the index, whose columns its
/// catalogue has.)
public struct UniqueKey: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ table: String, _ columns: String...) { self.init(table: table, columns: columns) }

    /// - Parameter index: the name of an index with expressions, which has no names of columns.
    public init(index: String) { description = index }

    init(table: String, columns: [String]) { description = "\(table)(\(columns.joined(separator: ", ")))" }
}
