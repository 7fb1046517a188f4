/// v1's replies and body reading.
enum V1 {
    static func error(_ status: Int, _ message: String) -> Reply { .json(status, ["error": .string(message)]) }

    static func notFound(_ what: String) -> Refusal { Refusal(error(404, "\(what) not found")) }

    static func message(_ problem: Upstream.Problem) -> String {
        switch problem {
        case .refresh(let reason): "Failed to refresh OAuth token: \(reason)"
        case .scope: "Request had insufficient authentication scopes"
        case .calendar: "The calendar does not exist in this account"
        }
    }

    /// v1 answers 500 to whatever the provider refuses (g1/calendars/setup.mdx).
    static func refusal(_ problem: Upstream.Problem) -> Refusal { Refusal(error(500, message(problem))) }

    /// The JSON object of a body that the operation needs.
    static func body(_ call: Call) throws -> JSON {
        guard call.mediaType == "application/json" else {
            throw Refusal(error(415, "Expected request with `Content-Type: application/json`"))
        }
        guard let value = JSON.parse(call.body), value.object != nil else {
            throw Refusal(error(400, "Failed to parse the request body as JSON"))
        }
        return value
    }

    static func required(_ body: JSON, _ name: String) throws -> String {
        guard let value = try string(body, name), !value.isEmpty else {
            throw Refusal(error(400, "missing field `\(name)`"))
        }
        return value
    }

    /// A string or null.
    static func string(_ body: JSON, _ name: String) throws -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.string else {
            throw Refusal(error(400, "invalid type for `\(name)`: expected a string"))
        }
        return text
    }

    static func choice(_ body: JSON, _ name: String, _ allowed: [String]) throws {
        guard let value = try string(body, name) else { return }
        guard allowed.contains(value) else {
            throw Refusal(error(400, "unknown variant `\(value)`, expected one of \(allowed.joined(separator: ", "))"))
        }
    }

    static func integer(_ body: JSON, _ name: String, least: Int = .min) throws {
        guard let value = body[name], !value.isNull else { return }
        guard let number = value.integer, number >= least else {
            throw Refusal(error(400, "invalid type for `\(name)`: expected an integer"))
        }
    }

    /// Bare or with a key of its own (facts 1.2).
    static func speechToText(_ body: JSON) throws {
        let providers = ["Gladia", "Runpod", "Default"]
        switch body["speech_to_text"] {
        case nil, .null: break
        case .string: try choice(body, "speech_to_text", providers)
        case .some(let object):
            _ = try required(object, "provider")
            try choice(object, "provider", providers)
            _ = try string(object, "api_key")
        }
    }

    /// A date of the query.
    /// - Parameter zoned: the bot list's have no zone and are taken as UTC (facts 8.2).
    static func moment(_ call: Call, _ name: String, zoned: Bool = true) throws -> Moment? {
        guard let text = call.query(name), !text.isEmpty else { return nil }
        guard let moment = Moment(text) ?? (zoned ? nil : Moment(text + "Z")) else {
            throw Refusal(error(400, "Invalid date: \(name)"))
        }
        return moment
    }
}

/// v1's calendar webhook (facts 6.3).
enum V1Messages {
    /// `last_updated_ts` is the earliest change among the affected events, so that `updated_at_gte` finds them all.
    static func sync(_ calendar: CalendarRecord, _ events: [CalendarEvent], _ outbox: Outbox) {
        let time = events.map(\.updatedAt).min() ?? calendar.syncedAt
        outbox.send(
            [
                "event": "calendar.sync_events",
                "data": [
                    "calendar_id": .string(calendar.id), "last_updated_ts": time.json,
                    "affected_event_uuids": .array(events.map { .string($0.id) }),
                ],
            ], of: calendar)
    }
}
