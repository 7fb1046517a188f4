/// Revokes a grant that was not kept. Its subject is the row of the refused grant.
struct RevokeGrantJob: Job {
    static let kind = JobKind("revokeGrant", priority: .high, mayBeGivenUp: false)

    let refusedGrants: RefusedGrants

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        try await refusedGrants.revoke(job.tenant, job.subject, lastTry: isLastTry)
    }
}
