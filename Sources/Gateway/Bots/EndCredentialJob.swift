import Logging

/// Deletes a Zoom credential that was made while its owner ended. Its subject is the credential.
struct EndCredentialJob: Job {
    static let kind = JobKind("endCredential", priority: .high, mayBeGivenUp: false)

    let teardown: UpstreamTeardown

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        do {
            try await teardown.end(job.tenant, credential: job.subject)
        } catch  where isLastTry && !Task.isCancelled {
            teardown.logger.warning(
                "a Zoom credential remained at Meeting BaaS",
                metadata: ["tenant.id": .string(job.tenant), "credential.id": .string(job.subject)])
        }
    }
}
