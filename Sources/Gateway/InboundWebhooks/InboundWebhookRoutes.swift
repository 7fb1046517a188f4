import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import MeetingBaaS
import Sealing
import SQL
import Webhooks

/// The routes of Meeting BaaS's webhooks. A webhook is verified on its raw bytes, stored with its tenant and its
/// deliveries in one transaction, and then answered.
struct InboundWebhookRoutes: Sendable {
    let database: any Database
    let clock: GatewayClock
    let accounts: AccountDirectory
    let attribution: WebhookAttribution
    let metrics: CounterSet
    let reconciler: Reconciler
    let storage: MessageTrimming
    let limits: RequestLimits
    /// Tenants' ids by their slugs.
    private let tenants = TTLCache<String, String>(ttl: .seconds(10))
    private let lookups: LookupQueue<String, String>

    init(
        database: any Database, clock: GatewayClock, accounts: AccountDirectory, attribution: WebhookAttribution,
        metrics: CounterSet, reconciler: Reconciler, storage: MessageTrimming, limits: RequestLimits
    ) {
        self.database = database
        self.clock = clock
        self.accounts = accounts
        self.attribution = attribution
        self.metrics = metrics
        self.reconciler = reconciler
        self.storage = storage
        self.limits = limits
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
    /// Webhooks of one account that wait for an owner.
    static let quarantineLimit: Int64 = 10_000
    static let quarantineBytes: Int64 = 256 << 20

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
        // A slug without an account and a slug without a tenant get the same answer.
        let slug = try path("slug")
        let tenant = try await tenants.unsharedValue(for: slug) {
            try await lookups.value(slug, from: limits.addressKey(request, context.metadata.peer))
        }
        guard let tenant, let account = try await accounts.own(tenant) else { throw Self.nothingConfigured }
        return try await receive(request, context, account)
    }

    var invalidations: [Invalidation] { [.drop(.tenantSlug, tenants.invalidate)] }

    private func receive(_ request: Request, _ context: AppContext, _ account: Account) async throws -> Response {
        let credential = try countingRefusals(of: account) { try self.credential(request, account) }
        let body: [UInt8]
        switch credential {
        case .key:
            context.metadata.isAuthenticated = true
            body = try await request.collect(Self.bodyLimit)
        case .signature: body = try await request.collectUnverified(Self.signedBodyLimit, context.metadata)
        }
        let webhook = try read(body, credential, account, context.metadata)
        let outcome = try await storage.withRoom(for: webhook.body.count, account: account.id) {
            try await database.write { try store(webhook, in: $0) }
        }
        return recordOutcome(outcome, context.metadata).response
    }

    /// A webhook that was verified and read.
    struct Webhook: Sendable {
        let given: MeetingBaaS.WebhookPayload
        let body: [UInt8]
        let content: WebhookAttribution.Content
        let source: MessageStore.Source
        let at: Timestamp
    }

    /// A refusal is counted, and too many in a row have the account reconciled.
    private func countingRefusals<T>(of account: Account, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            reconciler.recordVerification(account.id, accepted: false)
            metrics.count("refused")
            throw error
        }
    }

    /// Verifies and reads a webhook whose head was checked.
    /// - Throws: a refusal, which is counted here.
    func read(
        _ body: [UInt8], _ credential: Credential, _ account: Account, _ metadata: RequestMetadata
    ) throws -> Webhook {
        let now = clock.now
        let svixID = try countingRefusals(of: account) { try verify(credential, body, account, now: now) }
        reconciler.recordVerification(account.id, accepted: true)
        metadata.isAuthenticated = true
        guard let given = MeetingBaaS.WebhookPayload(body) else {
            throw Problem(.malformed, "The body is no webhook of Meeting BaaS: a JSON object that names its event.")
        }
        metadata.add("webhook.event", given.event)
        return Webhook(
            given: given, body: body,
            content: WebhookAttribution.Content(given, id: Identifier.make(.message), at: now),
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
            || Reconciler.hasPublished(given, account: account, at: now, in: tx)
        if !isDuplicate { try MessageTrimming.check(webhook.body.count, account: account, in: tx) }
        try AccountStore.noteWebhook(account, at: now, in: tx)
        if isDuplicate { return "duplicate" }
        guard let owner = try attribution.owner(given, account: account, in: tx) else {
            let quarantined = try MessageStore.quarantinedTotal(account: account, in: tx)
            guard quarantined.count < Self.quarantineLimit, quarantined.bytes < Self.quarantineBytes else {
                throw Problem(
                    .storageUnavailable, "Too many webhooks wait for their owner.", action: .wait, retryAfter: 60)
            }
            try MessageStore.hold(
                webhook.content.id, type: given.event, body: webhook.body, calendar: given.calendarID,
                bot: given.botID, source: webhook.source, at: now, in: tx)
            return "held"
        }
        try MessageStore.insert(webhook.content.message(of: owner, account: account), source: webhook.source, in: tx)
        try attribution.apply(given, owner, account: account, at: now, in: tx)
        Failpoint.reach(.afterInsert)
        // An earlier webhook may have named this bot without its owner.
        if let bot = given.botID { try attribution.attributeQuarantined(account: account, bot: bot, at: now, in: tx) }
        return "bound"
    }

    /// The answer to a webhook that is stored.
    func recordOutcome(_ outcome: String, _ metadata: RequestMetadata) -> BufferedResponse {
        Failpoint.reach(.afterCommit)
        metadata.add("webhook.outcome", outcome)
        metrics.count(outcome)
        return Self.received
    }

    private static let received = BufferedResponse.json(.ok, ["received": true])

    /// The proof in a webhook's head.
    enum Credential: Sendable {
        /// The account's key: nothing more has to be verified.
        case key
        /// A fresh signature, which only the whole body can prove.
        case signature(id: String, timestamp: String, signatures: String)
    }

    /// Checks what the head alone allows to check.
    /// - Throws: `unauthenticated` for a wrong key and for a signature that is incomplete or stale; `not_configured`.
    func credential(_ request: Request, _ account: Account) throws -> Credential {
        func header(_ name: KeyPath<WebhookFields, HTTPField.Name>) -> String? {
            WebhookFields.all.lazy.compactMap { request.headers[$0[keyPath: name]] }.first
        }
        if let id = header(\.id) {
            guard !account.webhookSecrets.isEmpty else { throw Self.nothingConfigured }
            guard let timestamp = header(\.timestamp), let signatures = header(\.signature),
                Signature.isFresh(
                    id: id, timestamp: timestamp, header: signatures, now: clock.now.milliseconds / 1000)
            else { throw Self.refused }
            return .signature(id: id, timestamp: timestamp, signatures: signatures)
        }
        guard let key = request.headers[.meetingBaaSKey], account.apiKey == SecretBytes(key) else { throw Self.refused }
        return .key
    }

    /// - Returns: the `svix-id`; nil for v1, which has none.
    private func verify(
        _ credential: Credential, _ body: [UInt8], _ account: Account, now: Timestamp
    ) throws -> String? {
        guard case .signature(let id, let timestamp, let signatures) = credential else { return nil }
        guard
            Signature.verify(
                id: id, timestamp: timestamp, header: signatures, body: body, secrets: account.webhookSecrets,
                now: now.milliseconds / 1000)
        else { throw Self.refused }
        return id
    }

    private static let refused = Problem(.unauthenticated, "The webhook's signature or key does not fit.")
    private static let nothingConfigured = Problem(
        .notConfigured, "There is no account or secret to verify this webhook with.", action: .operator, retryAfter: 60)
}
