import Synchronization

/// The life of a bot: advanced by control calls, ended by `leave`, reported by webhooks.
struct BotLife: Sendable {
    /// The step at which a control call stops: `joining` and `recording` stop half-way, and can be continued by another
    /// call.
    enum Outcome: String {
        case joining, recording, completed, failed

        var steps: Int { self == .joining ? 1 : self == .recording ? 2 : 4 }

        var codes: [String] {
            self == .failed
                ? ["joining_call", "in_waiting_room", "bot_rejected"]
                : ["joining_call", "in_call_recording", "call_ended"]
        }
    }

    let upstream: Upstream

    /// Up to three status changes, then the end.
    func play(_ id: String, _ outcome: Outcome) {
        while let bot = upstream.state.withLock({ $0.bots[id] }), !bot.isOver, bot.step < outcome.steps {
            // A bot that failed at its start has no further steps.
            if bot.failure == nil, bot.step < outcome.codes.count {
                enter(id, outcome.codes[bot.step]) { $0.step += 1 }
            } else {
                finish(id, outcome == .failed ? .rejected : nil)
            }
        }
    }

    /// Makes the bot leave: a recording is kept, otherwise the bot failed (v2, `leave`).
    func leave(_ bot: BotRecord) {
        enter(bot.id, "api_request_stop")
        if bot.joinedAt != nil { enter(bot.id, "call_ended") }
        finish(bot.id, bot.joinedAt == nil ? .stopped : nil)
    }

    /// A new status, and its webhook.
    func enter(_ id: String, _ code: String, _ change: (inout BotRecord) -> Void = { _ in }) {
        let changed = upstream.updateBot(id) { bot, now in
            bot.status = code
            bot.updatedAt = now
            if code == "in_call_recording" { bot.joinedAt = now }
            // A meeting of half an hour, played in a moment: its end lies ahead of the clock.
            if code == "call_ended" { bot.exitedAt = (bot.joinedAt ?? now).adding(1800) }
            change(&bot)
        }
        if let changed { send(changed, BotMessages.status(changed, code)) }
    }

    private func finish(_ id: String, _ failure: BotFailure?) {
        let changed = upstream.updateBot(id) { bot, now in
            bot.failure = bot.failure ?? failure
            bot.status = bot.failure == nil ? "completed" : "failed"
            bot.step = 4
            bot.updatedAt = now
            bot.finishedAt = now
        }
        guard let changed else { return }
        if let event = changed.event, changed.failure != nil {
            upstream.state.withLock { state in
                for key in state.calendars.keys where state.calendars[key]?.events[event.id]?.bot != nil {
                    state.calendars[key]?.events[event.id]?.bot?.status = "failed"
                }
            }
        }
        tellEnd(changed)
        if let callback = BotLife.callback(of: changed) { call(changed, callback) }
    }

    /// The final webhook, to the account's URL or to v1's own one.
    func tellEnd(_ bot: BotRecord) { send(bot, BotMessages.final(bot, upstream.addresses)) }

    /// - Parameter url: v1 only, in place of the bot's own.
    func send(_ bot: BotRecord, _ body: JSON, to url: String? = nil) {
        let own = bot.version == .v1 ? url ?? bot.config["webhook_url"]?.string : nil
        upstream.outbox.send(WebhookMessage(account: bot.account, version: bot.version, body: body, url: own))
    }

    /// v2's per-bot callback: `callback_enabled` and `callback_config`, in addition to the webhook (facts 6.1).
    static func callback(of bot: BotRecord) -> WebhookMessage.Callback? {
        guard bot.version == .v2, bot.config["callback_enabled"]?.bool == true else { return nil }
        return callback(bot.config["callback_config"] ?? .null)
    }

    static func callback(_ config: JSON) -> WebhookMessage.Callback? {
        guard let url = config["url"]?.string else { return nil }
        return WebhookMessage.Callback(
            url: url, secret: config["secret"]?.string, method: config["method"]?.string ?? "POST")
    }

    func call(_ bot: BotRecord, _ callback: WebhookMessage.Callback) {
        let body = BotMessages.final(bot, upstream.addresses)
        upstream.outbox.send(WebhookMessage(account: bot.account, version: .v2, body: body, callback: callback))
    }
}
