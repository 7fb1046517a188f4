import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import Sealing
import SQL
import Webhooks

/// A tenant's own Meeting BaaS account.
struct AccountRoutes: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let clock: GatewayClock
    let publicURL: String
    let upstream: Upstream
    let contents: AccountContents
    private var accounts: AccountDirectory { upstream.accounts }

    init(
        database: any Database, tenantKeys: TenantKeys, clock: GatewayClock, publicURL: String, upstream: Upstream,
        contents: AccountContents
    ) {
        self.database = database
        self.tenantKeys = tenantKeys
        self.clock = clock
        self.publicURL = publicURL
        self.upstream = upstream
        self.contents = contents
    }

    func add(to routes: inout RouteList) {
        routes.operator(.put, "/admin/v1/tenants/{slug}/meeting-baas", put)
        routes.operator(.get, "/admin/v1/tenants/{slug}/meeting-baas", get)
        routes.operator(.delete, "/admin/v1/tenants/{slug}/meeting-baas", delete)
    }

    @Sendable private func put(_ request: Request, _ op: Operator, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let key = fields.string("api_key", required: true, length: 1...1000, rule: .visible) ?? ""
        let version = fields.choice("api_version", required: true, APIVersion.self) ?? .v2
        let secrets = fields.strings("webhook_secrets", count: 0...10, rule: Self.secret) ?? []
        try fields.validate()
        let tenant = try await database.tenant(path)
        let before = try await accounts.own(tenant.id)
        let sealer = try await tenantKeys.sealer(for: tenant.id)
        let stored = AccountStore.Stored(
            version: version,
            sealedKey: try sealer.seal(SecretBytes(key), column: .accountKey, row: tenant.id),
            sealedSecrets: try sealer.seal(
                SecretBytes(secrets.joined(separator: ",")), column: .accountWebhookSecrets, row: tenant.id))
        let now = clock.now
        let account = Account(id: tenant.id, version: version, apiKey: SecretBytes(key), webhookSecrets: [])
        let identity = AccountIdentity(database: database, tenantKeys: tenantKeys, upstream: upstream)
        // A key that stays needs no proof: else its webhook secrets could not be replaced.
        let isKept = before?.apiKey == account.apiKey
        let digest = isKept ? nil : try await identity.digest(ofNew: account, contents: contents)
        let change = try await change(from: before, to: account)
        let contents = self.contents
        let admission = OperatorAdmission(op, tenant)
        try await database.write { tx in
            let admitted = try admission.check(in: tx)
            // Meeting BaaS was asked about the account that was there before: it must still be that one.
            guard try Self.isPresent(before, of: tenant.id, sealer, in: tx) else {
                throw GenerationStore.Kind.account.ended
            }
            // Calendars live in the account that made them; another one would not know them.
            if change == .other, try contents.isInUse(tenant.id, tx) { throw Self.inUse }
            // Requests under way for the former account are refused when their effect would be stored.
            if change != .none {
                try GenerationStore.advance(tenant.id, .account, GenerationStore.account, at: now, in: tx)
            }
            try AccountStore.put(tenant.id, stored, as: admitted, at: now, in: tx)
            if let digest { try AccountStore.setKeyDigest(tenant.id, digest, in: tx) }
        }
        return try await answer(tenant)
    }

    /// - Parameter account: the tenant's own, as it was read; nil when it had none.
    private static func isPresent(
        _ account: Account?, of tenant: String, _ sealer: TenantSealer, in tx: any Transaction
    ) throws -> Bool {
        let stored = try AccountStore.find(tenant, in: tx)
        guard let account, let stored else { return account == nil && stored == nil }
        // A key that was replaced by another one of the same account leaves the generation as it is.
        let key = try sealer.open(stored.sealedKey, column: .accountKey, row: tenant)
        return try key == account.apiKey
            && GenerationStore.current(tenant, .account, GenerationStore.account, in: tx).number
                == account.generation
    }

    private enum Change: Sendable {
        /// The same account: by its key, or because the new key finds one of the account's calendars.
        case none
        /// Another key, which cannot be shown to belong to the same account.
        case unproven
        case other
    }

    private func change(from before: Account?, to account: Account) async throws -> Change {
        guard let before, before.version == account.version else { return .other }
        if before.apiKey == account.apiKey { return .none }
        let contents = self.contents
        let known = try await database.read { try contents.calendars(account.id, $0) }
        guard let id = known.lazy.filter({ $0.account == account.id }).compactMap(\.id).first else {
            return known.isEmpty ? .unproven : .other
        }
        return (try? await upstream.api(for: account, tenant: account.id).calendar(id)) != nil ? .none : .other
    }

    @Sendable private func get(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        try await answer(try await database.tenant(path))
    }

    @Sendable private func delete(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        let tenant = try await database.tenant(path)
        let (now, contents) = (clock.now, self.contents)
        try await database.write { tx in
            guard try AccountStore.find(tenant.id, in: tx) != nil else { throw Self.missing(tenant) }
            if try contents.isInUse(tenant.id, tx) { throw Self.inUse }
            try AccountStore.delete(tenant.id, in: tx)
            try GenerationStore.advance(tenant.id, .account, GenerationStore.account, at: now, in: tx)
            try contents.delete(tenant.id, tx)
        }
        return .noContent
    }

    private static func missing(_ tenant: Tenant) -> Problem {
        Problem(.notFound, "The tenant \(tenant.slug) has no Meeting BaaS account of its own.")
    }

    /// Never the key; the URL that a person enters in Meeting BaaS's dashboard.
    private func answer(_ tenant: Tenant) async throws -> Response {
        let own = try await accounts.own(tenant.id)
        guard let account = own ?? accounts.shared else { throw Self.missing(tenant) }
        let last = try await database.read { try AccountStore.lastWebhook(account.id, in: $0) }
        let suffix = own == nil ? "" : "/\(tenant.slug)"
        return .json(
            .ok,
            [
                "shared": .bool(own == nil), "api_version": .string(account.version.rawValue),
                "webhook_secret_count": .int(account.webhookSecrets.count),
                "webhook_url": .string("\(publicURL)/webhooks/meeting-baas\(suffix)"),
                "last_webhook_at": .text(last.map { "\($0)" }),
            ])
    }

    private static let secret = ValidationRule(message: "must be a Svix secret: whsec_ and base64") {
        WebhookSecret.decode($0) != nil && !$0.contains(",")
    }
    private static let inUse = Problem(
        .inUse, "The tenant has live calendars in its present account; delete them first.", action: .operator)
}
