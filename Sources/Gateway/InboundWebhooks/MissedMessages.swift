import JSONValue
import MeetingBaaS
import SQL

/// Makes messages of what the reconciler found out, each of them once.
struct MissedMessages: Sendable {
    let database: any Database
    let clock: GatewayClock
    let attribution: WebhookAttribution
    let storage: MessageTrimming
    let metrics: CounterSet

    /// The stored state of a bot that has ended.
    enum State: Sendable {
        case published, unowned, missing
        /// No end was published, and quarantined webhooks name the bot.
        case quarantined
    }

    /// - Parameter probe: the bot as a webhook would name it.
    func state(
        of bot: String, _ probe: MeetingBaaS.WebhookPayload, account: String, version: APIVersion
    ) async throws -> State {
        try await database.read { [attribution] tx in
            if try MessageStore.hasEnd(of: bot, account: account, in: tx) { return .published }
            guard let owner = try attribution.owner(probe, account: account, in: tx) else { return .unowned }
            // v1 calls a bot's own URL instead of the account's.
            if version == .v1,
                let callback = try BotCreationStore.callback(
                    owner.tenant, account: account, bot: bot, root: owner.order?.root, in: tx)?.endpoint,
                try MessageStore.hasEnd(of: bot, at: callback, in: tx)
            {
                return .published
            }
            return try MessageStore.hasQuarantined(of: bot, account: account, in: tx) ? .quarantined : .missing
        }
    }

    enum QuarantineOutcome {
        /// The bot's end was among them.
        case end
        case noEnd
        /// A job attributes the rest of them.
        case more
    }

    /// Writes down whose the bot is, and binds the webhooks that wait for that.
    func attributeQuarantined(of bot: String, _ probe: MeetingBaaS.WebhookPayload, account: String) async throws
        -> QuarantineOutcome
    {
        let (attribution, now) = (self.attribution, clock.now)
        return try await database.write { tx in
            guard let owner = try attribution.owner(probe, account: account, in: tx) else { return .noEnd }
            if let order = owner.order { try BotCreationStore.recordBot(order, bot, at: now, in: tx) }
            try BotStore.insertIfNew(
                Bot(
                    accountID: account, botID: bot, tenant: owner.tenant, eventID: owner.context.event,
                    calendarID: owner.context.calendar, connection: owner.context.connection, user: owner.context.user,
                    state: .joining, stateAt: now), at: now, in: tx)
            let isMore = try attribution.attributeQuarantined(account: account, bot: bot, at: now, in: tx)
            if try MessageStore.hasEnd(of: bot, account: account, in: tx) { return .end }
            return isMore ? .more : .noEnd
        }
    }

    /// - Returns: whether a message was made of it.
    func store(_ payload: JSON, account: String, dedupKey: String?) async throws -> Bool {
        guard let given = MeetingBaaS.WebhookPayload(payload.bytes) else { return false }
        let (attribution, now) = (self.attribution, clock.now)
        let source = MessageStore.Source(account: account, id: dedupKey.map { Reconciler.source($0) }, bodyHash: nil)
        let body: @Sendable (any Transaction) throws -> Bool = { tx in
            if try MessageStore.isDuplicate(source, at: now, in: tx) { return false }
            // Its webhook may have come while upstream was asked.
            if let bot = given.botID, try MessageStore.hasEnd(of: bot, account: account, in: tx) { return false }
            guard let owner = try attribution.owner(given, account: account, in: tx) else { return false }
            var message = WebhookAttribution.Content(given, id: Identifier.make(.message), at: now)
                .message(of: owner, account: account)
            message.isReconciled = true
            // The tenant's own account has no room for it now: it is asked for again later.
            try MessageTrimming.check(message.data.utf8.count, account: account, in: tx)
            try MessageStore.insert(message, source: source, in: tx)
            if let bot = given.botID {
                let newest = try BotCreationStore.callback(
                    owner.tenant, account: account, bot: bot, root: owner.order?.root, in: tx)
                if let callback = newest?.endpoint, try EndpointStore.target(owner.tenant, callback, in: tx) != nil,
                    try !MessageStore.hasEnd(of: bot, at: callback, in: tx)
                {
                    let active = try TenantStore.isActive(owner.tenant, in: tx)
                    try DeliveryStore.insert(message, for: callback, held: !active, at: now, in: tx)
                }
            }
            try attribution.apply(given, owner, account: account, at: now, in: tx)
            // Webhooks that only name this bot can be bound now.
            if let bot = given.botID {
                try attribution.attributeQuarantined(account: account, bot: bot, at: now, in: tx)
            }
            return true
        }
        let isNew = try await storage.withRoom(for: payload.bytes.count, account: account) {
            try await database.write(body)
        }
        if isNew { metrics.count("reconciled") }
        return isNew
    }
}

extension Reconciler {
    /// Seconds after which another webhook of a published end is a message of its own: it was requested again.
    private static let lateness = 6 * 3_600.0

    /// The key by which a message made here is found again: it is made once, and its webhook, if it comes after all, is the
    /// same message.
    static func source(_ dedupKey: String) -> String { "reconciled/\(dedupKey)" }

    /// Returns true if the reconciler published this webhook's end before it arrived, at most a few hours ago.
    /// - Parameter since: the time at which a callback was ordered: an end published before is published to it once
    ///   more.
    static func hasPublished(
        _ given: MeetingBaaS.WebhookPayload, account: String, since: Timestamp? = nil, at now: Timestamp,
        in tx: any Transaction
    ) throws -> Bool {
        guard let bot = given.botID, MessageStore.finalTypes.contains(given.event) else { return false }
        let source = MessageStore.Source(account: account, id: source("bot/\(bot)/\(given.event)"), bodyHash: nil)
        let age = since.map { now.seconds(since: $0) } ?? lateness
        return try MessageStore.isDuplicate(source, within: min(age, lateness), at: now, in: tx)
    }
}
