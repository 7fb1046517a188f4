/// The only access to storage. A body is synchronous and runs on the engine's own thread inside one transaction: it has
/// no `await`, so nothing interleaves, and no C call ever blocks a cooperative thread. An engine may undo and run it
/// again before it answers, so a body must have no side effects outside the database. Waiting bodies of `read` and
/// `write` from tasks with a high priority run first.
public protocol Database: Sendable {
    /// Runs `body` in a transaction that may write. When this returns, what it wrote has been synced to disk.
    /// If `body` throws, its writes are undone and the error is passed on.
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// The same with a given priority. With `.background` the transaction commits together with others, or after a few
    /// milliseconds at most.
    func write<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T

    /// The same without a task: `then` is called with what came of it, on the engine's own thread, so it must not wait.
    func write<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void)

    /// Runs `body` on one consistent snapshot; writing in it is refused by the engine.
    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// Calls `onCommit` with the notices of each transaction, in the order of the commits and before the caller gets
    /// its result. One listener at a time. It runs on the engine's own thread, so it must not wait.
    func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void)

    /// Bodies that wait for their turn, and the largest write so far, for metrics.
    var load: DatabaseLoad { get }

    /// Resets `load.largestWrite`.
    func resetLargestWrite()

    /// Finishes what was accepted and closes. Later calls throw `SQLError.closed`.
    func close() async
}

extension Database {
    public func resetLargestWrite() {}
}

public struct DatabaseLoad: Sendable {
    public let reads: Int
    public let writes: Int
    public let largestWrite: LargestWrite
}

/// An open transaction. Not `Sendable`: it never leaves the body it is given to.
public protocol Transaction {
    /// - Returns: the rows, of a `SELECT` or of `RETURNING`.
    @discardableResult
    func run(_ query: Query) throws -> [Row]

    /// Publishes a notice once this transaction is committed; never when it is undone.
    func notify(_ notice: ChangeNotice)

    /// Statements without bindings, one after the other: for migrations.
    func script(_ text: String) throws

    /// The engine's SQL dialect.
    var dialect: Dialect { get }
}

extension Transaction {
    public func first(_ query: Query) throws -> Row? { try run(query).first }
}

public enum Dialect: Sendable {
    case sqlite
    case postgres
}

/// A fault of the engine or of a statement. Carries the engine's code and the statement's text, never its values.
public enum SQLError: Error, CustomStringConvertible {
    case engine(code: Int, message: String)
    /// A unique or foreign key, or a check, was violated.
    case constraint(String)
    case column(String)
    case closed
    case migration(String)

    public var description: String {
        switch self {
        case .engine(let code, let message): "database error \(code): \(message)"
        case .constraint(let what): "database constraint: \(what)"
        case .column(let name): "no column \(name) of that type"
        case .closed: "the database is closed"
        case .migration(let what): "migration: \(what)"
        }
    }
}

/// The order in which transactions that wait for the same thread run.
public enum TransactionPriority: Sendable {
    /// Before most others.
    case high
    case normal
    /// Commits together with other writes, or after a few milliseconds without any.
    case background
}
