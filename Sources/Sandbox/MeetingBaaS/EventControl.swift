import Synchronization

/// `POST /_sandbox/events` and `PATCH /_sandbox/events/{event_id}`: the owner edits the calendar, and the vendor sends
/// webhooks.
struct EventControl: Sendable {
    let upstream: Upstream

    /// `{calendar_id, title?, start_time?, end_time?, meeting_url?, organizer_email?, attendees?, count?}`. `count`
    /// adds that many, an hour apart, for lists of several pages.
    func add(_ call: Call) throws -> Reply {
        let body = JSON.parse(call.body) ?? .null
        guard let calendarID = body["calendar_id"]?.string?.lowercased() else {
            return .json(400, ["error": "calendar_id is missing"])
        }
        let count = min(max(body["count"]?.integer ?? 1, 1), 1000)
        let start = try EventControl.moment(body, "start_time") ?? Moment.now.minute.adding(7200)
        let end = try EventControl.moment(body, "end_time")
        var added: [CalendarEvent] = []
        let calendar = upstream.update(calendarID) { calendar, now in
            for number in 0..<count {
                let begin = start.adding(number * 3600)
                let id = Identifiers.uuid()
                var event = CalendarEvent(
                    id: id, seriesID: Identifiers.uuid(), recurring: false, createdAt: now, title: "New meeting",
                    start: begin, end: end?.adding(number * 3600) ?? begin.adding(1800),
                    meetingURL: Seeds.link(calendar.platform.meeting, id), organizer: calendar.email,
                    attendees: [
                        .init(email: calendar.email, name: People.name(of: calendar.email), response: "accepted")
                    ],
                    updatedAt: now)
                EventControl.edit(&event, body)
                if count > 1 { event.title += " \(number + 1)" }
                calendar.events[id] = event
                added.append(event)
            }
        }
        guard let calendar, let first = added.first else { return .json(404, ["error": "There is no such calendar"]) }
        switch calendar.version {
        case .v1: V1Messages.sync(calendar, added, upstream.outbox)
        case .v2: for event in added { upstream.outbox.send(V2Messages.eventCreated([event], calendar), of: calendar) }
        }
        return .json(201, EventControl.summary(first, calendar))
    }

    /// `{title?, start_time?, end_time?, status?, meeting_url?, organizer_email?, attendees?}`; or `{listed}` alone,
    /// without a webhook: v2's lists show the event or do not.
    func change(_ call: Call) throws -> Reply {
        let body = JSON.parse(call.body) ?? .null
        let id = call.parameter("event_id").lowercased()
        if let isListed = body["listed"]?.bool { return setListed(id, isListed) }
        let start = try EventControl.moment(body, "start_time")
        let end = try EventControl.moment(body, "end_time")
        if let status = body["status"]?.string, !["confirmed", "tentative", "cancelled"].contains(status) {
            return .json(400, ["error": "status is confirmed, tentative or cancelled"])
        }
        let owner = upstream.state.withLock { state in state.calendars.values.first { $0.events[id] != nil }?.id }
        let calendar = owner.flatMap { owner in
            upstream.update(owner) { calendar, now in
                guard var event = calendar.events[id] else { return }
                EventControl.edit(&event, body)
                if let start {
                    // A moved meeting keeps its length unless an end is given.
                    event.end = Moment(
                        milliseconds: event.end.milliseconds + start.milliseconds - event.start.milliseconds)
                    event.start = start
                }
                if let end { event.end = end }
                if event.recurring { event.isException = true }
                event.updatedAt = now
                calendar.events[id] = event
            }
        }
        guard let calendar, let event = calendar.events[id] else {
            return .json(404, ["error": "There is no such event"])
        }
        switch calendar.version {
        case .v1: V1Messages.sync(calendar, [event], upstream.outbox)
        case .v2:
            let cancelled = body["status"] == "cancelled"
            let message =
                cancelled ? V2Messages.eventCancelled(event, calendar) : V2Messages.eventUpdated(event, calendar)
            upstream.outbox.send(message, of: calendar)
        }
        return .json(200, EventControl.summary(event, calendar))
    }

    private func setListed(_ id: String, _ isListed: Bool) -> Reply {
        let found = upstream.state.withLock { state in
            guard let calendar = state.calendars.values.first(where: { $0.events[id] != nil })?.id else { return false }
            state.calendars[calendar]?.events[id]?.isListed = isListed
            return true
        }
        return found
            ? .json(200, ["event_id": .string(id), "listed": .bool(isListed)])
            : .json(404, ["error": "There is no such event"])
    }

    private static func edit(_ event: inout CalendarEvent, _ body: JSON) {
        if let title = body["title"]?.string { event.title = title }
        if let status = body["status"]?.string { event.status = status }
        if let url = body["meeting_url"] { event.meetingURL = url.string }
        if let organizer = body["organizer_email"]?.string { event.organizer = organizer.lowercased() }
        guard let attendees = body["attendees"]?.array else { return }
        event.attendees = attendees.compactMap { attendee in
            guard let email = attendee["email"]?.string ?? attendee.string else { return nil }
            return .init(email: email.lowercased(), name: attendee["name"]?.string)
        }
    }

    private static func moment(_ body: JSON, _ name: String) throws -> Moment? {
        guard let text = body[name]?.string else { return nil }
        guard let moment = Moment(text) else { throw Refusal(.json(400, ["error": .string("\(name) is no date")])) }
        return moment
    }

    private static func summary(_ event: CalendarEvent, _ calendar: CalendarRecord) -> JSON {
        [
            "event_id": .string(event.id), "series_id": .string(event.seriesID), "calendar_id": .string(calendar.id),
            "title": .string(event.title), "start_time": event.start.json, "end_time": event.end.json,
            "status": .string(event.status), "updated_at": event.updatedAt.json,
        ]
    }
}
