import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import Sealing
import SQL

/// The route of Meeting BaaS's per-bot callbacks. A callback is stored with its delivery to the tenant's own URL in one
/// transaction, and then answered.
struct BotCallbackReceiver: Sendable {
    let clock: GatewayClock
    let accounts: AccountDirectory
    let callbacks: BotCallbacks
    let webhookIntake: WebhookIntake
    private let lookups: LookupQueue<String, BotCreation>

    init(
        clock: GatewayClock, accounts: AccountDirectory, callbacks: BotCallbacks, webhookIntake: WebhookIntake,
        limits: RequestLimits
    ) {
        self.clock = clock
        self.accounts = accounts
        self.callbacks = callbacks
        self.webhookIntake = webhookIntake
        let database = webhookIntake.database
        lookups = LookupQueue(limits: limits.lookups) { references in
            try await database.read { try BotCreationStore.find(references: references, in: $0) }
        }
    }

    /// Meeting BaaS proves itself by the secret that it was given, or by the account's key.
    static let surface = APISurface("/callbacks/", bodyLimit: InboundWebhookRoutes.bodyLimit) { fields, _ in
        fields[secret] != nil || fields[.meetingBaaSKey] != nil
    }

    func add(to routes: inout RouteList) {
        routes.verified(.post, BotCallbacks.path + "/{reference}", verify)
        routes.verified(.put, BotCallbacks.path + "/{reference}", verify)
    }

    @Sendable private func verify(
        _ request: Request, _ metadata: RequestMetadata, _ path: PathValues
    ) async throws -> OpenRequest {
        let reference = try path("reference")
        guard let order = try await order(request, metadata, reference),
            try await isGenuine(request, order, reference)
        else { throw refused() }
        return .verified { request in try await receive(request, metadata, order, reference) }
    }

    private func receive(
        _ request: Request, _ metadata: RequestMetadata, _ order: BotCreation, _ reference: String
    ) async throws -> Response {
        let body = try await request.collect(InboundWebhookRoutes.bodyLimit)
        guard let given = MeetingBaaS.WebhookPayload(body) else {
            throw Problem(.malformed, "The body is no callback of Meeting BaaS: a JSON object that names its event.")
        }
        metadata.add("webhook.event", given.event)
        let outcome = try await webhookIntake.store(
            WebhookIntake.Webhook(
                given, body, by: .callback(reference: reference), of: order.accountID, at: clock.now))
        // The order was deleted while the body came.
        if outcome == .unowned { throw refused() }
        return InboundWebhookRoutes.reply(to: outcome, metadata).response
    }

    private func refused() -> Problem {
        webhookIntake.metrics.count("refused")
        return Problem(.unauthenticated, "The callback's secret or key does not fit.")
    }

    /// The order that a callback is for. What the head proves is looked at before storage is asked.
    private func order(_ request: Request, _ metadata: RequestMetadata, _ reference: String) async throws
        -> BotCreation?
    {
        let key = request.headers[.meetingBaaSKey].map { SecretBytes($0) }
        // The secret is made from the reference, so only Meeting BaaS can show it.
        if fits(request.headers[Self.secret], reference) || key != nil && key == accounts.shared?.apiKey {
            return try await webhookIntake.database.read { try BotCreationStore.find(reference: reference, in: $0) }
        }
        guard key != nil else { return nil }
        return try await lookups.value(reference, from: metadata.network)
    }

    private func fits(_ secret: String?, _ reference: String) -> Bool {
        secret.map { SecretBytes($0) == SecretBytes(callbacks.secret(reference)) } ?? false
    }

    /// v2 shows the secret that it was given for this bot, v1 the account's key.
    private func isGenuine(_ request: Request, _ order: BotCreation, _ reference: String) async throws -> Bool {
        switch order.version {
        case .v2:
            return fits(request.headers[Self.secret], reference)
        case .v1:
            guard let key = request.headers[.meetingBaaSKey],
                let account = try await accounts.account(id: order.accountID)
            else { return false }
            return account.apiKey == SecretBytes(key)
        }
    }

    static let secret = HTTPField.Name.make("x-mb-secret")
}
