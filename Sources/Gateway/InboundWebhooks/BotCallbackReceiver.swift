import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import Sealing
import SQL

/// The route of Meeting BaaS's per-bot callbacks. A callback is stored with its delivery to the tenant's own URL in one
/// transaction, and then answered.
struct BotCallbackReceiver: Sendable {
    let database: any Database
    let clock: GatewayClock
    let accounts: AccountDirectory
    let callbacks: BotCallbacks
    let attribution: WebhookAttribution
    let metrics: CounterSet
    let storage: MessageTrimming
    let limits: RequestLimits
    private let lookups: LookupQueue<String, BotCreation>

    init(_ inboundWebhooks: InboundWebhookRoutes, callbacks: BotCallbacks) {
        database = inboundWebhooks.database
        clock = inboundWebhooks.clock
        accounts = inboundWebhooks.accounts
        self.callbacks = callbacks
        attribution = inboundWebhooks.attribution
        metrics = inboundWebhooks.metrics
        storage = inboundWebhooks.storage
        limits = inboundWebhooks.limits
        let database = inboundWebhooks.database
        lookups = LookupQueue(limits: limits.lookups) { references in
            try await database.read { try BotCreationStore.find(references: references, in: $0) }
        }
    }

    /// Meeting BaaS proves itself by the secret that it was given, or by the account's key.
    static let surface = APISurface("/callbacks/", bodyLimit: InboundWebhookRoutes.bodyLimit) { request in
        request.headers[secret] != nil || request.headers[.meetingBaaSKey] != nil
    }

    func add(to routes: inout RouteList) {
        routes.anyone(.post, BotCallbacks.path + "/{reference}", receive)
        routes.anyone(.put, BotCallbacks.path + "/{reference}", receive)
    }

    @Sendable private func receive(_ request: Request, _ context: AppContext, _ path: PathValues) async throws
        -> Response
    {
        let reference = try path("reference")
        guard let order = try await order(request, context.metadata, reference),
            try await isGenuine(request, order, reference)
        else {
            metrics.count("refused")
            throw Problem(.unauthenticated, "The callback's secret or key does not fit.")
        }
        context.metadata.isAuthenticated = true
        let body = try await request.collect(InboundWebhookRoutes.bodyLimit)
        guard let given = MeetingBaaS.WebhookPayload(body) else {
            throw Problem(.malformed, "The body is no callback of Meeting BaaS: a JSON object that names its event.")
        }
        context.metadata.add("webhook.event", given.event)
        let now = clock.now
        // v1 sends the same body again if it was not answered in time; it has no ids that identify a retry.
        let source = MessageStore.Source(
            account: "\(order.accountID)/\(reference)", id: nil, bodyHash: Digests.sha256(body))
        let content = WebhookAttribution.Content(given, id: Identifier.make(.message), at: now)
        // Of another bot it says nothing that would be believed.
        let isItsOwn = given.botID == nil || order.botID == nil || given.botID == order.botID
        let store: @Sendable (any Transaction) throws -> String = { tx in
            if try MessageStore.isDuplicate(source, at: now, in: tx) { return "duplicate" }
            if isItsOwn,
                try Reconciler.hasPublished(given, account: order.accountID, since: order.createdAt, at: now, in: tx)
            {
                return "duplicate"
            }
            try MessageTrimming.check(body.count, account: order.accountID, in: tx)
            var owner = try WebhookAttribution.owner(order, given, in: tx)
            // An order for events may be for many bots: its callbacks name each of them.
            if order.calendarID != nil || order.eventID != nil { owner.order = nil }
            let message = content.message(of: owner, account: source.account)
            let newest = try BotCreationStore.callback(
                order.tenant, account: order.accountID, bot: order.botID, root: order.root, in: tx)
            if let newest, newest.endpoint == nil {
                // The URL was taken back meanwhile. v2's webhook comes besides: this one can be read, and goes nowhere.
                // v1 sends either or, and PATCH with null may leave it as it was: this is the webhook.
                guard order.version == .v1, isItsOwn else {
                    try MessageStore.insertWithoutDelivery(message, source: source, in: tx)
                    return try attribute(given, owner, order, isItsOwn: isItsOwn, at: now, in: tx)
                }
                let webhook = MessageStore.Source(account: order.accountID, id: nil, bodyHash: source.bodyHash)
                if try MessageStore.isDuplicate(webhook, at: now, in: tx) { return "duplicate" }
                try MessageStore.insert(
                    content.message(of: owner, account: webhook.account), source: webhook, in: tx)
            } else if let endpoint = order.endpointID, try EndpointStore.target(order.tenant, endpoint, in: tx) != nil {
                try MessageStore.insert(message, for: endpoint, source: source, in: tx)
            } else {
                try MessageStore.insert(message, source: source, in: tx)
            }
            return try attribute(given, owner, order, isItsOwn: isItsOwn, at: now, in: tx)
        }
        let outcome = try await storage.withRoom(for: body.count, account: order.accountID) {
            try await database.write(store)
        }
        context.metadata.add("webhook.outcome", outcome)
        metrics.count(outcome)
        return .json(.ok, ["received": true])
    }

    /// - Returns: what became of it.
    private func attribute(
        _ given: MeetingBaaS.WebhookPayload, _ owner: WebhookAttribution.Owner, _ order: BotCreation, isItsOwn: Bool,
        at now: Timestamp, in tx: any Transaction
    ) throws -> String {
        guard isItsOwn else { return "callback" }
        try attribution.apply(given, owner, account: order.accountID, at: now, in: tx)
        if let bot = given.botID {
            try attribution.attributeQuarantined(account: order.accountID, bot: bot, at: now, in: tx)
        }
        return "callback"
    }

    /// The order that a callback is for. What the head proves is looked at before storage is asked.
    private func order(_ request: Request, _ metadata: RequestMetadata, _ reference: String) async throws
        -> BotCreation?
    {
        let key = request.headers[.meetingBaaSKey].map { SecretBytes($0) }
        // The secret is made from the reference, so only Meeting BaaS can show it.
        if fits(request.headers[Self.secret], reference) || key != nil && key == accounts.shared?.apiKey {
            return try await database.read { try BotCreationStore.find(reference: reference, in: $0) }
        }
        guard key != nil else { return nil }
        return try await lookups.value(reference, from: limits.addressKey(request, metadata.peer))
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
