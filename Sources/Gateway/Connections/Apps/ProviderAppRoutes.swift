import HTTPTypes
import Hummingbird
import JSONValue
import OAuth
import Sealing
import SQL

/// The apps' own registrations at Google and Microsoft.
struct ProviderAppRoutes: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let clock: GatewayClock
    let publicURL: String
    let copies: CredentialCopies

    func add(to routes: inout RouteList) {
        routes.operator(.put, "/admin/v1/tenants/{slug}/providers/{provider}", put)
        routes.operator(.get, "/admin/v1/tenants/{slug}/providers/{provider}", get)
        routes.operator(.delete, "/admin/v1/tenants/{slug}/providers/{provider}", delete)
    }

    /// A redirect URI of its own for each provider and tenant, so that a code for one cannot be used at another.
    static func redirectURI(_ publicURL: String, _ provider: ProviderName, _ slug: String) -> String {
        "\(publicURL)/oauth/callback/\(provider.rawValue)/\(slug)"
    }

    private func name(_ path: PathValues) throws -> ProviderName {
        let name = try path("provider")
        guard let provider = ProviderName(rawValue: name) else {
            throw Problem.unknown("provider", name, among: ProviderName.allCases.map(\.rawValue))
        }
        return provider
    }

    @Sendable private func put(_ request: Request, _ op: Operator, _ path: PathValues) async throws -> Response {
        let provider = try name(path)
        var fields = try await BodyValidator.read(request)
        let clientID = fields.string("client_id", required: true, length: 1...500, rule: .visible) ?? ""
        let secret = fields.string("client_secret", required: true, length: 1...2000, rule: .visible) ?? ""
        let directory = fields.string("directory", length: 1...200, rule: Self.directory)
        if provider == .google, directory != nil { fields.fail("directory", "is for microsoft only") }
        try fields.validate()
        let tenant = try await database.tenant(path)
        let sealer = try await tenantKeys.sealer(for: tenant.id)
        let sealed = try sealer.seal(SecretBytes(secret), column: .clientSecret, row: provider.rawValue)
        let app = ProviderApp(
            tenant: tenant.id, provider: provider, clientID: clientID, sealedSecret: sealed,
            directory: directory ?? "common")
        let (now, copies) = (clock.now, self.copies)
        let admission = OperatorAdmission(op, tenant)
        let outdated = try await database.write { tx in
            let admitted = try admission.check(in: tx)
            let old = try ProviderAppStore.find(tenant.id, provider, in: tx)
            if let old, old.clientID != app.clientID || old.directory != app.directory {
                guard try !ConnectionStore.hasLive(tenant.id, provider, in: tx) else {
                    throw Problem(
                        .inUse, "Live connections were made with another client_id or directory; delete them first.",
                        action: .operator)
                }
                // A grant for the former app that is on its way is refused when it comes.
                try GenerationStore.advance(tenant.id, .app, provider.rawValue, at: now, in: tx)
            }
            // One that does not open counts as another.
            let isNewSecret = (try? old?.credentials(sealer).secret.revealText()) != secret
            try ProviderAppStore.put(app, isNewSecret: isNewSecret, as: admitted, at: now, in: tx)
            try copies.appChanged(tenant.id, provider, now, tx)
            return try copies.outdated(tenant.id, provider, tx)
        }
        return .json(
            .ok, app.json(redirectURI: Self.redirectURI(publicURL, provider, tenant.slug), outdated: outdated))
    }

    @Sendable private func get(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        let provider = try name(path)
        let tenant = try await database.tenant(path)
        let copies = self.copies
        let (app, outdated) = try await database.read { tx in
            (try ProviderAppStore.find(tenant.id, provider, in: tx), try copies.outdated(tenant.id, provider, tx))
        }
        guard let app else { throw Self.missing(provider, tenant) }
        return .json(
            .ok, app.json(redirectURI: Self.redirectURI(publicURL, provider, tenant.slug), outdated: outdated))
    }

    @Sendable private func delete(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        let provider = try name(path)
        let tenant = try await database.tenant(path)
        let now = clock.now
        try await database.write { tx in
            guard try ProviderAppStore.find(tenant.id, provider, in: tx) != nil else {
                throw Self.missing(provider, tenant)
            }
            guard try !ConnectionStore.hasLive(tenant.id, provider, in: tx) else {
                throw Problem(.inUse, "Live connections use these credentials; delete them first.", action: .operator)
            }
            try ProviderAppStore.delete(tenant.id, provider, in: tx)
            try GenerationStore.advance(tenant.id, .app, provider.rawValue, at: now, in: tx)
        }
        return .noContent
    }

    private static func missing(_ provider: ProviderName, _ tenant: Tenant) -> Problem {
        Problem(.notFound, "The tenant \(tenant.slug) has no app of \(provider.rawValue).")
    }

    /// One path segment at Microsoft: a name, a GUID or a domain.
    private static let directory = ValidationRule(
        message: "must be common, organizations, consumers, a GUID or a domain"
    ) {
        $0.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x2E
        } && $0.contains { $0 != "." }
    }
}
