/// Takes a connection down. Its subject is the connection.
struct DeleteConnectionJob: Job {
    static let kind = JobKind("deleteConnection", priority: .high, mayBeGivenUp: false)

    let teardown: ConnectionTeardown

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        try await teardown.run(job.tenant, job.subject, lastTry: isLastTry)
    }
}
