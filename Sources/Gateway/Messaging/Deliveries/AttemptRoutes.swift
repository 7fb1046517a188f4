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
        return try await page(caller.tenant.id, filter, list.cursor, list.limit)
    }

    @Sendable private func ofTenant(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        var query = try QueryFields(request)
        let filter = Self.filter(&query)
        let cursor = query.string("cursor")
        let limit = query.int("limit", in: 1...100) ?? 50
        try query.validate()
        return try await page(try await database.tenant(path).id, filter, cursor, limit)
    }

    private static func filter(_ query: inout QueryFields) -> AttemptStore.Filter {
        AttemptStore.Filter(
            endpoint: query.string("endpoint_id"), delivery: query.string("delivery_id"),
            message: query.string("message_id"), type: query.string("type"),
            outcome: query.choice("status", AttemptStore.Outcome.self), since: query.time("since"),
            until: query.time("until"))
    }

    private func page(_ tenant: String, _ filter: AttemptStore.Filter, _ cursor: String?, _ limit: Int) async throws
        -> Response
    {
        let after = cursor.flatMap { AttemptStore.Cursor($0) }
        if cursor != nil, after == nil { throw Problem.invalid("?cursor", "is not a cursor of this list") }
        let sealer = try await tenantKeys.sealer(for: tenant)
        let found = try await database.read { tx in
            try AttemptStore.list(
                tenant, filter, after: after, limit: limit + 1,
                opened: { delivery, sealed in
                    try? sealer.open(sealed, column: .attemptResponse, row: delivery).revealText()
                }, in: tx)
        }
        let presented = found.prefix(limit)
        return .json(
            .ok,
            listPage(
                presented.map(\.json), next: found.count > limit ? presented.last.map(AttemptStore.Cursor.text) : nil))
    }
}
