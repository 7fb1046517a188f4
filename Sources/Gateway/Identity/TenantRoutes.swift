import HTTPTypes
import Hummingbird
import JSONValue
import SQL

/// Tenants and their settings.
struct TenantRoutes: Sendable {
    typealias HoldDeliveries = @Sendable (_ tenant: String, _ now: Timestamp, _ tx: any Transaction) throws -> Void

    let database: any Database
    let tenantKeys: TenantKeys
    let clock: GatewayClock
    /// Brings deliveries in line with the tenant's status, in the transaction that changes it.
    let holdDeliveries: HoldDeliveries
    /// In the order in which they run.
    let deletionSteps: [DeletionStep]

    func add(to routes: inout RouteList) {
        routes.operator(.post, "/admin/v1/tenants", create)
        routes.operator(.get, "/admin/v1/tenants", list)
        routes.operator(.get, "/admin/v1/tenants/{slug}", get)
        routes.operator(.patch, "/admin/v1/tenants/{slug}", change)
        routes.operator(.delete, "/admin/v1/tenants/{slug}", delete)
        routes.operator(.get, "/admin/v1/tenants/{slug}/settings", settings)
        routes.operator(.put, "/admin/v1/tenants/{slug}/settings", putSettings)
        routes.operator(.patch, "/admin/v1/tenants/{slug}/settings", patchSettings)
    }

    @Sendable private func create(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let slug = fields.string("slug", required: true, length: 1...100, rule: .slug) ?? ""
        let name = fields.string("name", required: true, length: 1...200) ?? ""
        try fields.validate()
        let tenant = Tenant(
            id: Identifier.make(.tenant), slug: slug, name: name, status: .active, settings: TenantSettings(),
            createdAt: clock.now)
        let tenantKeys = self.tenantKeys
        return try await database.writeReply { tx in
            try TenantStore.insert(tenant, in: tx)
            try tenantKeys.createKey(for: tenant.id, in: tx)
            return .json(.created, tenant.json)
        }
    }

    @Sendable private func list(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        var query = try QueryFields(request)
        let list = ListQuery(&query)
        try query.validate()
        let found = try await database.read { try TenantStore.list(after: list.cursor, limit: list.limit + 1, in: $0) }
        return .json(.ok, list.page(found, id: \.id, json: \.json))
    }

    @Sendable private func get(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        .json(.ok, try await database.tenant(path).json)
    }

    /// Suspending stops calls and consents and holds deliveries; activating lets them go.
    @Sendable private func change(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let name = fields.string("name", length: 1...200)
        let status = fields.choice("status", Tenant.Status.self)
        if status == .deleting { fields.fail("status", "must be active or suspended") }
        try fields.validate()
        let tenant = try await database.tenant(path)
        let (now, holdDeliveries) = (clock.now, self.holdDeliveries)
        let changed = try await database.write { tx in
            guard try TenantStore.find(id: tenant.id, in: tx)?.status != .deleting else {
                throw Problem(.conflict, "The tenant is being deleted.", action: .wait)
            }
            try TenantStore.update(tenant.id, name: name, status: status, in: tx)
            if status != nil { try holdDeliveries(tenant.id, now, tx) }
            return try TenantStore.find(id: tenant.id, in: tx)
        }
        guard let changed else { throw Problem.notFound }
        return .json(.ok, changed.json)
    }

    /// Everything of the tenant's ends: its connections are taken down at Meeting BaaS and Google first, then its rows
    /// and its key go.
    @Sendable private func delete(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        let tenant = try await database.tenant(path)
        let (now, holdDeliveries, deletionSteps) = (clock.now, self.holdDeliveries, self.deletionSteps)
        try await database.write { tx in
            try TenantStore.update(tenant.id, name: nil, status: .deleting, in: tx)
            for step in deletionSteps { try step(tenant, nil, now, tx) }
            try holdDeliveries(tenant.id, now, tx)
            try JobStore.add(.deleteTenant, tenant.id, tenant.id, at: now, in: tx)
        }
        return .json(.accepted, ["id": .string(tenant.id), "slug": .string(tenant.slug), "status": "deleting"])
    }

    @Sendable private func settings(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        Self.presented(try await database.tenant(path).settings)
    }

    @Sendable private func putSettings(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        try await storeSettings(request, path, try await BodyValidator.read(request), keepsUnnamed: false)
    }

    /// A JSON Merge Patch (RFC 7396).
    @Sendable private func patchSettings(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        let fields = try await BodyValidator.read(request, or: "application/merge-patch+json")
        return try await storeSettings(request, path, fields, keepsUnnamed: true)
    }

    /// - Parameter keepsUnnamed: what the body does not name stays as it is; else it takes its default.
    private func storeSettings(
        _ request: Request, _ path: PathValues, _ given: BodyValidator, keepsUnnamed: Bool
    ) async throws -> Response {
        var fields = given
        var named = TenantSettings()
        named.merge(&fields)
        try fields.validate()
        let tenant = try await database.tenant(path)
        let condition = IfMatch(request)
        let settings = try await database.write { [named] tx in
            guard let present = try TenantStore.find(id: tenant.id, in: tx)?.settings else { throw Problem.notFound }
            try condition.check(present.etag)
            var settings = named
            if keepsUnnamed {
                var fields = given
                settings = present
                settings.merge(&fields)
            }
            try TenantStore.update(tenant.id, settings: settings, in: tx)
            return settings
        }
        return Self.presented(settings)
    }

    private static func presented(_ settings: TenantSettings) -> Response {
        var response = Response.json(.ok, settings.json)
        response.headers[.eTag] = settings.etag
        return response
    }
}

extension Database {
    /// The tenant that an admin path names.
    func tenant(_ path: PathValues) async throws -> Tenant {
        let slug = try path("slug")
        return try await read { tx in
            if let tenant = try TenantStore.find(slug: slug, in: tx) { return tenant }
            throw Problem.unknown("tenant", slug, among: try TenantStore.someSlugs(in: tx))
        }
    }
}
