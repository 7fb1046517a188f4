import HTTPTypes
import Hummingbird
import JSONValue
import SQL

/// `DELETE /api/v1/users/{user_id}`: ends a user. Sessions and open consents go at once; connections and calendars as by
/// DELETE of each; bots and Zoom credentials are taken down at Meeting BaaS by a job.
///
/// The user's generation grows: effects of requests in progress are refused when they would be stored, and a later user
/// with the same id sees no older objects.
struct UserRoutes: Sendable {
    let database: any Database
    let clock: GatewayClock
    /// In the order in which they run.
    let deletionSteps: [DeletionStep]

    func add(to routes: inout RouteList) {
        routes.key(.delete, "/api/v1/users/{user_id}", .connectionsWrite, delete)
    }

    @Sendable private func delete(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let user = try path("user_id")
        guard ValidationRule.userID.isValid(user) else { throw Problem.notFound }
        if let own = caller.user, own != user { throw Problem.notFound }
        let (tenant, clock, deletionSteps) = (caller.tenant, self.clock, self.deletionSteps)
        try await database.write(as: caller, at: clock.now) { tx in
            // Read on the writer's thread: what was committed before is older, what comes after is refused.
            let now = clock.now
            for step in deletionSteps { try step(tenant, user, now, tx) }
            try GenerationStore.advance(tenant.id, .user, user, at: now, in: tx)
            try SessionStore.deleteAll(tenant.id, user: user, in: tx)
            _ = try IdempotencyStore.eraseSome(tenant.id, user: user, before: now, limit: BackgroundWrites.rows, in: tx)
            try JobStore.add(.deleteUserBots, tenant.id, user, at: now, in: tx)
            try UserAnonymisation.queue(tenant.id, at: now, in: tx)
        }
        return .json(.accepted, ["user_id": .string(user), "status": "deleting"])
    }
}
