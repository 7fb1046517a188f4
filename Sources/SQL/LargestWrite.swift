import Synchronization

/// The largest write transactions since the database was opened, or since the last reset.
///
/// Each body counts by itself, though it shares its commit with others. A body that was undone counts too: it held the
/// writer all the same.
public struct LargestWrite: Sendable {
    /// The most rows that one body inserted, changed or deleted, with those of foreign keys and triggers.
    public internal(set) var rows = 0
    /// The statement that changed the most rows in that body. Values are not in it.
    public internal(set) var statement = ""
    /// The longest time that one body had the writer, without the commit.
    public internal(set) var duration = Duration.zero

    init() {}
}

/// Keeps the largest write of the writer's thread for readers on others.
final class WriteRecorder: Sendable {
    private let state = Mutex(LargestWrite())

    var largest: LargestWrite { state.withLock { $0 } }

    func reset() { state.withLock { $0 = LargestWrite() } }

    func record(rows: Int, statement: String, duration: Duration) {
        state.withLock { state in
            if rows > state.rows { (state.rows, state.statement) = (rows, statement) }
            if duration > state.duration { state.duration = duration }
        }
    }
}
