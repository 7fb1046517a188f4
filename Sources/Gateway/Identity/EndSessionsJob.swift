import SQL

/// Deletes the sessions of a key that is gone, or gives them an earlier end. Its subject is the key.
struct EndSessionsJob: Job {
    static let kind = JobKind("endSessions", priority: .normal, mayBeGivenUp: false)

    let database: any Database

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        try await BackgroundWrites(database: database).repeatingByRows {
            try SessionStore.endSome(of: job.subject, tenant: job.tenant, limit: BackgroundWrites.rows, in: $0)
        }
    }
}
