import HTTPTypes
import Hummingbird
import JSONValue
import SQL

struct RecordingRoutes: Sendable {
    let database: any Database
    let finder: EventFinder
    let recordings: RecordingService
    let view: RecordingView

    func add(to routes: inout RouteList) {
        routes.caller(.get, "/api/v1/events/{id}/recording", .calendarsRead, get)
        routes.caller(.put, "/api/v1/events/{id}/recording", .recordingsWrite, put)
        routes.caller(.patch, "/api/v1/events/{id}/recording", .recordingsWrite, patch)
        routes.caller(.delete, "/api/v1/events/{id}/recording", .recordingsWrite, delete)
    }

    /// With fresh links once the recording is over.
    @Sendable private func get(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let event = try await finder.find(caller, try path("id"))
        guard let presented = try await database.read({ try RecordingView.presented(caller.tenant.id, event, in: $0) }),
            var members = presented.json.objectValue
        else { throw Problem.notFound }
        if let bot = presented.bot, bot.state.isFinal {
            members["artifacts"] = try await recordings.artifacts(bot, of: event.calendar)
        }
        return .json(.ok, .object(members))
    }

    @Sendable private func put(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let all = try Self.allOccurrences(request)
        var fields = try await BodyValidator.read(request)
        let requested = RecordingRequest(&fields, over: nil, byKey: caller.isKey)
        try fields.validate()
        let event = try await finder.find(caller, try path("id"))
        try await recordings.put(
            event, requested, all: all, limit: caller.tenant.settings.limits.botsPerDay, as: caller.admission)
        return try await answer(caller, path)
    }

    @Sendable private func patch(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let all = try Self.allOccurrences(request)
        let body = try await BodyValidator.read(request)
        let event = try await finder.find(caller, try path("id"))
        try await recordings.change(event, all: all, as: caller.admission) { present in
            var fields = body
            let requested = RecordingRequest(&fields, over: present, byKey: caller.isKey)
            try fields.validate()
            return requested
        }
        return try await answer(caller, path)
    }

    @Sendable private func delete(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let all = try Self.allOccurrences(request)
        let event = try await finder.find(caller, try path("id"))
        try await recordings.cancel(event, all: all, as: caller.admission)
        return try await answer(caller, path)
    }

    /// The event as it is now.
    private func answer(_ caller: Caller, _ path: PathValues) async throws -> Response {
        let event = try await finder.find(caller, try path("id"))
        let presented = try await view.presented(caller.tenant.id, [event])
        return .json(.ok, event.json(recording: presented[0]))
    }

    private static func allOccurrences(_ request: Request) throws -> Bool {
        var query = try QueryFields(request)
        let all = query.bool("all_occurrences") ?? false
        try query.validate()
        return all
    }
}
