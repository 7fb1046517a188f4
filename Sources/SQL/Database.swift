/// The only access to storage.
///
/// A body is synchronous and runs on the engine's own thread inside one transaction: it has no `await`, so nothing
/// interleaves, and no C call ever blocks a cooperative thread.
///
/// A body may be run again before its caller gets an answer: after it was undone because another body of the same commit
/// failed, or because the engine reported a serialization failure. So it has no side effects but the transaction's, and
/// sets what it returns anew in each run.
///
/// All functions throw what the body throws, and otherwise `SQLError`.
public protocol Database: Sendable {
    /// Runs `body` in a transaction that may write. When this returns, what it wrote has been synced to disk.
    /// If `body` throws, its writes are undone and the error is passed on.
    func write<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T

    /// The same without a task: `then` is called with the result, on the engine's own thread, so it must not wait.
    func write<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void)

    /// Runs `body` on one consistent snapshot; writing in it is refused by the engine.
    func read<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T

    /// Calls `onCommit` with the notices of each transaction, in the order of the commits and before the caller gets
    /// its result. One listener at a time. It runs on the engine's own threads, so it must not wait.
    ///
    /// If several processes serve one database, it is called with the notices of the others too, soon after their commits,
    /// and with one of the topic `gap` when some of those may have been missed.
    func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void)

    /// Bodies that wait for their turn, and the largest write so far, for metrics.
    var load: DatabaseLoad { get }

    /// Resets `load.largestWrite`.
    func resetLargestWrite()

    /// Finishes what was accepted, closes, and drops the listener. Later calls throw `SQLError.closed`.
    func close() async
}

extension Database {
    /// A write with the priority `normal`.
    public func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await write(priority: .normal, body)
    }

    /// A write with the priority `normal`.
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        write(priority: .normal, body, then: then)
    }

    /// A read with the priority `normal`.
    public func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await read(priority: .normal, body)
    }

    public func resetLargestWrite() {}
}

/// The order in which transactions that wait for the same thread run.
public enum TransactionPriority: Sendable {
    /// Before most others: at least one of four turns is left to them.
    case high
    case normal
    /// A write commits together with others, or after a few milliseconds without any. A read runs as a normal one.
    case background
}

public struct DatabaseLoad: Sendable {
    public let reads: Int
    public let writes: Int
    public let largestWrite: LargestWrite
}
