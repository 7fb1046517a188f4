import Synchronization

/// The bots of an account, as its memory keeps them.
extension Upstream.State {
    /// Newest first.
    func bots(of account: String, _ version: APIVersion) -> [BotRecord] {
        bots.values.filter { $0.account == account && $0.version == version }
            .sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
    }

    func bot(_ id: String, of account: String, _ version: APIVersion) -> BotRecord? {
        guard let bot = bots[id.lowercased()], bot.account == account, bot.version == version else { return nil }
        return bot
    }

    func scheduled(_ id: String, of account: String) -> ScheduledRecord? {
        guard let bot = scheduled[id.lowercased()], bot.account == account else { return nil }
        return bot
    }

    /// - Parameter id: of the schedule it comes from; nil for a new one.
    mutating func addBot(
        _ config: [String: JSON], account: String, version: APIVersion, event: CalendarEvent? = nil,
        startsAt: Moment? = nil, id: String? = nil
    ) -> BotRecord {
        let now = tick()
        let bot = BotRecord(
            id: id ?? Identifiers.uuid(), account: account, version: version, number: bots.count + 1, event: event,
            config: config, createdAt: now, startsAt: startsAt, updatedAt: now)
        bots[bot.id] = bot
        return bot
    }

    mutating func addScheduled(_ config: [String: JSON], account: String, joinAt: Moment) -> ScheduledRecord {
        let now = tick()
        let bot = ScheduledRecord(
            id: Identifiers.uuid(), account: account, config: config, joinAt: joinAt, createdAt: now, updatedAt: now)
        scheduled[bot.id] = bot
        return bot
    }

    /// Returns true if a bot of the account joins the meeting within five minutes of `moment` (facts 3.6).
    func hasTwin(
        _ url: String, account: String, _ version: APIVersion, at moment: Moment,
        where isTwin: (BotRecord) -> Bool = { _ in true }
    ) -> Bool {
        bots.values.contains { bot in
            bot.account == account && bot.version == version && bot.meetingURL == url
                && bot.failure?.code != BotFailure.twin.code
                && abs((bot.startsAt ?? bot.createdAt).milliseconds - moment.milliseconds) < 300_000 && isTwin(bot)
        }
    }

    /// v2's bots of the last 24 hours, with the ones that are still to come.
    func botsOfDay(_ account: String) -> Int {
        let since = Moment.now.adding(-86400)
        let made = bots.values.filter { $0.account == account && $0.version == .v2 && $0.createdAt > since }
        let waiting = scheduled.values.filter {
            $0.account == account && $0.status == "scheduled" && $0.createdAt > since
        }
        return made.count + waiting.count
    }
}

extension Upstream {
    /// Changes a bot in place; nil when there is none.
    @discardableResult
    func updateBot(_ id: String, _ change: (inout BotRecord, Moment) -> Void) -> BotRecord? {
        state.withLock { state in
            guard var bot = state.bots[id] else { return nil }
            change(&bot, state.tick())
            state.bots[id] = bot
            return bot
        }
    }

    @discardableResult
    func updateScheduled(_ id: String, _ change: (inout ScheduledRecord) -> Void) -> ScheduledRecord? {
        state.withLock { state in
            guard var bot = state.scheduled[id] else { return nil }
            change(&bot)
            bot.updatedAt = state.tick()
            state.scheduled[id] = bot
            return bot
        }
    }
}
