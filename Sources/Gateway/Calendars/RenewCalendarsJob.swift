/// Gives Meeting BaaS the present token and client secret for each calendar of a connection.
struct RenewCalendarsJob: Job {
    static let kind = JobKind.renewCalendars

    let calendars: CalendarService

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        try await calendars.renew(job.tenant, connection: job.subject)
    }
}
