import HTTPTypes
import Hummingbird
import SQL
import Wire

/// Everything of one user's goes: sessions at once, connections and their calendars as by DELETE of each.
struct UserRoutes: Sendable {
    let database: any Database
    let clock: GatewayClock

    func add(to routes: inout RouteList) {
        routes.key(.delete, "/api/v1/users/{user_id}", .connectionsWrite, delete)
    }

    @Sendable private func delete(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let user = try path("user_id")
        guard TextRule.userID.holds(user) else { throw Problem.notFound }
        if let own = caller.user, own != user { throw Problem.notFound }
        let now = clock.now
        let tenant = caller.tenant
        try await database.write { tx in
            try SessionStore.deleteAll(tenant.id, user: user, in: tx)
            try ConsentStore.deleteAll(tenant.id, user: user, in: tx)
            try JobQueue.add(.deleteUserBots, tenant.id, user, at: now, in: tx)
            for connection in try ConnectionStore.list(tenant.id, user: user, in: tx)
            where connection.status != .deleting {
                _ = try Disconnector.begin(connection, settings: tenant.settings, at: now, in: tx)
            }
        }
        return .json(.accepted, ["user_id": .string(user), "status": "deleting"])
    }
}
