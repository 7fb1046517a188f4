import Synchronization

/// The life of a calendar bot, played by `POST /_sandbox/events/{id}/run-bot`.
///
/// `outcome`: `completed` (default), `failed`; or `joining`, `recording` to stop half-way and be called again.
struct BotLife: Sendable {
    static let failure = "Bot was not accepted into the meeting"
    let upstream: Upstream

    func run(_ call: Call) throws -> Reply {
        let outcome = JSON.parse(call.body)?["outcome"]?.string ?? "completed"
        let goals = ["joining": 1, "recording": 2, "completed": 4, "failed": 4]
        guard let goal = goals[outcome] else {
            return .json(400, ["error": "outcome is joining, recording, completed or failed"])
        }
        let id = call.parameter("event_id").lowercased()
        let started = upstream.state.withLock { start(id, &$0) }
        guard var bot = started else {
            return .json(409, ["error": "No bot is scheduled for this event, or it is over"])
        }
        let codes =
            outcome == "failed"
            ? ["joining_call", "in_waiting_room", "bot_rejected"] : ["joining_call", "in_call_recording", "call_ended"]
        while bot.step < goal {
            advance(&bot, codes, failed: outcome == "failed")
        }
        let finished = bot
        upstream.state.withLock { state in
            state.bots[finished.id] = finished
            for (key, calendar) in state.calendars where calendar.events[id] != nil {
                state.calendars[key]?.events[id]?.bot?.status = finished.status == "failed" ? "failed" : "completed"
            }
        }
        return .json(200, ["bot_id": .string(bot.id), "status": .string(bot.status)])
    }

    /// The bot of the event: the one under way, or a new one; nil when none is scheduled or it is over.
    private func start(_ id: String, _ state: inout Upstream.State) -> BotRecord? {
        guard let calendar = state.calendars.values.first(where: { $0.events[id] != nil }),
            let event = calendar.events[id],
            let schedule = event.bot
        else { return nil }
        if let botID = schedule.botID {
            guard let bot = state.bots[botID], bot.step < 4 else { return nil }
            return bot
        }
        let now = state.tick()
        let bot = BotRecord(
            id: Identifiers.uuid(), account: calendar.account, version: calendar.version, event: event,
            config: schedule.config, createdAt: now, updatedAt: now)
        state.bots[bot.id] = bot
        state.calendars[calendar.id]?.events[id]?.bot?.botID = bot.id
        return bot
    }

    /// One step: three status changes, then the end.
    private func advance(_ bot: inout BotRecord, _ codes: [String], failed: Bool) {
        let now = upstream.state.withLock { $0.tick() }
        bot.updatedAt = now
        if bot.step < codes.count {
            let code = codes[bot.step]
            bot.status = code
            if code == "in_call_recording" { bot.joinedAt = now }
            // A meeting of half an hour, told in a moment: the end lies ahead of the clock.
            if code == "call_ended" { bot.exitedAt = (bot.joinedAt ?? now).adding(1800) }
            send(bot, BotMessages.status(bot, code, now))
        } else if failed {
            bot.status = "failed"
            let body = BotMessages.failed(bot, now)
            send(bot, body)
            callback(bot, body)
        } else {
            bot.status = "completed"
            let body = BotMessages.completed(bot, upstream.addresses, now)
            send(bot, body)
            callback(bot, body)
        }
        bot.step += 1
    }

    private func send(_ bot: BotRecord, _ body: JSON) {
        let own = bot.version == .v1 ? bot.config["webhook_url"]?.string : nil
        upstream.outbox.send(WebhookMessage(account: bot.account, version: bot.version, body: body, url: own))
    }

    /// v2's per-bot callback: `callback_enabled` and `callback_config`, in addition to the webhook (facts 6.1).
    private func callback(_ bot: BotRecord, _ body: JSON) {
        guard bot.version == .v2, bot.config["callback_enabled"]?.bool == true,
            let config = bot.config["callback_config"],
            let url = config["url"]?.string
        else { return }
        let callback = WebhookMessage.Callback(
            url: url, secret: config["secret"]?.string, method: config["method"]?.string ?? "POST")
        upstream.outbox.send(WebhookMessage(account: bot.account, version: .v2, body: body, callback: callback))
    }
}

/// Bot webhooks of both versions (facts 6.3 and 6.4; v2: `BotWebhook*`).
enum BotMessages {
    static func status(_ bot: BotRecord, _ code: String, _ now: Moment) -> JSON {
        var status: [String: JSON] = ["code": .string(code), "created_at": now.json]
        if code == "in_call_recording" { status["start_time"] = .integer(now.seconds) }
        switch bot.version {
        case .v1:
            return [
                "event": "bot.status_change",
                "data": [
                    "bot_id": .string(bot.id), "event_uuid": .string(bot.event.id),
                    "extra": bot.config["extra"] ?? .null,
                    "status": .object(status),
                ],
            ]
        case .v2:
            return v2(bot, "bot.status_change", ["status": .object(status)])
        }
    }

    static func completed(_ bot: BotRecord, _ addresses: Addresses, _ now: Moment) -> JSON {
        guard bot.version == .v1 else {
            var data = V2Bots.artifacts(bot, addresses)
            data["data_deleted"] = false
            data["sent_at"] = now.json
            return v2(bot, "bot.completed", data)
        }
        let speakers = bot.event.attendees.prefix(2).map { $0.name ?? $0.email }
        let spoken = bot.config["speech_to_text"].map { !$0.isNull } ?? false
        let transcript = speakers.enumerated().map { index, speaker -> JSON in
            let start = Double(index) * 3 + 1.5
            return [
                "speaker": .string(speaker), "offset": .number(start), "start_time": .number(start),
                "end_time": .number(start + 0.9),
                "words": [
                    ["start": .number(start), "end": .number(start + 0.4), "word": "Hello"],
                    ["start": .number(start + 0.5), "end": .number(start + 0.9), "word": "everyone"],
                ],
            ]
        }
        return [
            "event": "complete",
            "data": [
                "bot_id": .string(bot.id), "event_uuid": .string(bot.event.id), "event": "complete",
                "transcript": .array(spoken ? transcript : []), "speakers": .array(speakers.map { .string($0) }),
                "mp4": .string(addresses.artifact(bot.id, "video.mp4")),
                "audio": .string(addresses.artifact(bot.id, "audio.wav")), "extra": bot.config["extra"] ?? .null,
            ],
        ]
    }

    static func failed(_ bot: BotRecord, _ now: Moment) -> JSON {
        guard bot.version == .v1 else {
            return v2(
                bot, "bot.failed",
                ["error_code": "BOT_NOT_ACCEPTED", "error_message": .string(BotLife.failure), "sent_at": now.json])
        }
        return [
            "event": "failed",
            "data": [
                "bot_id": .string(bot.id), "event_uuid": .string(bot.event.id), "error": "BotNotAccepted",
                "message": .string(BotLife.failure), "extra": bot.config["extra"] ?? .null,
            ],
        ]
    }

    /// `extra` stands beside `data`, not in it: the schema, not the guide (facts 6.4).
    private static func v2(_ bot: BotRecord, _ event: String, _ data: [String: JSON]) -> JSON {
        var data = data
        data["bot_id"] = .string(bot.id)
        data["event_id"] = .string(bot.event.id)
        return ["event": .string(event), "data": .object(data), "extra": bot.config["extra"] ?? .null]
    }
}
