import SQL

/// Attributes the rest of the quarantined webhooks of a bot or a calendar whose owner has become known.
struct AttributeQuarantinedJob: Job {
    static let kind = JobKind("bindHeld", priority: .normal, mayBeGivenUp: false)

    let database: any Database
    let clock: GatewayClock
    let attribution: WebhookAttribution

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        guard let (subject, account) = WebhookAttribution.subject(job.subject) else { return }
        var last: MessageStore.QuarantinedWebhook?
        repeat {
            let after = last
            last = try await BackgroundWrites(database: database).write {
                try attribution.bindPage(subject, account, after: after, at: clock.now, in: $0).last
            }
        } while last != nil
    }
}
