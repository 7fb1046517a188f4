import Hummingbird
import JSONValue
import Sealing
import SQL

/// The attempt log, for a tenant's server and for the operator.
struct AttemptRoutes: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys

    func add(to routes: inout RouteList) {
        routes.key(.get, "/api/v1/attempts", .messagesRead, own)
        routes.operator(.get, "/admin/v1/tenants/{slug}/attempts", ofTenant)
    }

    @Sendable private func own(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var query = try QueryFields(request)
        var filter = Self.filter(&query)
        let list = ListQuery(&query, caller)
        try query.validate()
        filter.user = list.user
        return try await page(caller.tenant.id, filter, list)
    }

    @Sendable private func ofTenant(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        var query = try QueryFields(request)
        let filter = Self.filter(&query)
        let list = ListQuery(&query)
        try query.validate()
        return try await page(try await database.tenant(path).id, filter, list)
    }

    private static func filter(_ query: inout QueryFields) -> AttemptStore.Filter {
        AttemptStore.Filter(
            endpoint: query.string("endpoint_id"), delivery: query.string("delivery_id"),
            message: query.string("message_id"), type: query.string("type"),
            outcome: query.choice("status", AttemptStore.Outcome.self), since: query.time("since"),
            until: query.time("until"))
    }

    private func page(_ tenant: String, _ filter: AttemptStore.Filter, _ list: ListQuery) async throws -> Response {
        let cursor = Cursor(.plain)
        let after = try cursor.position(AttemptStore.Position.self, from: list.cursor)
        let sealer = try await tenantKeys.sealer(for: tenant)
        let found = try await database.read { tx in
            try AttemptStore.list(
                tenant, filter, after: after, limit: list.limit + 1,
                opened: { delivery, sealed in
                    try? sealer.open(sealed, column: .attemptResponse, row: delivery).revealText()
                }, in: tx)
        }
        return .json(
            .ok, try list.page(found, id: { try cursor.text(at: AttemptStore.Position($0)) }, json: \.json))
    }
}
