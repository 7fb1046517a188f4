import Synchronization

/// `POST /_sandbox/restore` `{calendars?, bots?}`: objects of a former run, with the ids and times that they had.
///
/// A calendar is as `GET /_sandbox/calendars` shows it, with `client_id`, `client_secret`, `created_at` and its `events`; an
/// event may have `bot`, the bot's configuration, and `bot_id`. A bot is as `GET /_sandbox/bots` shows it, with `created_at`.
/// It sends no webhook.
struct Restore: Sendable {
    private struct Malformed: Error {
        let name: String
    }

    let upstream: Upstream

    func restore(_ call: Call) throws -> Reply {
        let body = JSON.parse(call.body) ?? .null
        let calendars: [CalendarRecord]
        let bots: [(record: BotRecord?, scheduled: ScheduledRecord?)]
        do {
            calendars = try (body["calendars"]?.array ?? []).map { try Restore.calendar($0) }
            let events = Dictionary(calendars.flatMap(\.events)) { $1 }
            bots = try (body["bots"]?.array ?? []).enumerated().map { try Restore.bot($1, number: $0 + 1, events) }
        } catch let problem as Malformed {
            throw Refusal(.json(400, ["error": .string("\(problem.name) is missing or malformed")]))
        }
        upstream.state.withLock { state in
            for calendar in calendars { state.calendars[calendar.id] = calendar }
            for bot in bots {
                if let record = bot.record { state.bots[record.id] = record }
                if let scheduled = bot.scheduled { state.scheduled[scheduled.id] = scheduled }
            }
        }
        return .json(200, ["calendars": .integer(calendars.count), "bots": .integer(bots.count)])
    }

    private static func text(_ json: JSON, _ name: String) throws -> String {
        guard let text = json[name]?.string else { throw Malformed(name: name) }
        return text
    }

    private static func moment(_ json: JSON, _ name: String) throws -> Moment {
        guard let moment = Moment(try text(json, name)) else { throw Malformed(name: name) }
        return moment
    }

    private static func calendar(_ json: JSON) throws -> CalendarRecord {
        guard let platform = Platform(rawValue: try text(json, "platform")),
            let version = APIVersion(rawValue: try text(json, "version"))
        else { throw Malformed(name: "platform or version") }
        let email = try text(json, "email")
        let rawID = try text(json, "raw_calendar_id")
        guard let raw = People.calendars(of: email, at: platform).first(where: { $0.id == rawID }) else {
            throw Malformed(name: "raw_calendar_id")
        }
        let created = try moment(json, "created_at")
        let events = try (json["events"]?.array ?? []).map { try event($0) }
        var calendar = CalendarRecord(
            id: try text(json, "calendar_id"), account: try text(json, "api_key"), version: version, platform: platform,
            email: email, raw: raw,
            credentials: .init(
                clientID: try text(json, "client_id"), clientSecret: try text(json, "client_secret"),
                refreshToken: try text(json, "refresh_token"), tenant: json["tenant"]?.string ?? "common"),
            syncedAt: created, createdAt: created, updatedAt: created,
            subscriptionExpiresAt: Moment.now.adding(Upstream.subscriptionSeconds(platform)),
            events: Dictionary(events.map { ($0.id, $0) }) { $1 })
        calendar.status = json["status"]?.string ?? calendar.status
        return calendar
    }

    private static func event(_ json: JSON) throws -> CalendarEvent {
        let organizer = try text(json, "organizer_email")
        var event = CalendarEvent(
            id: try text(json, "event_id"), seriesID: try text(json, "series_id"),
            recurring: json["recurring"]?.bool ?? false, createdAt: try moment(json, "created_at"),
            title: try text(json, "title"), start: try moment(json, "start_time"), end: try moment(json, "end_time"),
            status: try text(json, "status"), meetingURL: json["meeting_url"]?.string, organizer: organizer,
            attendees: (json["attendees"]?.array ?? []).compactMap(\.string).map {
                .init(email: $0, name: People.name(of: $0), response: $0 == organizer ? "accepted" : "needsAction")
            },
            updatedAt: try moment(json, "updated_at"))
        if let config = json["bot"]?.object {
            let bot = json["bot_id"]?.string
            event.bot = BotSchedule(config: config, status: bot == nil ? "scheduled" : "completed", botID: bot)
        }
        return event
    }

    private static func bot(
        _ json: JSON, number: Int, _ events: [String: CalendarEvent]
    ) throws -> (record: BotRecord?, scheduled: ScheduledRecord?) {
        let id = try text(json, "bot_id")
        let account = try text(json, "api_key")
        let config = json["config"]?.object ?? [:]
        let created = json["created_at"]?.string.flatMap { Moment($0) } ?? .now
        let status = try text(json, "status")
        guard let version = APIVersion(rawValue: try text(json, "version")) else { throw Malformed(name: "version") }
        if version == .v2, json["join_at"]?.string != nil {
            let joinAt = try moment(json, "join_at")
            return (
                nil,
                ScheduledRecord(
                    id: id, account: account, config: config, joinAt: joinAt, status: status, createdAt: created,
                    updatedAt: created)
            )
        }
        var bot = BotRecord(
            id: id, account: account, version: version, number: number,
            event: json["event_id"]?.string.flatMap { events[$0] }, config: config, createdAt: created,
            startsAt: json["join_at"]?.string.flatMap { Moment($0) }, updatedAt: created)
        bot.status = status
        if bot.isOver {
            bot.step = 4
            (bot.joinedAt, bot.exitedAt, bot.finishedAt) = (created, created.adding(1800), created)
        }
        return (bot, nil)
    }
}
