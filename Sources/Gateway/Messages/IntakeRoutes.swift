import HTTPTypes
import Hummingbird
import Logging
import MeetingBaaS
import Sealing
import SQL
import Webhooks
import Wire

/// Where Meeting BaaS's webhooks arrive: verified on the raw bytes, stored with their tenant and their deliveries in
/// one transaction, and only then answered.
struct IntakeRoutes: Sendable {
    let database: any Database
    let clock: GatewayClock
    let accounts: AccountDirectory
    let binder: MessageBinder
    let metrics: Metrics
    let reconciler: Reconciler

    /// v1's `complete` carries a whole transcript.
    static let bodyLimit = 16 << 20
    /// Webhooks of one account that wait for an owner.
    static let heldLimit: Int64 = 10_000
    static let heldBytes: Int64 = 256 << 20

    func add(to routes: inout RouteList) {
        routes.anyone(.post, "/webhooks/meeting-baas", shared)
        routes.anyone(.post, "/webhooks/meeting-baas/{slug}", own)
    }

    @Sendable private func shared(_ request: Request, _ context: AppContext, _ path: PathValues) async throws
        -> Response
    {
        guard let account = accounts.shared else { throw Self.nothingConfigured }
        return try await receive(request, context, account)
    }

    @Sendable private func own(_ request: Request, _ context: AppContext, _ path: PathValues) async throws -> Response {
        // A slug without an account and a slug without a tenant are told alike.
        let slug = try path("slug")
        guard let tenant = try await database.read({ try TenantStore.find(slug: slug, in: $0) }),
            let account = try await accounts.own(tenant.id)
        else { throw Self.nothingConfigured }
        return try await receive(request, context, account)
    }

    private func receive(_ request: Request, _ context: AppContext, _ account: Account) async throws -> Response {
        let body = try await request.collect(Self.bodyLimit)
        let now = clock.now
        let svixID: String?
        do {
            svixID = try verify(request, body, account, now: now)
            reconciler.heard(account.id, accepted: true)
        } catch {
            reconciler.heard(account.id, accepted: false)
            metrics.count(.webhooks, "refused")
            throw error
        }
        context.notes.isProven = true
        guard let given = MeetingBaaS.Notification(body) else {
            throw Problem(.malformed, "The body is no webhook of Meeting BaaS: a JSON object that names its event.")
        }
        context.notes.add("webhook.event", given.event)
        let source = MessageStore.Source(
            account: account.id, id: svixID,
            bodyHash: svixID == nil && given.changeTime != nil ? Digests.sha256(body) : nil)
        let binder = self.binder
        let content = MessageBinder.Content(given, id: Identifier.make(.message), at: now)
        let outcome = try await database.write { tx in
            try AccountStore.noteWebhook(account.id, at: now, in: tx)
            if try MessageStore.isDuplicate(source, at: now, in: tx) { return "duplicate" }
            if try Reconciler.hasTold(given, account: account.id, at: now, in: tx) { return "duplicate" }
            guard let owner = try binder.owner(given, account: account.id, in: tx) else {
                let held = try MessageStore.heldTotal(account: account.id, in: tx)
                guard held.count < Self.heldLimit, held.bytes < Self.heldBytes else {
                    throw Problem(
                        .storageUnavailable, "Too many webhooks wait for their owner.", action: .wait, retryAfter: 60)
                }
                try MessageStore.hold(
                    content.id, type: given.event, body: body, calendar: given.calendarID, bot: given.botID,
                    source: source,
                    at: now, in: tx)
                return "held"
            }
            try MessageStore.insert(content.message(of: owner), source: source, in: tx)
            try binder.note(given, owner, account: account.id, at: now, in: tx)
            Failpoint.reach(.afterInsert)
            // What only named this bot may have come before what told whose it is.
            if let bot = given.botID { try binder.bindHeld(account: account.id, bot: bot, at: now, in: tx) }
            return "bound"
        }
        Failpoint.reach(.afterCommit)
        context.notes.add("webhook.outcome", outcome)
        metrics.count(.webhooks, outcome)
        return .json(.ok, ["received": true])
    }

    /// - Returns: the `svix-id`; nil for v1, which has none.
    private func verify(_ request: Request, _ body: [UInt8], _ account: Account, now: Timestamp) throws -> String? {
        func header(_ name: KeyPath<WebhookFields, HTTPField.Name>) -> String? {
            WebhookFields.all.lazy.compactMap { request.headers[$0[keyPath: name]] }.first
        }
        if let id = header(\.id) {
            guard !account.webhookSecrets.isEmpty else { throw Self.nothingConfigured }
            guard
                Signature.verify(
                    id: id, timestamp: header(\.timestamp), header: header(\.signature), body: body,
                    secrets: account.webhookSecrets, now: now.milliseconds / 1000)
            else { throw Self.refused }
            return id
        }
        guard let key = request.headers[.meetingBaaSKey], account.apiKey == SecretBytes(key) else { throw Self.refused }
        return nil
    }

    private static let refused = Problem(.unauthenticated, "The webhook's signature or key does not fit.")
    private static let nothingConfigured = Problem(
        .notConfigured, "There is no account or secret to verify this webhook with.", action: .operator, retryAfter: 60)
}

/// What a signed webhook bears: Svix's names, and the standard's.
struct WebhookFields: Sendable {
    let id: HTTPField.Name
    let timestamp: HTTPField.Name
    let signature: HTTPField.Name

    static let all = [
        WebhookFields(id: .make("svix-id"), timestamp: .make("svix-timestamp"), signature: .make("svix-signature")),
        WebhookFields(
            id: .make("webhook-id"), timestamp: .make("webhook-timestamp"), signature: .make("webhook-signature")),
    ]
}
