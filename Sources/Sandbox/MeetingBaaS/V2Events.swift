/// v2's events and series: `/v2/calendars/{calendar_id}/events…` and `/series`.
struct V2Events: Sendable {
    let calendars: V2Calendars

    func list(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let query = V2Query(call)
        let calendar = try calendars.find(call, account)
        let statuses = try query.choices("status", ["confirmed", "cancelled", "tentative"])
        let cancelled = try query.flag("show_cancelled", default: true)
        let from = try query.moment("start_date")
        let to = try query.moment("end_date")
        let rows = calendar.sortedEvents
            .filter(\.isListed)
            .filter { statuses?.contains($0.status) ?? true }
            .filter { cancelled || $0.status != "cancelled" }
            .filter { event in from.map { event.start >= $0 } ?? true }
            .filter { event in to.map { event.start <= $0 } ?? true }
            .map { (key: "\($0.start.text)::\($0.id)", item: JSON.object(V2Events.listItem($0, calendar))) }
        return V2.list(try V2Page(rows, limit: query.limit(), cursor: query["cursor"]))
    }

    func series(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let query = V2Query(call)
        let calendar = try calendars.find(call, account)
        let types = try query.choices("event_type", ["one_off", "recurring"])
        let cancelled = try query.flag("show_cancelled", default: true)
        let presented = calendar.sortedEvents.filter { cancelled || $0.status != "cancelled" }
        let rows = Dictionary(grouping: presented) { $0.seriesID }
            .sorted { ($0.value.first?.start ?? .now, $0.key) < ($1.value.first?.start ?? .now, $1.key) }
            .filter { types?.contains($0.value.first?.recurring == true ? "recurring" : "one_off") ?? true }
            .map { id, events -> (key: String, item: JSON) in
                let created = events.first?.createdAt ?? calendar.createdAt
                let events = events.map { event -> JSON in
                    var item = V2Events.listItem(event, calendar)
                    item["series_id"] = nil
                    item["event_type"] = nil
                    return .object(item)
                }
                let recurring = presented.contains { $0.seriesID == id && $0.recurring }
                return (
                    "\(created.text)::\(id)",
                    [
                        "series_id": .string(id), "event_type": recurring ? "recurring" : "one_off",
                        "calendar_id": .string(calendar.id), "created_at": created.json, "events": .array(events),
                    ]
                )
            }
        return V2.list(try V2Page(rows, limit: query.limit(), cursor: query["cursor"]))
    }

    func get(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let calendar = try calendars.find(call, account)
        let id = call.parameter("event_id")
        guard Identifiers.isUUID(id) else { throw V2.invalid("params/event_id Invalid UUID") }
        guard let event = calendar.events[id.lowercased()] else {
            throw V2.missing("FST_ERR_CALENDAR_EVENT_NOT_FOUND", "Calendar event not found")
        }
        return V2.success(200, V2Events.details(event, calendar))
    }

    private static func listItem(_ event: CalendarEvent, _ calendar: CalendarRecord) -> [String: JSON] {
        [
            "series_id": .string(event.seriesID), "event_type": event.recurring ? "recurring" : "one_off",
            "event_id": .string(event.id), "title": .string(event.title), "start_time": event.start.json,
            "end_time": event.end.json, "status": .string(event.status), "is_exception": .bool(event.isException),
            "meeting_url": .optional(event.meetingURL), "meeting_platform": .optional(event.platform),
            "calendar_id": .string(calendar.id), "bot_scheduled": .bool(event.bot != nil),
            "created_at": event.createdAt.json,
        ]
    }

    /// Attendees, organizer and the change time are in the details only (facts 5.1).
    private static func details(_ event: CalendarEvent, _ calendar: CalendarRecord) -> JSON {
        var item = listItem(event, calendar)
        item["is_exception"] = nil
        item["description"] = JSON.null
        item["location"] = .optional(event.meetingURL)
        item["timezone"] = "UTC"
        item["is_all_day"] = false
        item["organizer_email"] = .string(event.organizer)
        item["organizer_name"] = .string(People.name(of: event.organizer))
        item["attendees"] = .array(
            event.attendees.map { attendee in
                var fields: [String: JSON] = [
                    "email": .string(attendee.email), "name": .optional(attendee.name),
                    "response_status": .string(attendee.response),
                ]
                if attendee.email == event.organizer { fields["organizer"] = true }
                if attendee.email == calendar.email { fields["self"] = true }
                return .object(fields)
            })
        item["calendar_platform"] = .string(calendar.platform.rawValue)
        item["raw_payload"] = ["id": .string(V1Events.providerID(event)), "summary": .string(event.title)]
        item["updated_at"] = event.updatedAt.json
        return .object(item)
    }
}
