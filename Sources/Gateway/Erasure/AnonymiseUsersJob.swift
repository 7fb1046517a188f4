import JSONValue
import SQL

/// Erases what a tenant keeps of deleted users' time (`UserAnonymisation`): messages are emptied, bots that have ended and
/// what was asked for on the mirror lose the user's id. Its subject is the hour of the deletions.
struct AnonymiseUsersJob: Job {
    static let kind = JobKind.anonymiseUser

    let database: any Database
    let steps: [ErasureStep]

    /// - Throws: `conflict` while deliveries of the users' messages are to be made.
    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        guard let span = UserAnonymisation.span(job.subject) else { return }
        let users = try await database.read { try GenerationStore.users(job.tenant, deletedIn: span, in: $0) }
        guard !users.isEmpty else { return }
        var left = 0
        for step in steps {
            if let anonymise = step.anonymise {
                left += try await anonymise(job.tenant, DeletedUsers(deletedAt: users, end: span.upperBound))
            }
        }
        guard left == 0 else {
            throw Problem(.conflict, "Messages of deleted users are still to be delivered.", action: .wait)
        }
    }
}
