import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import SQL

struct EventRoutes: Sendable {
    let database: any Database
    let events: EventService
    let finder: EventFinder
    let recordings: RecordingsOfEvents

    /// The recordings of a tenant's events, one for each, in order.
    typealias RecordingsOfEvents = @Sendable (_ tenant: String, [EventService.Event]) async throws -> [JSON]

    func add(to routes: inout RouteList) {
        routes.caller(.get, "/api/v1/calendars/{id}/events", .calendarsRead, list)
        routes.caller(.get, "/api/v1/events/{id}", .calendarsRead, get)
    }

    @Sendable private func list(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var fields = try QueryFields(request)
        let updated = fields.time("updated_at_gte")
        let query = EventService.Query(
            startGTE: fields.time("start_date_gte"), startLTE: fields.time("start_date_lte"), updatedGTE: updated,
            status: fields.choice("status", EventService.When.self) ?? (updated == nil ? .upcoming : .all),
            attendee: fields.string("attendee_email"), organizer: fields.string("organizer_email"),
            limit: fields.int("limit", in: 1...50) ?? 50)
        let cursor = fields.string("cursor")
        let user = fields.string("user_id", rule: .userID)
        try fields.validate()
        let calendar = try await database.calendar(caller, try path("id"))
        guard user == nil || user == calendar.user else { throw Problem.notFound }
        let page = try await events.list(calendar, query, cursor: cursor)
        let presented = try await recordings(caller.tenant.id, page.events)
        return .json(
            .ok, listPage(zip(page.events, presented).map { $0.json(recording: $1) }, next: page.next))
    }

    @Sendable private func get(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let event = try await finder.find(caller, try path("id"))
        let presented = try await recordings(caller.tenant.id, [event])
        return .json(.ok, event.json(recording: presented[0]))
    }
}

/// Finds an event by its id alone, among the caller's calendars.
struct EventFinder: Sendable {
    let database: any Database
    let upstream: Upstream
    let events: EventService

    func find(_ caller: Caller, _ id: String) async throws -> EventService.Event {
        let id = id.lowercased()
        let known = try await database.read { tx -> ConnectedCalendar? in
            guard let entry = try EventChangeLog.find(caller.tenant.id, event: id, in: tx) else { return nil }
            return try CalendarStore.find(caller.tenant.id, entry.calendarID, user: caller.user, in: tx)
        }
        if let known { return try await events.event(known, id) }
        // v1 returns an event's calendar itself; its owner is checked here.
        let account = try await upstream.accounts.account(for: caller.tenant.id)
        guard account.version == .v1, UpstreamID.isUUID(id) else { throw Problem.notFound }
        let found = try await upstream.api(for: account, tenant: caller.tenant.id).event(id, calendarID: "")
        let calendar = try await database.read { tx in
            try CalendarStore.find(caller.tenant.id, found.calendarID, user: caller.user, in: tx)
        }
        guard let calendar, calendar.accountID == account.id else { throw Problem.notFound }
        return EventService.Event(
            upstream: found, calendar: calendar, updatedAt: found.updatedAt, isOrganizer: found.isOrganizer)
    }
}

extension EventService.Event {
    func json(recording: JSON) -> JSON {
        [
            "id": .string(upstream.id), "calendar_id": .string(calendar.publicID), "title": .text(upstream.title),
            "start_time": .text(Self.utc(upstream.start)), "end_time": .text(Self.utc(upstream.end)),
            "meeting_url": .text(upstream.meetingURL), "meeting_platform": .text(upstream.platform),
            "is_organizer": isOrganizer.map { .bool($0) } ?? .null, "is_recurring": .bool(upstream.isRecurring),
            "series_id": .text(upstream.seriesID),
            "attendees": .array(
                (upstream.attendees ?? []).map { ["email": .string($0.email), "name": .text($0.name)] }),
            "status": .string(upstream.status), "updated_at": .text(Self.utc(updatedAt)), "recording": recording,
        ]
    }

    /// Times end in `Z`, whatever offset upstream wrote.
    private static func utc(_ text: String?) -> String? {
        text.map { raw in Timestamp(rfc3339: raw).map { "\($0)" } ?? raw }
    }
}
