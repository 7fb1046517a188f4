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
    let storage: MessageTrimming

    static let path = "/webhooks/meeting-baas"
    /// v1's `complete` carries a whole transcript.
    static let bodyLimit = 16 << 20
    /// Webhooks of one account that wait for an owner.
    static let heldLimit: Int64 = 10_000
    static let heldBytes: Int64 = 256 << 20

    func add(to routes: inout RouteList) {
        routes.anyone(.post, Self.path, shared)
        routes.anyone(.post, Self.path + "/{slug}", own)
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
        let webhook = try read(request, try await request.collect(Self.bodyLimit), account, context.notes)
        let outcome = try await storage.withRoom(for: webhook.body.count, account: account.id) {
            try await database.write { try store(webhook, in: $0) }
        }
        return told(outcome, context.notes).response
    }

    /// A webhook that was verified and read.
    struct Webhook: Sendable {
        let given: MeetingBaaS.Notification
        let body: [UInt8]
        let content: MessageBinder.Content
        let source: MessageStore.Source
        let at: Timestamp
    }

    /// - Throws: a refusal, which is counted here.
    func read(_ request: Request, _ body: [UInt8], _ account: Account, _ notes: RequestNotes) throws -> Webhook {
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
        notes.isProven = true
        guard let given = MeetingBaaS.Notification(body) else {
            throw Problem(.malformed, "The body is no webhook of Meeting BaaS: a JSON object that names its event.")
        }
        notes.add("webhook.event", given.event)
        return Webhook(
            given: given, body: body,
            content: MessageBinder.Content(given, id: Identifier.make(.message), at: now),
            source: MessageStore.Source(
                account: account.id, id: svixID,
                bodyHash: svixID == nil && given.changeTime != nil ? Digests.sha256(body) : nil), at: now)
    }

    /// - Returns: what became of it.
    /// - Throws: `MessageTrimming.Full`, before anything is written.
    func store(_ webhook: Webhook, in tx: any Transaction) throws -> String {
        let (given, account, now) = (webhook.given, webhook.source.account, webhook.at)
        let isDuplicate =
            try MessageStore.isDuplicate(webhook.source, at: now, in: tx)
            || Reconciler.hasTold(given, account: account, at: now, in: tx)
        if !isDuplicate { try MessageTrimming.check(webhook.body.count, account: account, in: tx) }
        try AccountStore.noteWebhook(account, at: now, in: tx)
        if isDuplicate { return "duplicate" }
        guard let owner = try binder.owner(given, account: account, in: tx) else {
            let held = try MessageStore.heldTotal(account: account, in: tx)
            guard held.count < Self.heldLimit, held.bytes < Self.heldBytes else {
                throw Problem(
                    .storageUnavailable, "Too many webhooks wait for their owner.", action: .wait, retryAfter: 60)
            }
            try MessageStore.hold(
                webhook.content.id, type: given.event, body: webhook.body, calendar: given.calendarID,
                bot: given.botID, source: webhook.source, at: now, in: tx)
            return "held"
        }
        try MessageStore.insert(webhook.content.message(of: owner, account: account), source: webhook.source, in: tx)
        try binder.note(given, owner, account: account, at: now, in: tx)
        Failpoint.reach(.afterInsert)
        // A webhook that only names this bot may have come before the one that tells its owner.
        if let bot = given.botID { try binder.bindHeld(account: account, bot: bot, at: now, in: tx) }
        return "bound"
    }

    /// The answer to a webhook that is stored.
    func told(_ outcome: String, _ notes: RequestNotes) -> WholeReply {
        Failpoint.reach(.afterCommit)
        notes.add("webhook.outcome", outcome)
        metrics.count(.webhooks, outcome)
        return Self.received
    }

    private static let received = WholeReply.json(.ok, ["received": true])

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
