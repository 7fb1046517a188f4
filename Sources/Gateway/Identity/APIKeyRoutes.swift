import HTTPTypes
import Hummingbird
import JSONValue
import SQL

/// The keys that a tenant's servers call with.
struct APIKeyRoutes: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let clock: GatewayClock

    func add(to routes: inout RouteList) {
        routes.operator(.post, "/admin/v1/tenants/{slug}/keys", create)
        routes.operator(.get, "/admin/v1/tenants/{slug}/keys", list)
        routes.operator(.delete, "/admin/v1/tenants/{slug}/keys/{key}", delete)
        routes.operator(.post, "/admin/v1/tenants/{slug}/keys/{key}/rotate", rotate)
    }

    @Sendable private func create(_ request: Request, _ op: Operator, _ path: PathValues) async throws -> Response {
        let now = clock.now
        var fields = try await BodyValidator.read(request)
        let name = fields.string("name", required: true, length: 1...200) ?? ""
        let requested = fields.strings("scopes", count: 1...20, rule: Scope.rule)
        let expiry = fields.time("expires_at")
        if let expiry, expiry <= now { fields.fail("expires_at", "must lie in the future") }
        try fields.validate()
        let tenant = try await database.tenant(path)
        let secret = Credential.make(.key)
        let key = APIKey(
            id: Identifier.make(.key), tenant: tenant.id, name: name,
            scopes: requested.map { Set($0.compactMap { Scope(rawValue: $0) }) } ?? Scope.keyDefault, createdAt: now,
            expiresAt: expiry, lastUsedAt: nil)
        let digest = tenantKeys.digest(secret.text, purpose: "key")
        let admission = OperatorAdmission(op, tenant)
        return try await database.writeReply { tx in
            try APIKeyStore.insert(key, digest: digest, as: admission.check(in: tx), in: tx)
            return .json(.created, Self.presented(key, secret))
        }
    }

    @Sendable private func list(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        let tenant = try await database.tenant(path)
        let keys = try await database.read { try APIKeyStore.list(tenant.id, in: $0) }
        return .json(.ok, listPage(keys.map { .object($0.json) }, next: nil))
    }

    @Sendable private func delete(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        let tenant = try await database.tenant(path)
        let id = try path("key")
        let now = clock.now
        guard try await database.write({ try APIKeyStore.delete(tenant.id, id, at: now, in: $0) }) else {
            throw Problem.unknown("key", id)
        }
        return .noContent
    }

    /// `{overlap_seconds (0…604800)}`: the former key goes on that long beside the new one. Those before it keep their
    /// own end.
    @Sendable private func rotate(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let overlap = fields.int("overlap_seconds", required: true, in: 0...604_800) ?? 0
        try fields.validate()
        let tenant = try await database.tenant(path)
        let id = try path("key")
        let secret = Credential.make(.key)
        let digest = tenantKeys.digest(secret.text, purpose: "key")
        let now = clock.now
        let until = now.adding(seconds: Double(overlap))
        return try await database.writeReply { tx in
            guard try APIKeyStore.rotate(tenant.id, id, digest: digest, previousUntil: until, at: now, in: tx),
                let key = try APIKeyStore.find(tenant.id, id, in: tx)
            else { throw Problem.unknown("key", id) }
            return .json(.ok, Self.presented(key, secret))
        }
    }

    /// The one reply that holds the key.
    private static func presented(_ key: APIKey, _ secret: Credential) -> JSON {
        var out = key.json
        out["key"] = .string(secret.text)
        return .object(out)
    }
}
