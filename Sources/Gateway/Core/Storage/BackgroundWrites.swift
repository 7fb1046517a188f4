import SQL

/// Long work on the database in many short write transactions. Between two of them the writer is free for others, at
/// least as long as the last one took.
struct BackgroundWrites: Sendable {
    let database: any Database

    /// Rows that one transaction changes: others wait some milliseconds for the writer.
    static let rows = 500
    /// One of them at a time: together in one commit they would be a long one.
    private static let turn = KeyedLock()
    private static let leastPause = Duration.milliseconds(2)
    private static let mostPause = Duration.seconds(1)

    /// Runs one transaction, and then waits.
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let start = ContinuousClock.now
        let result = try await Self.turn.withLock("") { try await database.write(body) }
        // Leaves the writer to others for as long as this transaction held it.
        try await Task.sleep(for: min(max(.now - start, Self.leastPause), Self.mostPause))
        return result
    }

    /// Repeats a transaction until it returns false.
    func repeating(_ body: @escaping @Sendable (any Transaction) throws -> Bool) async throws {
        while try await write(body) {}
    }

    /// Repeats a transaction until it changes fewer than `rows` rows.
    /// - Parameter body: changes up to `rows` rows and returns how many.
    func repeatingByRows(_ body: @escaping @Sendable (any Transaction) throws -> Int) async throws {
        try await repeating { try body($0) >= Self.rows }
    }

    /// Expires rows batch by batch. Where there are none, the writer is not needed.
    /// - Returns: how many rows it were.
    @discardableResult
    func expire(_ rows: ExpiredRows) async throws -> Int {
        guard try await database.read({ try rows.isAny(in: $0) }) else { return 0 }
        var total = 0
        while true {
            let count = try await write { try rows.expire(in: $0) }
            total += count
            if count < min(Self.rows, rows.atOnce) { return total }
        }
    }
}
