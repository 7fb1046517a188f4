import JSONValue
import MeetingBaaS
import NIOCore
import Sealing
import SQL

/// Stores webhooks of Meeting BaaS, whichever way they came: each once, with its tenant and its deliveries, or in quarantine
/// until an owner is known. Nothing else stores one.
struct WebhookIntake: Sendable {
    let database: any Database
    let attribution: WebhookAttribution
    let storage: MessageTrimming
    let metrics: CounterSet

    /// The way that a webhook came.
    enum Entry: Sendable {
        /// The account's webhook URL. The id is nil for v1, which has none.
        case account(svixID: String?)
        /// A bot's callback URL, with the reference in it.
        case callback(reference: String)
        /// The reconciler made it of what Meeting BaaS answered.
        /// - Parameter dedupKey: nil for a change that may come again.
        case reconciler(dedupKey: String?)
    }

    /// A webhook that was verified and read.
    struct Webhook: Sendable {
        let given: MeetingBaaS.WebhookPayload
        let body: [UInt8]
        let entry: Entry
        /// The account's id.
        let account: String
        let receivedAt: Timestamp
        let content: WebhookAttribution.Content
        let source: MessageStore.Source

        init(
            _ given: MeetingBaaS.WebhookPayload, _ body: [UInt8], by entry: Entry, of account: String,
            at receivedAt: Timestamp
        ) {
            (self.given, self.body, self.entry) = (given, body, entry)
            (self.account, self.receivedAt) = (account, receivedAt)
            content = WebhookAttribution.Content(given, id: Identifier.make(.message), at: receivedAt)
            switch entry {
            case .account(let svixID):
                let isKnownByBody = svixID == nil && given.changeTime != nil
                source = MessageStore.Source(
                    account: account, id: svixID, bodyHash: isKnownByBody ? Digests.sha256(body) : nil)
            case .callback(let reference):
                // v1 sends the same body again if it was not answered in time; it has no ids that identify a retry.
                source = MessageStore.Source(
                    account: "\(account)/\(reference)", id: nil, bodyHash: Digests.sha256(body))
            case .reconciler(let dedupKey):
                source = MessageStore.Source(account: account, id: dedupKey.map(WebhookIntake.source), bodyHash: nil)
            }
        }
    }

    /// The result for a webhook, as logs and metrics name it.
    enum Outcome: String, Sendable {
        case attributed = "bound"
        case quarantined = "held"
        case duplicate
        case callback
        case reconciled
        /// Nothing was stored: the callback's order or the tenant's own account is gone, or the reconciler found no owner.
        case unowned
    }

    /// Returns when the webhook has been synced to disk.
    /// - Throws: `storage_unavailable` when the tenant of the account has no room for it, or too many wait for an owner.
    func store(_ webhook: Webhook) async throws -> Outcome {
        let outcome = try await storage.withRoom(for: webhook.body.count, account: webhook.account) {
            try await database.write { try store(webhook, in: $0) }
        }
        return recorded(outcome, of: webhook)
    }

    /// The same without a task, for the shared account, whose webhooks always have room.
    /// - Parameter then: called on the event loop.
    func store(
        _ webhook: Webhook, on loop: any EventLoop, then: @escaping @Sendable (Result<Outcome, any Error>) -> Void
    ) {
        database.write({ try store(webhook, in: $0) }) { result in
            loop.execute { then(result.map { recorded($0, of: webhook) }) }
        }
    }

    private func recorded(_ outcome: Outcome, of webhook: Webhook) -> Outcome {
        Failpoint.reach(.afterCommit)
        switch (webhook.entry, outcome) {
        case (_, .unowned), (.reconciler, .duplicate): break
        default: metrics.count(outcome.rawValue)
        }
        return outcome
    }

    // MARK: - in one transaction

    /// - Throws: `MessageTrimming.Full`, before anything is written.
    func store(_ webhook: Webhook, in tx: any Transaction) throws -> Outcome {
        guard let arrival = try arrival(of: webhook, in: tx) else { return .unowned }
        let isDuplicate = try isDuplicate(webhook, arrival, in: tx)
        let owner = isDuplicate ? nil : try owner(of: webhook, arrival, in: tx)
        if !isDuplicate, owner != nil || arrival.isQuarantinable {
            try MessageTrimming.check(webhook.body.count, account: webhook.account, in: tx)
        }
        if arrival.isQuarantinable { try AccountStore.noteWebhook(webhook.account, at: webhook.receivedAt, in: tx) }
        if isDuplicate { return .duplicate }
        guard let owner else { return arrival.isQuarantinable ? try quarantine(webhook, in: tx) : .unowned }
        let outcome = try insert(webhook, of: owner, arrival, in: tx)
        guard outcome != .duplicate, arrival.isBelieved else { return outcome }
        let (account, now) = (webhook.account, webhook.receivedAt)
        try attribution.apply(webhook.given, owner, account: account, at: now, in: tx)
        Failpoint.reach(.afterInsert)
        // An earlier webhook may have named this bot without its owner.
        if let bot = webhook.given.botID {
            try attribution.attributeQuarantined(account: account, bot: bot, at: now, in: tx)
        }
        return outcome
    }

    /// The present state of what a webhook came by. It may have changed since the webhook was verified.
    private enum Arrival {
        case account, reconciler
        /// - Parameter isOwn: false for a body about another bot than the order's, of which it is not believed.
        case callback(BotCreation, isOwn: Bool)

        /// Without an owner it is kept until there is one.
        var isQuarantinable: Bool { if case .account = self { true } else { false } }
        var isBelieved: Bool { if case .callback(_, let isOwn) = self { isOwn } else { true } }
    }

    /// - Returns: nil if it is gone: its tenant is deleted, or uses another account.
    private func arrival(of webhook: Webhook, in tx: any Transaction) throws -> Arrival? {
        switch webhook.entry {
        case .account:
            let isThere = try webhook.account == Account.sharedID || AccountStore.exists(webhook.account, in: tx)
            return isThere ? .account : nil
        case .reconciler: return .reconciler
        case .callback(let reference):
            return try BotCreationStore.find(reference: reference, in: tx).map { order in
                let bot = webhook.given.botID
                return .callback(order, isOwn: bot == nil || order.botID == nil || bot == order.botID)
            }
        }
    }

    private func owner(
        of webhook: Webhook, _ arrival: Arrival, in tx: any Transaction
    ) throws -> WebhookAttribution.Owner? {
        guard case .callback(let order, _) = arrival else {
            return try attribution.owner(webhook.given, account: webhook.account, in: tx)
        }
        var owner = try WebhookAttribution.owner(order, webhook.given, in: tx)
        // An order for events may be for many bots: its callbacks name each of them.
        if order.calendarID != nil || order.eventID != nil { owner.order = nil }
        return owner
    }

    /// Webhooks of one account that wait for an owner.
    static let quarantineLimit: Int64 = 10_000
    static let quarantineBytes: Int64 = 256 << 20

    private func quarantine(_ webhook: Webhook, in tx: any Transaction) throws -> Outcome {
        let quarantined = try MessageStore.quarantinedTotal(account: webhook.account, in: tx)
        guard quarantined.count < Self.quarantineLimit, quarantined.bytes < Self.quarantineBytes else {
            throw Problem(.storageUnavailable, "Too many webhooks wait for their owner.", action: .wait, retryAfter: 60)
        }
        try MessageStore.hold(
            webhook.content.id, type: webhook.given.event, body: webhook.body, calendar: webhook.given.calendarID,
            bot: webhook.given.botID, source: webhook.source, at: webhook.receivedAt, in: tx)
        return .quarantined
    }
}

// MARK: - duplicates

extension WebhookIntake {
    /// Seconds after which another webhook of a published end is a message of its own: it was requested again.
    private static let lateness = 6 * 3_600.0

    /// The key by which a message of the reconciler is found again: it is made once, and its webhook, if it comes after all,
    /// is the same message.
    static func source(_ dedupKey: String) -> String { "reconciled/\(dedupKey)" }

    private func isDuplicate(_ webhook: Webhook, _ arrival: Arrival, in tx: any Transaction) throws -> Bool {
        if try MessageStore.isDuplicate(webhook.source, at: webhook.receivedAt, in: tx) { return true }
        switch arrival {
        case .account: return try isPublishedEnd(webhook, since: nil, in: tx)
        case .callback(let order, let isOwn):
            return try isOwn && isPublishedEnd(webhook, since: order.createdAt, in: tx)
        case .reconciler:
            // Its webhook may have come while upstream was asked.
            guard let bot = webhook.given.botID else { return false }
            return try MessageStore.hasEnd(of: bot, account: webhook.account, in: tx)
        }
    }

    /// Returns true if the reconciler published this webhook's end before it arrived, at most a few hours ago.
    /// - Parameter since: the time at which a callback was ordered: an end published before is published to it once more.
    private func isPublishedEnd(_ webhook: Webhook, since: Timestamp?, in tx: any Transaction) throws -> Bool {
        let (event, now) = (webhook.given.event, webhook.receivedAt)
        guard let bot = webhook.given.botID, MessageStore.finalTypes.contains(event) else { return false }
        let published = MessageStore.Source(
            account: webhook.account, id: Self.source("bot/\(bot)/\(event)"), bodyHash: nil)
        let age = since.map { now.seconds(since: $0) } ?? Self.lateness
        return try MessageStore.isDuplicate(published, within: min(age, Self.lateness), at: now, in: tx)
    }
}

// MARK: - messages and deliveries

extension WebhookIntake {
    private func insert(
        _ webhook: Webhook, of owner: WebhookAttribution.Owner, _ arrival: Arrival, in tx: any Transaction
    ) throws -> Outcome {
        var message = webhook.content.message(of: owner, account: webhook.source.account)
        switch arrival {
        case .account:
            try MessageStore.insert(message, source: webhook.source, in: tx)
            return .attributed
        case .reconciler:
            message.isReconciled = true
            try MessageStore.insert(message, source: webhook.source, in: tx)
            if let bot = webhook.given.botID { try deliverToCallback(message, bot: bot, of: owner, in: tx) }
            return .reconciled
        case .callback(let order, let isOwn):
            let newest = try BotCreationStore.callback(
                order.tenant, account: order.accountID, bot: order.botID, root: order.root, in: tx)
            if let newest, newest.endpoint == nil {
                return try insertWithoutCallback(webhook, message, of: owner, order, isOwn: isOwn, in: tx)
            }
            if let endpoint = order.endpointID, try EndpointStore.target(order.tenant, endpoint, in: tx) != nil {
                try MessageStore.insert(message, for: endpoint, source: webhook.source, in: tx)
            } else {
                try MessageStore.insert(message, source: webhook.source, in: tx)
            }
            return .callback
        }
    }

    /// The URL was taken back meanwhile. v2's webhook comes besides: this one can be read, and goes nowhere. v1 sends either
    /// or, and PATCH with null may leave it as it was: this is the webhook.
    private func insertWithoutCallback(
        _ webhook: Webhook, _ message: Message, of owner: WebhookAttribution.Owner, _ order: BotCreation, isOwn: Bool,
        in tx: any Transaction
    ) throws -> Outcome {
        guard order.version == .v1, isOwn else {
            try MessageStore.insertWithoutDelivery(message, source: webhook.source, in: tx)
            return .callback
        }
        let source = MessageStore.Source(account: order.accountID, id: nil, bodyHash: webhook.source.bodyHash)
        if try MessageStore.isDuplicate(source, at: webhook.receivedAt, in: tx) { return .duplicate }
        try MessageStore.insert(
            webhook.content.message(of: owner, account: source.account), source: source, in: tx)
        return .callback
    }

    /// An end that no callback has delivered goes to the bot's callback as well.
    private func deliverToCallback(
        _ message: Message, bot: String, of owner: WebhookAttribution.Owner, in tx: any Transaction
    ) throws {
        guard let account = message.account else { return }
        let newest = try BotCreationStore.callback(
            owner.tenant, account: account, bot: bot, root: owner.order?.root, in: tx)
        guard let callback = newest?.endpoint, try EndpointStore.target(owner.tenant, callback, in: tx) != nil,
            try !MessageStore.hasEnd(of: bot, at: callback, in: tx)
        else { return }
        let active = try TenantStore.isActive(owner.tenant, in: tx)
        try DeliveryStore.insert(message, for: callback, held: !active, at: message.receivedAt, in: tx)
    }
}
