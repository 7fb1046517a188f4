import HTTPTypes
import Hummingbird
import JSONValue
import SQL

/// The routes of Meeting BaaS's webhooks. A webhook is verified on its raw bytes, stored with its tenant and its
/// deliveries in one transaction, and then answered.
struct InboundWebhookRoutes: Sendable {
    let accounts: AccountDirectory
    let verifier: InboundWebhookVerifier
    let webhookIntake: WebhookIntake
    let limits: RequestLimits
    /// Tenants' ids by their slugs.
    private let tenants = TTLCache<String, String>(ttl: .seconds(10))
    private let lookups: LookupQueue<String, String>

    init(
        accounts: AccountDirectory, verifier: InboundWebhookVerifier, webhookIntake: WebhookIntake,
        limits: RequestLimits
    ) {
        self.accounts = accounts
        self.verifier = verifier
        self.webhookIntake = webhookIntake
        self.limits = limits
        let database = webhookIntake.database
        lookups = LookupQueue(limits: limits.lookups) { slugs in
            try await database.read { try TenantStore.ids(slugs: slugs, in: $0) }
        }
    }

    static let path = "/webhooks/meeting-baas"
    /// Meeting BaaS proves itself by a signature, or by the account's key.
    static let surface = APISurface("/webhooks/", bodyLimit: bodyLimit) { request in
        WebhookFields.all.contains { request.headers[$0.id] != nil } || request.headers[.meetingBaaSKey] != nil
    }
    /// v1's `complete` carries a whole transcript.
    static let bodyLimit = 16 << 20
    /// A body that only its signature proves is counted as unverified until it is whole. Version 2's bodies are small.
    static let signedBodyLimit = 4 << 20

    func add(to routes: inout RouteList) {
        routes.anyone(.post, Self.path, shared)
        routes.anyone(.post, Self.path + "/{slug}", own)
    }

    @Sendable private func shared(_ request: Request, _ context: AppContext, _ path: PathValues) async throws
        -> Response
    {
        guard let account = accounts.shared else { throw InboundWebhookVerifier.nothingConfigured }
        return try await receive(request, context, account)
    }

    @Sendable private func own(_ request: Request, _ context: AppContext, _ path: PathValues) async throws -> Response {
        // A slug without an account and a slug without a tenant get the same answer.
        let slug = try path("slug")
        let tenant = try await tenants.unsharedValue(for: slug) {
            try await lookups.value(slug, from: limits.addressKey(request, context.metadata.peer))
        }
        guard let tenant, let account = try await accounts.own(tenant) else {
            throw InboundWebhookVerifier.nothingConfigured
        }
        return try await receive(request, context, account)
    }

    var invalidations: [Invalidation] { [.drop(.tenantSlug, tenants.invalidate)] }

    private func receive(_ request: Request, _ context: AppContext, _ account: Account) async throws -> Response {
        let credential = try verifier.countingRefusals(of: account) {
            try verifier.credential(request.headers, account)
        }
        let body: [UInt8]
        switch credential {
        case .key:
            context.metadata.isAuthenticated = true
            body = try await request.collect(Self.bodyLimit)
        case .signature: body = try await request.collectUnverified(Self.signedBodyLimit, context.metadata)
        }
        let outcome = try await webhookIntake.store(verifier.read(body, credential, account, context.metadata))
        // The tenant was deleted, or lost its own account, while the body came.
        if outcome == .unowned { throw InboundWebhookVerifier.nothingConfigured }
        return Self.reply(to: outcome, context.metadata).response
    }

    /// The answer to a webhook or callback that is stored.
    static func reply(to outcome: WebhookIntake.Outcome, _ metadata: RequestMetadata) -> BufferedResponse {
        metadata.add("webhook.outcome", outcome.rawValue)
        return received
    }

    private static let received = BufferedResponse.json(.ok, ["received": true])
}
