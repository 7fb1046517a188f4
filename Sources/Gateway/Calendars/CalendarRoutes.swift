import HTTPTypes
import Hummingbird
import JSONValue
import SQL

struct CalendarRoutes: Sendable {
    let database: any Database
    let calendars: CalendarService

    func add(to routes: inout RouteList) {
        routes.caller(.get, "/api/v1/connections/{id}/raw-calendars", .calendarsRead, rawCalendars)
        routes.caller(.post, "/api/v1/calendars", .calendarsWrite, create)
        routes.caller(.get, "/api/v1/calendars", .calendarsRead, list)
        routes.caller(.get, "/api/v1/calendars/{id}", .calendarsRead, get)
        routes.caller(.delete, "/api/v1/calendars/{id}", .calendarsWrite, delete)
        routes.caller(.post, "/api/v1/calendars/{id}/sync", .calendarsWrite, sync)
    }

    @Sendable private func rawCalendars(_ request: Request, _ caller: Caller, _ path: PathValues) async throws
        -> Response
    {
        var query = try QueryFields(request)
        let user = query.string("user_id", rule: .userID)
        try query.validate()
        let connection = try await database.connection(caller, try path("id"))
        guard user == nil || user == connection.user else { throw Problem.notFound }
        let found = try await calendars.rawCalendars(connection)
        return .json(.ok, listPage(found.map(\.json), next: nil))
    }

    /// 201 for a new calendar; 200 when this user has connected it before.
    @Sendable private func create(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let connectionID = fields.string("connection_id", required: true, length: 1...100) ?? ""
        let raw = fields.string("raw_calendar_id", length: 1...1000)
        try fields.validate()
        let (connection, admission) = try await database.admit(
            caller, connection: connectionID, at: calendars.clock.now)
        IdempotencyClaim.current?.concern(user: connection.user)
        let (calendar, made) = try await calendars.create(
            connection, raw: raw, limit: caller.tenant.settings.limits.calendars, as: admission)
        return .json(made ? .created : .ok, calendar.json)
    }

    @Sendable private func list(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let list = try ListQuery(request, caller)
        let found = try await database.read { tx in
            try CalendarStore.list(
                caller.tenant.id, user: list.user, after: list.cursor, limit: list.limit + 1, in: tx)
        }
        return .json(.ok, list.page(found, id: \.rowID, json: \.json))
    }

    @Sendable private func get(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let calendar = try await database.calendar(caller, try path("id"))
        return .json(.ok, await calendars.current(calendar).json)
    }

    /// 202 while it is unknown what the calendar's creation made.
    @Sendable private func delete(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var calendar = try await database.calendar(caller, try path("id"))
        guard try await calendars.disconnect(calendar) else { return .noContent }
        calendar.status = "deleting"
        return .json(.accepted, calendar.json)
    }

    @Sendable private func sync(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let calendar = try await database.calendar(caller, try path("id"))
        IdempotencyClaim.current?.concern(user: calendar.user)
        try await calendars.sync(calendar)
        return .json(.accepted, calendar.json)
    }
}

extension Database {
    /// The caller's calendar with this id.
    func calendar(_ caller: Caller, _ id: String) async throws -> ConnectedCalendar {
        guard let calendar = try await read({ try CalendarStore.find(caller.tenant.id, id, user: caller.user, in: $0) })
        else { throw Problem.notFound }
        return calendar
    }
}
