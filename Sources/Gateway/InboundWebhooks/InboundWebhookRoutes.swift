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
        let database = webhookIntake.database
        lookups = LookupQueue(limits: limits.lookups) { slugs in
            try await database.read { try TenantStore.ids(slugs: slugs, in: $0) }
        }
    }

    static let path = "/webhooks/meeting-baas"
    /// Meeting BaaS proves itself by a signature, or by the account's key.
    static let surface = APISurface("/webhooks/", bodyLimit: bodyLimit) { fields, _ in
        WebhookFields.all.contains { fields[$0.id] != nil } || fields[.meetingBaaSKey] != nil
    }
    /// v1's `complete` carries a whole transcript.
    static let bodyLimit = 16 << 20
    /// A body that only its signature proves is counted as unverified until it is whole. Version 2's bodies are small.
    static let signedBodyLimit = 4 << 20

    func add(to routes: inout RouteList) {
        routes.verified(.post, Self.path, shared)
        routes.verified(.post, Self.path + "/{slug}", own)
    }

    @Sendable private func shared(
        _ request: Request, _ metadata: RequestMetadata, _ path: PathValues
    ) async throws -> OpenRequest {
        guard let account = accounts.shared else { throw InboundWebhookVerifier.nothingConfigured }
        return try await verify(request, metadata, account)
    }

    @Sendable private func own(
        _ request: Request, _ metadata: RequestMetadata, _ path: PathValues
    ) async throws -> OpenRequest {
        // A slug without an account and a slug without a tenant get the same answer.
        let slug = try path("slug")
        let tenant = try await tenants.unsharedValue(for: slug) {
            try await lookups.value(slug, from: metadata.network)
        }
        guard let tenant, let account = try await accounts.own(tenant) else {
            throw InboundWebhookVerifier.nothingConfigured
        }
        return try await verify(request, metadata, account)
    }

    var invalidations: [Invalidation] { [.drop(.tenantSlug, in: tenants)] }

    /// The account's key proves a webhook by the head alone, a signature by the whole body.
    private func verify(
        _ request: Request, _ metadata: RequestMetadata, _ account: Account
    ) async throws -> OpenRequest {
        let credential = try verifier.countingRefusals(of: account) {
            try verifier.credential(request.headers, account)
        }
        guard case .signature = credential else {
            return .verified { request in
                let body = try await request.collect(Self.bodyLimit)
                return try await receive(try verifier.verify(body, credential, account), metadata)
            }
        }
        let body = try await request.collectUnverified(Self.signedBodyLimit, metadata)
        let verified = try verifier.verify(body, credential, account)
        return .verified { _ in try await receive(verified, metadata) }
    }

    private func receive(
        _ verified: InboundWebhookVerifier.Verified, _ metadata: RequestMetadata
    ) async throws -> Response {
        let outcome = try await webhookIntake.store(verifier.read(verified, metadata))
        // The tenant was deleted, or lost its own account, while the body came.
        if outcome == .unowned { throw InboundWebhookVerifier.nothingConfigured }
        return Self.reply(to: outcome, metadata).response
    }

    /// The answer to a webhook or callback that is stored.
    static func reply(to outcome: WebhookIntake.Outcome, _ metadata: RequestMetadata) -> BufferedResponse {
        metadata.add("webhook.outcome", outcome.rawValue)
        return received
    }

    private static let received = BufferedResponse.json(.ok, ["received": true])
}
