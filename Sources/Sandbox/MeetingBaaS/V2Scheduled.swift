import Synchronization

/// v2's scheduled bots, once they are made: `/v2/bots/scheduled…`.
struct V2Scheduled: Sendable {
    let upstream: Upstream

    /// The earliest first.
    func list(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let query = V2Query(call)
        let filter = try V2BotFilter(query)
        let statuses = try query.choices("status", ["scheduled", "cancelled", "completed", "failed"])
        let after = try query.near("scheduled_after", past: false)
        let before = try query.near("scheduled_before", past: false)
        let rows = upstream.state.withLock { Array($0.scheduled.values) }
            .filter { $0.account == account && filter.matches($0.id, $0.config, $0.meetingURL) }
            .filter { statuses?.contains($0.status) ?? true }
            .filter { bot in after.map { bot.joinAt >= $0 } ?? true }
            .filter { bot in before.map { bot.joinAt <= $0 } ?? true }
            .sorted { ($0.joinAt, $0.id) < ($1.joinAt, $1.id) }
            .map { (key: "\($0.joinAt.text)::\($0.id)", item: JSON.object(V2Scheduled.summary($0))) }
        return V2.list(try V2Page(rows, limit: query.limit(most: 100), cursor: query["cursor"]))
    }

    /// With the callback's secret in clear, as the vendor does (facts 2.1).
    func get(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let bot = try find(call, account)
        let config = bot.config
        var item = V2Scheduled.summary(bot)
        item["bot_image"] = config["bot_image"]?.array?.first ?? config["bot_image"] ?? .null
        item["recording_mode"] = config["recording_mode"] ?? "speaker_view"
        item["cancelled_at"] = bot.cancelledAt?.json ?? .null
        item["allow_multiple_bots"] = config["allow_multiple_bots"] ?? true
        item["entry_message"] = config["entry_message"] ?? .null
        let timeouts = config["timeout_config"]
        item["timeout_config"] = [
            "waiting_room_timeout": timeouts?["waiting_room_timeout"] ?? 600,
            "no_one_joined_timeout": timeouts?["no_one_joined_timeout"] ?? 600,
        ]
        item["transcription_config"] = V2Scheduled.part(
            config, "transcription", ["provider": "gladia", "custom_params": nil])
        item["streaming_config"] = V2Scheduled.part(
            config, "streaming", ["input_url": nil, "output_url": nil, "audio_frequency": 24000])
        item["callback_config"] = V2Scheduled.part(
            config, "callback", ["url": "", "secret": nil, "method": "POST"])
        item["zoom_config"] = V2Bots.zoom(config)
        return V2.success(200, .object(item))
    }

    /// One of the configurations that are switched on by a field of their own; null when it is off.
    private static func part(_ config: [String: JSON], _ name: String, _ defaults: [String: JSON]) -> JSON {
        guard config[name + "_enabled"]?.bool == true else { return .null }
        let given = config[name + "_config"]?.object ?? [:]
        var part = defaults.merging(given.filter { defaults[$0.key] != nil }) { $1 }
        part["enabled"] = true
        return .object(part)
    }

    /// "Must be in `scheduled` status and the join time must be at least 4 minutes in the future".
    func update(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let checks = try V2Checks(body)
        try checks.plainBot(creating: false)
        let joinAt = try V2BotMaker.joinTime(checks, required: false)
        if let url = try checks.string("meeting_url"), MeetingLink.platform(of: url) == nil {
            throw V2.invalid(
                "The meeting URL is of no supported platform", code: "FST_ERR_INVALID_MEETING_PLATFORM")
        }
        let bot = try find(call, account)
        guard bot.status == "scheduled" else { throw V2Scheduled.conflict("The bot is not in scheduled status") }
        guard bot.joinAt >= Moment.now.adding(240) else {
            throw V2Scheduled.conflict("The bot joins in less than 4 minutes")
        }
        upstream.updateScheduled(bot.id) { bot in
            bot.config.merge(checks.object) { $1 }
            if let joinAt { bot.joinAt = joinAt }
        }
        return V2.done("Scheduled bot updated successfully")
    }

    /// At any time before the end: a bot that has begun leaves.
    func cancel(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let schedule = try find(call, account)
        if let bot = upstream.state.withLock({ $0.bot(schedule.id, of: account, .v2) }), !bot.isOver {
            BotLife(upstream: upstream).leave(bot)
        } else {
            try cancel(schedule)
        }
        return V2.done("Scheduled bot cancelled successfully")
    }

    func cancel(_ schedule: ScheduledRecord) throws {
        guard schedule.status == "scheduled" else { throw V2Scheduled.conflict("The bot is \(schedule.status)") }
        let now = Moment.now
        upstream.updateScheduled(schedule.id) { bot in
            bot.status = "cancelled"
            bot.cancelledAt = now
        }
    }

    private func find(_ call: Call, _ account: String) throws -> ScheduledRecord {
        let id = try V2Bots.id(call)
        guard let bot = upstream.state.withLock({ $0.scheduled(id, of: account) }) else { throw V2Bots.notFound(id) }
        return bot
    }

    private static func conflict(_ message: String) -> Refusal { Refusal(V2.error(409, "FST_ERR_BOT_STATUS", message)) }

    private static func summary(_ bot: ScheduledRecord) -> [String: JSON] {
        [
            "bot_id": .string(bot.id), "bot_name": bot.config["bot_name"] ?? "Bot",
            "meeting_url": .string(bot.meetingURL),
            "meeting_platform": .string(MeetingLink.platform(of: bot.meetingURL) ?? "meet"),
            "join_at": bot.joinAt.json, "status": .string(bot.status), "extra": bot.config["extra"] ?? .null,
            "created_at": bot.createdAt.json, "updated_at": bot.updatedAt.json,
        ]
    }
}
