/// Calendar webhooks in the form of the v2 schemas (`CalendarWebhook*`), which wins over the guides.
enum V2Messages {
    static func connectionCreated(_ calendar: CalendarRecord) -> JSON {
        [
            "event": "calendar.connection_created",
            "data": .object(connection(calendar).merging(["created_at": calendar.createdAt.json]) { $1 }),
        ]
    }

    static func connectionUpdated(_ calendar: CalendarRecord) -> JSON {
        let times = ["created_at": calendar.createdAt.json, "updated_at": calendar.updatedAt.json]
        return ["event": "calendar.connection_updated", "data": .object(connection(calendar).merging(times) { $1 })]
    }

    static func connectionDeleted(_ calendar: CalendarRecord, at time: Moment) -> JSON {
        [
            "event": "calendar.connection_deleted",
            "data": [
                "calendar_id": .string(calendar.id), "calendar_platform": .string(calendar.platform.rawValue),
                "deleted_at": time.json,
            ],
        ]
    }

    /// Sent once, after the initial sync.
    static func eventsSynced(_ calendar: CalendarRecord) -> JSON {
        let series = Dictionary(grouping: calendar.sortedEvents) { $0.seriesID }
        let groups = series.values.sorted { ($0.first?.start.milliseconds ?? 0) < ($1.first?.start.milliseconds ?? 0) }
            .map { events -> JSON in
                var group = parent(events, calendar)
                group["instances"] = .array(events.map { instance($0) })
                return .object(group)
            }
        return [
            "event": "calendar.events_synced",
            "data": ["calendar_id": .string(calendar.id), "events": .array(groups)],
        ]
    }

    static func eventCreated(_ events: [CalendarEvent], _ calendar: CalendarRecord) -> JSON {
        var data = parent(events, calendar)
        data["calendar_id"] = .string(calendar.id)
        data["instances"] = .array(events.map { instance($0) })
        return ["event": "calendar.event_created", "data": .object(data)]
    }

    static func eventUpdated(_ event: CalendarEvent, _ calendar: CalendarRecord) -> JSON {
        var data = parent([event], calendar)
        data["calendar_id"] = .string(calendar.id)
        data["is_exception"] = .bool(event.isException)
        data["affected_instances"] = [instance(event)]
        return ["event": "calendar.event_updated", "data": .object(data)]
    }

    static func eventCancelled(_ event: CalendarEvent, _ calendar: CalendarRecord) -> JSON {
        var data = parent([event], calendar)
        // The one event without this field (facts 6.4).
        data["series_bot_scheduled"] = nil
        data["calendar_id"] = .string(calendar.id)
        data["cancelled_instances"] = [instance(event)]
        return ["event": "calendar.event_cancelled", "data": .object(data)]
    }

    private static func connection(_ calendar: CalendarRecord) -> [String: JSON] {
        [
            "calendar_id": .string(calendar.id), "calendar_platform": .string(calendar.platform.rawValue),
            "account_email": .string(calendar.email), "status": .string(calendar.status),
        ]
    }

    private static func parent(_ events: [CalendarEvent], _ calendar: CalendarRecord) -> [String: JSON] {
        let series = events.first?.seriesID
        return [
            "event_type": events.first?.recurring == true ? "recurring" : "one_off", "series_id": .optional(series),
            "series_bot_scheduled": .bool(series.map { calendar.seriesWithBots.contains($0) } ?? false),
        ]
    }

    private static func instance(_ event: CalendarEvent) -> JSON {
        [
            "event_id": .string(event.id), "start": event.start.json, "end": event.end.json,
            "title": .string(event.title), "status": .string(event.status), "is_all_day": false,
            "is_exception": .bool(event.isException), "bot_scheduled": .bool(event.bot != nil),
            "meeting_url": .optional(event.meetingURL), "meeting_platform": .optional(event.platform),
        ]
    }
}
