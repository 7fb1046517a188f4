import SQL
import Synchronization

@testable import Gateway

/// A database whose writes fail at times, as when the server is away or the answer to a commit is lost.
final class UnreachableDatabase: Database {
    enum Trouble: Sendable {
        case none
        /// Nothing is written.
        case away
        /// The next write is committed, and its caller does not get to know it.
        case losesAnswer
        /// Writes wait.
        case blocks
    }

    private let base: any Database
    private let trouble = Mutex(Trouble.none)
    private let failures = Mutex(0)
    private let writes = Mutex(0)

    init(_ base: any Database) { self.base = base }

    func set(_ trouble: Trouble) { self.trouble.withLock { $0 = trouble } }
    /// Writes that succeeded.
    var written: Int { writes.withLock(\.self) }
    /// Writes that failed.
    var failed: Int { failures.withLock(\.self) }

    func write<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        while case .blocks = self.trouble.withLock(\.self) { await shortPause() }
        let trouble = self.trouble.withLock { trouble in
            defer { if case .losesAnswer = trouble { trouble = .none } }
            return trouble
        }
        if case .none = trouble {
            let value = try await base.write(priority: priority, body)
            writes.withLock { $0 += 1 }
            return value
        }
        failures.withLock { $0 += 1 }
        if case .away = trouble { throw SQLError.unavailable(.connectionLost, "away") }
        _ = try await base.write(priority: priority, body)
        throw SQLError.commitOutcomeUnknown("the answer is lost")
    }

    func write<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) { base.write(priority: priority, body, then: then) }

    func read<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T { try await base.read(priority: priority, body) }

    func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) { base.listen(onCommit) }
    var load: DatabaseLoad { base.load }
    func close() async { await base.close() }
}

/// Leaves the processor to others between two looks at something that happens elsewhere.
func shortPause() async {
    // A loop without it would keep a core busy.
    try? await Task.sleep(for: .milliseconds(10))
}
