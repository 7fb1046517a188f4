/// v2's calendar bots: `POST`, `PATCH` and `DELETE /v2/calendars/{calendar_id}/bots`.
struct V2EventBots: Sendable {
    let calendars: V2Calendars

    private static let targets: Set<String> = ["series_id", "all_occurrences", "event_id"]

    func schedule(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let checks = try V2Checks(body)
        try checks.botConfig(creating: true)
        let target = try Target(checks)
        let calendar = try calendars.find(call, account)
        let events = try target.events(in: calendar)
        let config = checks.object.filter { !V2EventBots.targets.contains($0.key) }
        var done: [String] = []
        var errors: [JSON] = []
        for event in events {
            if event.bot != nil {
                errors.append(V2.itemError(event, "BOT_ALREADY_EXISTS", "A bot is already scheduled for this event"))
            } else if event.status == "cancelled" {
                errors.append(V2.itemError(event, "VALIDATION_ERROR", "The event is cancelled"))
            } else if event.end < .now {
                errors.append(V2.itemError(event, "VALIDATION_ERROR", "The event is over"))
            } else if event.platform == nil {
                let reason = "The event has no meeting URL of a supported platform"
                errors.append(V2.itemError(event, "INVALID_MEETING_PLATFORM", reason))
            } else {
                done.append(event.id)
            }
        }
        calendars.upstream.update(calendar.id) { calendar, _ in
            for id in done { calendar.events[id]?.bot = BotSchedule(config: config) }
            if target.all { calendar.seriesWithBots.insert(target.series) }
        }
        return V2.items(201, done, errors: errors)
    }

    func change(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let checks = try V2Checks(body)
        let target = try Target(checks)
        try checks.botConfig(creating: false)
        let calendar = try calendars.find(call, account)
        let events = try V2EventBots.scheduled(target.events(in: calendar))
        let changes = checks.object.filter { !V2EventBots.targets.contains($0.key) }
        var done: [String] = []
        var errors: [JSON] = []
        for event in events {
            // "must be in `scheduled` status and the join time must be at least 4 minutes in the future"
            let problem: String?
            if event.bot?.status != "scheduled" {
                problem = "The bot is not in scheduled status"
            } else if event.start < Moment.now.adding(240) {
                problem = "The bot joins in less than 4 minutes"
            } else {
                problem = nil
            }
            guard let problem else {
                done.append(event.id)
                continue
            }
            guard target.all else { throw Refusal(V2.error(409, "FST_ERR_BOT_STATUS", problem)) }
            errors.append(V2.itemError(event, "BOT_STATUS", problem))
        }
        calendars.upstream.update(calendar.id) { calendar, _ in
            for id in done { calendar.events[id]?.bot?.config.merge(changes) { $1 } }
        }
        return V2.items(200, done, errors: errors)
    }

    func cancel(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let target = try Target(V2Checks(body))
        let calendar = try calendars.find(call, account)
        let events = try V2EventBots.scheduled(target.events(in: calendar, lenient: true))
        calendars.upstream.update(calendar.id) { calendar, _ in
            for event in events { calendar.events[event.id]?.bot = nil }
            if target.all { calendar.seriesWithBots.remove(target.series) }
        }
        return V2.items(200, events.map(\.id), errors: [])
    }

    private static func scheduled(_ events: [CalendarEvent]) throws -> [CalendarEvent] {
        let scheduled = events.filter { $0.bot != nil }
        guard !scheduled.isEmpty else {
            throw V2.missing("FST_ERR_CALENDAR_BOT_SCHEDULE_NOT_FOUND", "No calendar bot schedule found")
        }
        return scheduled
    }

    /// `{series_id*, all_occurrences*, event_id?}`; the event is needed unless all occurrences are meant.
    private struct Target {
        let series: String
        let all: Bool
        let event: String?

        init(_ checks: V2Checks) throws {
            series = try checks.uuid("series_id", required: true) ?? ""
            all = try checks.bool("all_occurrences", required: true) ?? false
            event = try checks.uuid("event_id")
            guard all || event != nil else {
                throw V2.invalid("body/event_id is required when all_occurrences is false")
            }
        }

        /// - Parameter lenient: the official SDK deletes with the nil UUID for a series (facts 9.2).
        func events(in calendar: CalendarRecord, lenient: Bool = false) throws -> [CalendarEvent] {
            let members = calendar.sortedEvents.filter { $0.seriesID == series }
            guard !members.isEmpty || (lenient && series == Identifiers.nilUUID && !all) else {
                throw V2.missing("FST_ERR_CALENDAR_EVENT_SERIES_NOT_FOUND", "Calendar event series not found")
            }
            // Occurrences that are over are skipped silently, cancelled ones have no schedule.
            if all { return members.filter { $0.end > .now && $0.status != "cancelled" } }
            guard let event = event.flatMap({ calendar.events[$0] }), members.isEmpty || event.seriesID == series else {
                throw V2.missing("FST_ERR_CALENDAR_EVENT_NOT_FOUND", "Calendar event not found")
            }
            return [event]
        }
    }
}
