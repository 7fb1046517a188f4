import Synchronization

/// v1's events and event bots: `/calendar_events/…`.
struct V1Events: Sendable {
    static let pageSize = 100
    let upstream: Upstream

    func list(_ call: Call, _ account: String) throws -> Reply {
        guard let calendarID = call.query("calendar_id"), !calendarID.isEmpty else {
            throw Refusal(V1.error(400, "Failed to deserialize query string: missing field `calendar_id`"))
        }
        guard let calendar = upstream.state.withLock({ $0.calendar(calendarID, of: account, .v1) }) else {
            throw V1.notFound("Calendar")
        }
        let status = call.query("status") ?? "upcoming"
        guard ["upcoming", "past", "all"].contains(status) else {
            throw Refusal(V1.error(400, "Invalid status: \(status)"))
        }
        let from = try V1.moment(call, "start_date_gte")
        let to = try V1.moment(call, "start_date_lte")
        let changed = try V1.moment(call, "updated_at_gte")
        let attendee = call.query("attendee_email")?.lowercased()
        let organizer = call.query("organizer_email")?.lowercased()
        let now = Moment.now
        let events = calendar.sortedEvents.filter { event in
            // Deleted events are listed with `all` only: what a delta read without it would miss (facts 5.2).
            switch status {
            case "upcoming": event.start >= now && event.status != "cancelled"
            case "past": event.start < now && event.status != "cancelled"
            default: true
            }
        }
        .filter { event in from.map { event.start >= $0 } ?? true }
        .filter { event in to.map { event.start <= $0 } ?? true }
        .filter { event in changed.map { event.updatedAt >= $0 } ?? true }
        .filter { event in attendee.map { wanted in event.attendees.contains { $0.email == wanted } } ?? true }
        .filter { event in organizer.map { event.organizer == $0 } ?? true }
        var offset = 0
        if let cursor = call.query("cursor"), !cursor.isEmpty {
            guard let bytes = Encodings.fromBase64(cursor), let value = Int(String(decoding: bytes, as: UTF8.self)),
                value >= 0
            else { throw Refusal(V1.error(400, "Invalid cursor")) }
            offset = value
        }
        let page = events.dropFirst(offset).prefix(V1Events.pageSize)
        let end = offset + page.count
        let next = end < events.count ? Encodings.base64(Array(String(end).utf8)) : nil
        return .json(
            200, ["data": .array(page.map { item($0, calendar) }), "next": .optional(next)])
    }

    func get(_ call: Call, _ account: String) throws -> Reply {
        let (calendar, event) = try find(call, account)
        return .json(200, item(event, calendar))
    }

    /// Again replaces: what v1 does is undocumented (facts 5.4).
    func schedule(_ call: Call, _ account: String) throws -> Reply {
        let config = try V1Events.config(call, creating: true)
        return try change(call, account) { event in
            guard event.meetingURL != nil else { throw Refusal(V1.error(400, "The event has no meeting URL")) }
            event.bot = BotSchedule(config: config)
        }
    }

    func reschedule(_ call: Call, _ account: String) throws -> Reply {
        let config = try V1Events.config(call, creating: false)
        return try change(call, account) { event in
            guard event.bot != nil else { throw Refusal(V1.error(404, "No bot is scheduled for this event")) }
            event.bot?.config.merge(config) { $1 }
        }
    }

    /// "Idempotent and will not error if no bot was scheduled".
    func unschedule(_ call: Call, _ account: String) throws -> Reply {
        try change(call, account) { $0.bot = nil }
    }

    private func change(_ call: Call, _ account: String, _ edit: (inout CalendarEvent) throws -> Void) throws -> Reply {
        let all: Bool
        switch call.query("all_occurrences") {
        case nil, "", "false": all = false
        case "true": all = true
        default: throw Refusal(V1.error(400, "Failed to deserialize query string: all_occurrences"))
        }
        let (calendar, event) = try find(call, account)
        var events = all ? calendar.sortedEvents.filter { $0.seriesID == event.seriesID && $0.end > .now } : [event]
        // A series is changed as far as it goes; what has no bot to change is left out.
        if all { events = events.filter { (try? edited($0, edit)) != nil } }
        guard !events.isEmpty else { throw Refusal(V1.error(404, "No bot is scheduled for this event")) }
        let changes = try events.map { try edited($0, edit) }
        let stored = upstream.update(calendar.id) { calendar, _ in
            for event in changes { calendar.events[event.id] = event }
        }
        return .json(200, .array(changes.map { item($0, stored ?? calendar) }))
    }

    private func edited(_ event: CalendarEvent, _ edit: (inout CalendarEvent) throws -> Void) throws -> CalendarEvent {
        var event = event
        try edit(&event)
        return event
    }

    private func find(_ call: Call, _ account: String) throws -> (CalendarRecord, CalendarEvent) {
        let id = call.parameter("uuid").lowercased()
        let found = upstream.state.withLock { $0.calendars(of: account, .v1).first { $0.events[id] != nil } }
        guard let found, let event = found.events[id] else { throw V1.notFound("Event") }
        return (found, event)
    }

    /// `BotParam2` and `BotParam3`: unknown fields (`entry_message`!) are ignored, as the vendor's decoder does.
    private static func config(_ call: Call, creating: Bool) throws -> [String: JSON] {
        let body = try V1.body(call)
        if creating { _ = try V1.required(body, "bot_name") }
        for name in V1BotParam.strings { _ = try V1.string(body, name) }
        try V1.choice(body, "recording_mode", ["speaker_view", "gallery_view", "audio_only"])
        try V1.choice(body, "streaming_audio_frequency", ["16khz", "24khz"])
        for name in V1BotParam.integers { try V1.integer(body, name) }
        try V1.speechToText(body)
        return (body.object ?? [:]).filter { V1BotParam.known.contains($0.key) && (creating || !$0.value.isNull) }
    }

    /// The provider's id of the event.
    static func providerID(_ event: CalendarEvent) -> String {
        String(event.id.filter { $0 != "-" }.prefix(26))
    }

    private func item(_ event: CalendarEvent, _ calendar: CalendarRecord) -> JSON {
        let settings = upstream.state.withLock { $0.accounts[calendar.account]?.settings }
        return [
            "uuid": .string(event.id), "calendar_uuid": .string(calendar.id), "name": .string(event.title),
            // A string, empty when there is no link.
            "meeting_url": .string(event.meetingURL ?? ""), "start_time": event.start.json, "end_time": event.end.json,
            "is_organizer": .bool(event.organizer == calendar.email), "is_recurring": .bool(event.recurring),
            "recurring_event_id": event.recurring ? .string(event.seriesID) : nil,
            "attendees": .array(
                event.attendees.map { ["email": .string($0.email), "name": .optional($0.name)] }),
            "deleted": .bool(event.status == "cancelled"), "last_updated_at": event.updatedAt.json,
            "google_id": .string(V1Events.providerID(event)),
            "raw": [
                "id": .string(V1Events.providerID(event)), "summary": .string(event.title),
                "status": .string(event.status),
                "organizer": [
                    "email": .string(event.organizer), "displayName": .string(People.name(of: event.organizer)),
                ],
            ],
            "bot_param": event.bot.map { V1BotParam.json($0.config, accountURL: settings?.webhookURL) } ?? .null,
        ]
    }
}
