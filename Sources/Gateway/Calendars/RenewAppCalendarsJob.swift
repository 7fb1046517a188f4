import SQL

/// Queues the renewal of the calendars of a provider app whose client secret was replaced, batch by batch.
struct RenewAppCalendarsJob: Job {
    static let kind = JobKind.renewAppCalendars

    let database: any Database
    let clock: GatewayClock

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        try await CalendarSecretStore.queueRest(job.tenant, job.subject, database, clock)
    }
}
