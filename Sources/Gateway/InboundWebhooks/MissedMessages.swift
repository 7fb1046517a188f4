import JSONValue
import MeetingBaaS
import SQL

/// Makes messages of what the reconciler found out, each of them once.
struct MissedMessages: Sendable {
    let clock: GatewayClock
    let webhookIntake: WebhookIntake

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
        try await webhookIntake.database.read { [attribution = webhookIntake.attribution] tx in
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
        let (attribution, now) = (webhookIntake.attribution, clock.now)
        return try await webhookIntake.database.write { tx in
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
        let body = payload.bytes
        guard let given = MeetingBaaS.WebhookPayload(body) else { return false }
        let webhook = WebhookIntake.Webhook(
            given, body, by: .reconciler(dedupKey: dedupKey), of: account, at: clock.now)
        return try await webhookIntake.store(webhook) == .reconciled
    }
}
