import Logging

/// Ends a bot that came to light after its owner had ended. Its subject is the bot.
struct EndBotJob: Job {
    static let kind = JobKind("endBot", priority: .high, mayBeGivenUp: false)

    let teardown: UpstreamTeardown

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        do {
            try await teardown.end(job.tenant, bot: job.subject)
        } catch  where isLastTry && !Task.isCancelled {
            teardown.logger.warning(
                "a bot remained at Meeting BaaS",
                metadata: ["tenant.id": .string(job.tenant), "bot.id": .string(job.subject)])
        }
    }
}
