/// Finds out what became of a calendar's creation, a minute after it began. Its subject is the calendar's own id here.
struct RecoverCalendarJob: Job {
    static let kind = JobKind("recoverCalendar", priority: .normal, mayBeGivenUp: true)

    let calendars: CalendarService

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        try await calendars.recover(job.tenant, rowID: job.subject)
    }
}
