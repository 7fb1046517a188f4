import SQL

/// Takes a calendar down. Its subject is the calendar's own id here.
struct DeleteCalendarJob: Job {
    static let kind = JobKind("deleteCalendar", priority: .high, mayBeGivenUp: false)

    let database: any Database
    let calendars: CalendarService

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        let calendar = try await database.read {
            try CalendarStore.find(job.tenant, job.subject, user: nil, in: $0)
        }
        guard let calendar else { return }
        try await calendars.remove(calendar, givingUp: isLastTry)
    }
}
