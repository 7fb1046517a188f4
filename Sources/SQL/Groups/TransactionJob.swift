/// One caller's body, for the threads of a database.
struct TransactionJob: Sendable {
    /// Runs the body. Never throws: what the body threw is inside the outcome.
    let run: @Sendable (any Transaction) -> Outcome
    /// Answers a caller whose body was not run, or undone.
    let refuse: @Sendable (any Error) -> Void
    /// The scope of the task that asked; all tenants without a task.
    let scope = TenantScope.current
    /// The time of the call.
    let acceptedAt = ContinuousClock.now

    struct Outcome {
        /// The error that the body threw.
        let error: (any Error)?
        /// Resumes the caller: with its own result, or with the commit's error.
        let answer: (_ commitError: (any Error)?) -> Void

        var failed: Bool { error != nil }

        /// True when the body may succeed if it is run again.
        var mayBeRepeated: Bool { (error as? SQLError)?.mayBeRepeated ?? false }
    }

    init<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T,
        _ then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        run = { connection in
            do {
                let value = try body(connection)
                return Outcome(error: nil) { commitError in
                    then(commitError.map { .failure($0) } ?? .success(value))
                }
            } catch {
                return Outcome(error: error) { _ in then(.failure(error)) }
            }
        }
        refuse = { then(.failure($0)) }
    }
}

/// The bound on running a transaction again after failures that may pass.
struct TransactionRetries {
    private static let limit = 5
    private let deadline: ContinuousClock.Instant
    private var count = 0

    /// - Parameter duration: a transaction is not run again so long after it was begun for the first time: one that waited in
    ///   vain for an answer is not made to wait twice.
    init(within duration: Duration) { deadline = .now + duration }

    /// Counts one failure.
    /// - Returns: true if the transaction is to be run again.
    mutating func mayRetry() -> Bool {
        count += 1
        return count < Self.limit && .now < deadline
    }
}
