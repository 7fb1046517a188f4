import JSONValue

/// Work that must be done whatever happens to this process: a row is written in the transaction that makes it necessary,
/// and goes when the work is done. Each kind of work can be repeated without harm.
protocol Job: Sendable {
    static var kind: JobKind { get }

    /// Does the work; throws to be tried again.
    /// - Parameter isLastTry: true once the deadline has passed.
    func run(_ job: QueuedJob, isLastTry: Bool) async throws
}

/// A row of `jobs` that this process has leased.
struct QueuedJob: Sendable {
    let id: String
    let tenant: String
    let kind: JobKind
    let subject: String
    /// Tries that failed.
    let attempts: Int
    /// From then on a try is the last one.
    let deadline: Timestamp
    /// Grows when the work is added again.
    let version: Int64
    /// Grows with each claim: the fencing number of the lease under which it runs.
    let lease: Int64

    /// Seven days, in seconds.
    static let ttl = 604_800.0
}
