import SQL

/// Fills a calendar's record of changes. Its subject is the calendar's own id here.
struct FillCalendarJob: Job {
    static let kind = JobKind("fillCalendar", priority: .background, mayBeGivenUp: true)

    let database: any Database
    let events: EventService

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        let calendar = try await database.read {
            try CalendarStore.find(job.tenant, job.subject, user: nil, in: $0)
        }
        guard let calendar else { return }
        try await events.backfill(calendar)
    }
}
