import Synchronization

/// Commands for a bot of v2 while it runs, and later for its data.
struct V2BotCommands: Sendable {
    let bots: V2Bots

    /// A bot that was only scheduled is cancelled (v2, `leaveBot`).
    func leave(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let id = try V2Bots.id(call)
        let schedule = bots.upstream.state.withLock { state in
            state.bot(id, of: account, .v2) == nil ? state.scheduled(id, of: account) : nil
        }
        if let schedule {
            try V2Scheduled(upstream: bots.upstream).cancel(schedule)
            return V2.done("Scheduled bot cancelled successfully")
        }
        let bot = try bots.find(call, account)
        guard !bot.isOver else { throw V2BotCommands.wrongStatus(bot) }
        BotLife(upstream: bots.upstream).leave(bot)
        return V2.done("Bot is leaving the meeting")
    }

    func chat(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let message = try V2Checks(body).string("message", required: true, length: 1...500)
        guard message?.contains(where: { !$0.isWhitespace }) == true else {
            throw V2.invalid("body/message must not be blank")
        }
        let bot = try bots.find(call, account)
        let inCall = ["in_call_not_recording", "in_call_recording", "recording_paused", "recording_resumed"]
        guard inCall.contains(bot.status) else { throw V2BotCommands.wrongStatus(bot) }
        guard !bot.chatDisabled else {
            throw Refusal(V2.error(422, "FST_ERR_CHAT_DISABLED", "Chat is disabled in this meeting"))
        }
        return V2.done("Chat message sent successfully")
    }

    func pause(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        try turn(call, account, body, from: ["in_call_recording", "recording_resumed"], to: "recording_paused")
        return V2.done("Recording paused successfully")
    }

    func resume(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        try turn(call, account, body, from: ["recording_paused"], to: "recording_resumed")
        return V2.done("Recording resumed successfully")
    }

    private func turn(_ call: Call, _ account: String, _ body: JSON, from: [String], to status: String) throws {
        try V2Checks(body).string("chat_message", nullable: true, length: 0...500)
        let bot = try bots.find(call, account)
        guard from.contains(bot.status) else { throw V2BotCommands.wrongStatus(bot) }
        BotLife(upstream: bots.upstream).enter(bot.id, status)
    }

    /// The bot stays, its files go; in any status.
    func deleteData(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        _ = try V2Query(call).flag("delete_from_provider", default: true)
        let bot = try bots.find(call, account)
        bots.upstream.updateBot(bot.id) { bot, _ in bot.dataDeleted = true }
        return V2.done("Bot data deleted successfully")
    }

    /// `extra` alone: merged one level deep, or cleared by null.
    func updateConfig(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let checks = try V2Checks(body)
        guard checks.object["extra"] != nil else { throw V2.invalid("body/extra Invalid input: expected a value") }
        let changes = try checks.nested("extra", nullable: true)?.object
        let bot = try bots.find(call, account)
        bots.upstream.updateBot(bot.id) { bot, _ in
            let old = bot.config["extra"]?.object ?? [:]
            bot.config["extra"] = changes.map { .object(old.merging($0) { $1 }) } ?? .null
        }
        return V2.done("Bot configuration updated successfully")
    }

    static func wrongStatus(_ bot: BotRecord) -> Refusal {
        Refusal(V2.error(409, "FST_ERR_BOT_STATUS", "The bot's status \(bot.status) does not allow this"))
    }
}

/// The final webhook and the callback of a bot of v2, sent once more.
struct V2BotMessages: Sendable {
    let bots: V2Bots

    /// A new message, to the account's endpoint and never to the callback (facts 6.1).
    func resendWebhook(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let bot = try finished(call, account)
        BotLife(upstream: bots.upstream).tellEnd(bot)
        return V2.done("Webhook resent successfully")
    }

    /// `RetryCallbackRequestBodyInput`: what the body names replaces the bot's own configuration as a whole.
    func retryCallback(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        var other: WebhookMessage.Callback?
        // The official SDK sends `{}` where there is nothing to say (facts 9.2).
        if !body.isNull, body != [:] {
            try V2Checks(body).callback()
            other = BotLife.callback(body)
        }
        let bot = try finished(call, account)
        guard let callback = other ?? BotLife.callback(of: bot) else {
            throw Refusal(
                V2.error(409, "FST_ERR_CALLBACK_NOT_CONFIGURED", "No callback is configured for this bot"))
        }
        BotLife(upstream: bots.upstream).call(bot, callback)
        return V2.done("Callback retried successfully")
    }

    private func finished(_ call: Call, _ account: String) throws -> BotRecord {
        let bot = try bots.find(call, account)
        guard bot.isOver else { throw V2BotCommands.wrongStatus(bot) }
        return bot
    }
}
