import Synchronization

/// `POST /_sandbox/events/{event_id}/run-bot`, `POST /_sandbox/bots/{bot_id}/run` and `GET /_sandbox/bots`.
///
/// Body of both runs: `{outcome?: completed (default), failed, joining or recording, chat_disabled?: bool}`.
struct BotControl: Sendable {
    let upstream: Upstream

    func runEvent(_ call: Call) throws -> Reply {
        try run(call, "No bot is scheduled for this event, or it is over") {
            BotControl.start(event: call.parameter("event_id").lowercased(), &$0)
        }
    }

    func runBot(_ call: Call) throws -> Reply {
        try run(call, "There is no such bot, or it is over") {
            BotControl.start(bot: call.parameter("bot_id").lowercased(), &$0)
        }
    }

    private func run(_ call: Call, _ problem: String, _ start: (inout Upstream.State) -> String?) throws -> Reply {
        let body = JSON.parse(call.body)
        guard let outcome = BotLife.Outcome(rawValue: body?["outcome"]?.string ?? "completed") else {
            return .json(400, ["error": "outcome is joining, recording, completed or failed"])
        }
        guard let id = upstream.state.withLock({ start(&$0) }) else {
            return .json(409, ["error": .string(problem)])
        }
        if let disabled = body?["chat_disabled"]?.bool {
            upstream.updateBot(id) { bot, _ in bot.chatDisabled = disabled }
        }
        BotLife(upstream: upstream).play(id, outcome)
        let status = upstream.state.withLock { $0.bots[id]?.status }
        return .json(200, ["bot_id": .string(id), "status": .optional(status)])
    }

    /// The bot of the event: the one under way, or a new one; nil when none is scheduled or it is over.
    private static func start(event id: String, _ state: inout Upstream.State) -> String? {
        guard let calendar = state.calendars.values.first(where: { $0.events[id] != nil }),
            let event = calendar.events[id],
            let schedule = event.bot
        else { return nil }
        if let botID = schedule.botID { return start(bot: botID, &state) }
        let bot = state.addBot(
            schedule.config, account: calendar.account, version: calendar.version, event: event)
        state.calendars[calendar.id]?.events[id]?.bot?.botID = bot.id
        state.calendars[calendar.id]?.events[id]?.bot?.status = "completed"
        return bot.id
    }

    /// The bot, or the one its schedule becomes now; nil when there is none or it is over.
    private static func start(bot id: String, _ state: inout Upstream.State) -> String? {
        if let bot = state.bots[id] { return bot.isOver ? nil : id }
        guard let schedule = state.scheduled[id], schedule.status == "scheduled" else { return nil }
        // Duplicates of scheduled bots show when they join (v2, POST scheduled).
        let alone = schedule.config["allow_multiple_bots"]?.bool == false
        let twin = alone && state.hasTwin(schedule.meetingURL, account: schedule.account, .v2, at: .now)
        let bot = state.addBot(schedule.config, account: schedule.account, version: .v2, id: id)
        if twin { state.bots[bot.id]?.failure = .twin }
        state.scheduled[id]?.status = twin ? "failed" : "completed"
        state.scheduled[id]?.updatedAt = bot.createdAt
        return bot.id
    }

    /// Every bot of every account, with what the vendor never shows; schedules until they become bots.
    var list: [JSON] {
        upstream.state.withLock { state in
            let bots = state.bots.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map { bot -> JSON in
                [
                    "bot_id": .string(bot.id), "api_key": .string(bot.account),
                    "version": .string(bot.version.rawValue), "config": .object(bot.config),
                    "status": .string(bot.status), "event_id": .optional(bot.event?.id),
                    "join_at": bot.startsAt?.json ?? .null,
                ]
            }
            let waiting = state.scheduled.values.filter { state.bots[$0.id] == nil }
                .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
                .map { bot -> JSON in
                    [
                        "bot_id": .string(bot.id), "api_key": .string(bot.account), "version": "v2",
                        "config": .object(bot.config), "status": .string(bot.status), "event_id": nil,
                        "join_at": bot.joinAt.json,
                    ]
                }
            return bots + waiting
        }
    }
}
