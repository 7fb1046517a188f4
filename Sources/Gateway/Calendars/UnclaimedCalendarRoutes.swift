import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import OAuth

/// Upstream calendars without an owner here, and the operator's decisions on them.
struct UnclaimedCalendarRoutes: Sendable {
    let service: UnclaimedCalendarService

    func add(to routes: inout RouteList) {
        routes.operator(.get, "/admin/v1/unclaimed-calendars", list)
        routes.operator(.post, "/admin/v1/unclaimed-calendars/{id}/resolve", resolve)
    }

    @Sendable private func list(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        var query = try QueryFields(request)
        let list = ListQuery(&query)
        try query.validate()
        let found = try await service.list(after: list.cursor, limit: list.limit + 1)
        return .json(.ok, list.page(found, id: \.calendar.id, json: \.json))
    }

    /// `{"calendar_id": "cal_…"}`: the calendar in `creating` that it belongs to; or `{"delete": true}`.
    @Sendable private func resolve(_ request: Request, _: Operator, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let calendarID = fields.string("calendar_id", length: 1...100)
        let delete = fields.bool("delete")
        if delete == false { fields.fail("delete", "must be true, or left out") }
        if calendarID != nil, delete != nil { fields.fail("delete", "cannot be given together with calendar_id") }
        try fields.validate()
        guard calendarID != nil || delete != nil else {
            throw Problem.invalid("/calendar_id", "or /delete is required")
        }
        let id = try path("id")
        var calendar: ConnectedCalendar?
        if let calendarID {
            calendar = try await service.assign(id, to: calendarID)
        } else {
            try await service.delete(id)
        }
        return .json(
            .ok,
            [
                "id": .string(id), "resolution": .string(calendar == nil ? "deleted" : "assigned"),
                "calendar": calendar?.json ?? .null,
            ])
    }
}

extension UnclaimedCalendarService.Item {
    var json: JSON {
        [
            "id": .string(calendar.id), "account": .string(account), "api_version": .string(calendar.version.rawValue),
            "provider": .text(calendar.platform), "raw_calendar_id": .text(calendar.rawCalendarID),
            "email": .text(calendar.email), "created_at": .text(calendar.createdAt.map { "\($0)" }),
            "first_seen_at": .string("\(calendar.firstSeenAt)"),
            "creating": .array(
                creations.map { creation, user, slug in
                    [
                        "id": .string(creation.rowID), "tenant": .text(slug), "user_id": .text(user),
                        "provider": .string(creation.provider.rawValue),
                        "raw_calendar_id": .string(creation.rawCalendarID),
                        "created_at": .string("\(creation.beganAt)"),
                    ]
                }),
        ]
    }
}
