import Synchronization

/// Commands for a bot of v1, and its screenshots.
struct V1BotCommands: Sendable {
    let bots: V1Bots

    func leave(_ call: Call, _ account: String) throws -> Reply {
        let bot = try bots.find(call.parameter("uuid"), account)
        guard !bot.isOver else { throw Refusal(V1.error(409, "The bot has left already")) }
        if bot.step == 0, let startsAt = bot.startsAt, startsAt > .now {
            bots.upstream.updateBot(bot.id) { bot, _ in bot.status = "cancelled" }
        } else {
            BotLife(upstream: bots.upstream).leave(bot)
        }
        return .json(200, ["ok": true])
    }

    /// Five a minute for each API key (facts 1.1).
    func deleteData(_ call: Call, _ account: String) throws -> Reply {
        let upstream = bots.upstream
        let allowed = upstream.state.withLock { state in
            let now = Moment.now
            let recent = state.deletions[account, default: []].filter { $0 > now.adding(-60) }
            guard recent.count < 5 else { return false }
            state.deletions[account] = recent + [now]
            return true
        }
        guard allowed else { throw Refusal(V1.error(429, "TooManyRequests")) }
        let bot = try bots.find(call.parameter("uuid"), account)
        let status = bot.dataDeleted ? "alreadyDeleted" : bot.isReady ? "deleted" : "noDataFound"
        if bot.isReady { upstream.updateBot(bot.id) { bot, _ in bot.dataDeleted = true } }
        return .json(200, ["ok": true, "status": .string(status)])
    }

    /// Accepted, with a webhook: to the URL of the request, or to the bot's.
    func retranscribe(_ call: Call, _ account: String) throws -> Reply {
        let body = try V1.body(call)
        let bot = try bots.find(V1.required(body, "bot_uuid"), account)
        try V1.speechToText(body)
        let url = try V1.string(body, "webhook_url")
        guard bot.isReady else { throw Refusal(V1.error(400, "The bot has no recording")) }
        let speech = body["speech_to_text"].flatMap { $0.isNull ? nil : $0 }
        bots.upstream.updateBot(bot.id) { bot, _ in
            bot.config["speech_to_text"] = speech ?? "Default"
        }
        BotLife(upstream: bots.upstream).send(bot, BotMessages.transcribed(bot), to: url)
        return Reply(202)
    }

    func screenshots(_ call: Call, _ account: String) throws -> Reply {
        let bot = try bots.find(call.parameter("uuid"), account)
        let shots = (1...3).map { number -> JSON in
            [
                "date": (bot.joinedAt ?? bot.createdAt).adding(number * 60).json,
                "url": .string(bots.upstream.addresses.artifact(bot.id, "screenshot-\(number).png")),
            ]
        }
        return .json(200, .array(bot.isReady ? shots : []))
    }
}
