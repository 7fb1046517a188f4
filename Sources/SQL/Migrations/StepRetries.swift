/// Attempts of a step whose tables other transactions of a PostgreSQL server are using.
///
/// A statement that changes a table waits for everyone who uses it, and everyone who comes later waits for that statement.
/// So it waits two seconds at most, lets the others go on, and tries again.
enum StepRetries {
    private static let attempts = 20
    private static let pause: ClosedRange<Int> = 500...1000

    /// Bounds the wait for each lock in this transaction, on PostgreSQL.
    static func limitLockWait(in connection: any Transaction) throws {
        try connection.run("SELECT set_config('lock_timeout', '2s', true)")
    }

    /// - Parameter pause: milliseconds between two attempts. They are random, so that several programs do not try together.
    static func run<T>(
        on dialect: Dialect, attempts: Int = attempts, pause: ClosedRange<Int> = pause, _ body: () async throws -> T
    ) async throws -> T {
        for _ in 1..<attempts {
            do {
                return try await body()
            } catch SQLError.unavailable(.locked, _) where dialect == .postgres {
                // Leaves the table to the transactions that wait for it; nothing announces when it is free.
                try await Task.sleep(for: .milliseconds(Int.random(in: pause)))
            }
        }
        return try await body()
    }
}
