import SQL

/// Work on rows that may be many, in write transactions that are short.
enum Batches {
    /// Rows that one transaction changes: others wait some milliseconds for the writer.
    static let rows = 500

    /// Repeats a step, each time in a transaction of its own, until it changed fewer than `rows` rows.
    /// - Parameter step: changes up to `rows` rows and returns how many.
    static func run(
        on database: any Database, _ step: @escaping @Sendable (any Transaction) throws -> Int
    ) async throws {
        try await run(on: database, while: { try step($0) >= rows })
    }

    /// Repeats a step, each time in a transaction of its own, while it returns true. Between two steps it pauses as long
    /// as the step took, so that others have the writer half of the time.
    static func run(
        on database: any Database, while step: @escaping @Sendable (any Transaction) throws -> Bool
    ) async throws {
        while true {
            let began = ContinuousClock.now
            guard try await database.write(step) else { return }
            // The writer is for others meanwhile.
            try await Task.sleep(for: min(ContinuousClock.now - began, .milliseconds(200)))
        }
    }
}
