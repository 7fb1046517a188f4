import JSONValue
import SQL

/// Takes down what a deleted user has, and tells the tenant what remained once the connections are gone too. Its subject is
/// the user. What came since the deletion belongs to whoever has the id now.
struct DeleteUserJob: Job {
    static let kind = JobKind.deleteUserBots

    let database: any Database
    let clock: GatewayClock
    let steps: [ErasureStep]

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        let (tenant, user) = (job.tenant, job.subject)
        for step in steps { try await step.begin?(tenant, user) }
        var leftovers: [String] = []
        for step in steps {
            if let takeDown = step.takeDown { leftovers += try await takeDown(tenant, user, isLastTry) }
        }
        let (remained, now) = (leftovers, clock.now)
        try await database.write { tx in
            guard let since = try GenerationStore.current(tenant, .user, user, in: tx).since else { return }
            guard try !steps.contains(where: { try $0.isPending?(tenant, user, isLastTry, tx) ?? false }) else {
                throw Problem(.conflict, "The user's connections are still being taken down.")
            }
            try MessageStore.emit(
                "user.deleted", tenant,
                data: [
                    "user_id": .string(user), "deleted_at": .string("\(since)"),
                    "remained": .array(remained.map { .string($0) }),
                ], context: MessageContext(), at: now, in: tx)
        }
    }
}
