import HTTPTypes
import Hummingbird
import JSONValue
import SQL

/// Sending again what was sent, or was not.
struct ReplayRoutes: Sendable {
    let database: any Database
    let clock: GatewayClock

    func add(to routes: inout RouteList) {
        routes.key(.post, "/api/v1/webhook-endpoints/{id}/replay", .webhooksWrite, begin)
        routes.key(.get, "/api/v1/replays/{id}", .webhooksWrite, get)
        routes.key(.delete, "/api/v1/replays/{id}", .webhooksWrite, cancel)
    }

    @Sendable private func begin(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try EndpointRoutes.check(caller)
        var fields = try await BodyValidator.read(request)
        let since = fields.time("since", required: true)
        let until = fields.time("until")
        let types = fields.strings("types", count: 1...100, rule: EndpointRoutes.type)
        let statuses = fields.choices("statuses", Replay.Status.self)
        if let since, let until, until < since { fields.fail("until", "must not lie before since") }
        try fields.validate()
        guard let since else { throw Problem.notFound }
        let (id, now) = (try path("id"), clock.now)
        return try await database.writeReply(as: caller, at: now) { tx, admitted in
            guard let endpoint = try EndpointStore.find(caller.tenant.id, id, in: tx) else { throw Problem.notFound }
            guard endpoint.status == .enabled else {
                throw Problem(.conflict, "The endpoint is disabled; enable it first.", action: .tenant)
            }
            guard try !ReplayStore.isRunning(endpoint, in: tx) else {
                throw Problem(.conflict, "A replay of this endpoint is still under way.", action: .wait, retryAfter: 10)
            }
            let replay = try ReplayStore.begin(
                endpoint, since: since, until: until, types: types, statuses: statuses ?? Replay.Status.allCases,
                as: admitted, at: now, in: tx)
            return .json(.accepted, try ReplayStore.presented(replay, in: tx))
        }
    }

    @Sendable private func get(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try EndpointRoutes.check(caller)
        let id = try path("id")
        let presented = try await database.read { tx in
            try ReplayStore.find(caller.tenant.id, id, in: tx).map { try ReplayStore.presented($0, in: tx) }
        }
        guard let presented else { throw Problem.notFound }
        return .json(.ok, presented)
    }

    /// Deliveries that were not sent yet are cancelled; those in flight arrive.
    @Sendable private func cancel(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        try EndpointRoutes.check(caller)
        let id = try path("id")
        let now = clock.now
        try await database.write(as: caller, at: now) { tx in
            guard let replay = try ReplayStore.find(caller.tenant.id, id, in: tx) else { throw Problem.notFound }
            try ReplayStore.cancel(replay, at: now, in: tx)
        }
        return .noContent
    }
}
