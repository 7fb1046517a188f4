import HTTPTransport
public import JSONValue
import Sealing

/// Meeting BaaS version 1, as `openapi-v1.json` has it: bare objects, platforms with capitals, `enter_message`.
public struct V1: CalendarAPI {
    let client: UpstreamClient
    public let version = APIVersion.v1

    public init(_ client: UpstreamClient) { self.client = client }

    public func rawCalendars(_ grant: Grant) async throws -> [RawCalendar] {
        let reply = try await client.call(UpstreamOperation.V1.rawCalendars, body: .object(credentials(grant)))
        guard let items = reply["calendars"]?.arrayValue else { throw UpstreamError.malformed }
        return try items.map { item in
            guard let id = item["id"]?.stringValue else { throw UpstreamError.malformed }
            return RawCalendar(
                id: id, name: item["name"]?.stringValue, email: item["email"]?.stringValue,
                isPrimary: item["is_primary"]?.boolValue ?? false)
        }
    }

    public func createCalendar(_ grant: Grant, rawCalendarID: String) async throws -> UpstreamCalendar {
        var body = credentials(grant)
        body["raw_calendar_id"] = .string(rawCalendarID)
        let reply = try await client.call(UpstreamOperation.V1.createCalendar, body: .object(body))
        return try calendar(reply["calendar"])
    }

    public func allCalendars() async throws -> [UpstreamCalendar] {
        guard let items = try await client.call(UpstreamOperation.V1.listCalendars).arrayValue else {
            throw UpstreamError.malformed
        }
        return try items.map { try calendar($0) }
    }

    public func calendar(_ id: String) async throws -> UpstreamCalendar {
        try calendar(try await client.call(UpstreamOperation.V1.getCalendar, [id]))
    }

    public func updateCalendar(_ id: String, _ grant: Grant) async throws {
        _ = try await client.call(UpstreamOperation.V1.updateCalendar, [id], body: .object(credentials(grant)))
    }

    public func deleteCalendar(_ id: String) async throws -> Bool {
        do {
            _ = try await client.call(UpstreamOperation.V1.deleteCalendar, [id])
            return true
        } catch UpstreamError.notFound {
            return false
        }
    }

    public func sync(_ id: String) async throws {
        _ = try await client.call(UpstreamOperation.V1.resyncAll)
    }

    public func events(_ calendarID: String, _ filter: EventFilter, cursor: String?) async throws -> EventPage {
        var query = [("calendar_id", calendarID), ("status", filter.status)]
        for (name, value) in [
            ("start_date_gte", filter.startGTE), ("start_date_lte", filter.startLTE),
            ("updated_at_gte", filter.updatedGTE), ("attendee_email", filter.attendee),
            ("organizer_email", filter.organizer), ("cursor", cursor),
        ] {
            if let value { query.append((name, value)) }
        }
        let reply = try await client.call(UpstreamOperation.V1.listEvents, query: query)
        guard let items = reply["data"]?.arrayValue else { throw UpstreamError.malformed }
        return EventPage(events: try items.map { try event($0) }, next: Self.cursor(reply["next"]?.stringValue))
    }

    public func event(_ id: String, calendarID: String) async throws -> UpstreamEvent {
        let found = try event(try await client.call(UpstreamOperation.V1.getEvent, [id]))
        // v1 finds any event of the account by its id alone.
        guard calendarID.isEmpty || found.calendarID == calendarID else { throw UpstreamError.notFound }
        return found
    }

    public func schedule(_ target: BotTarget, _ bot: BotRequest) async throws {
        _ = try await client.call(
            UpstreamOperation.V1.scheduleBot, [target.eventID], query: occurrences(target), body: .object(options(bot)))
    }

    public func change(_ target: BotTarget, _ bot: BotRequest) async throws {
        var options = options(bot)
        // PATCH has no silence timeout.
        options["silence_timeout"] = nil
        _ = try await client.call(
            UpstreamOperation.V1.changeBot, [target.eventID], query: occurrences(target), body: .object(options))
    }

    public func cancel(_ target: BotTarget) async throws {
        _ = try await client.call(UpstreamOperation.V1.cancelBot, [target.eventID], query: occurrences(target))
    }

    public func botArtifacts(_ botID: String) async throws -> JSON {
        let reply = try await client.call(
            UpstreamOperation.V1.meetingData, query: [("bot_id", botID), ("include_transcripts", "false")])
        return ["video": reply["mp4"] ?? .null, "audio": reply["audio"] ?? .null, "transcription": .null]
    }

    private func credentials(_ grant: Grant) -> JSON.Members {
        [
            "oauth_client_id": .string(grant.clientID),
            "oauth_client_secret": .string(grant.clientSecret.revealText()),
            "oauth_refresh_token": .string(grant.refreshToken.revealText()),
            "platform": .string(grant.platform == "google" ? "Google" : "Microsoft"),
        ]
    }

    private func occurrences(_ target: BotTarget) -> [(String, String)] {
        [("all_occurrences", target.allOccurrences ? "true" : "false")]
    }

    /// Flat timeouts and `enter_message`: event bots differ from `POST /bots/` here.
    private func options(_ bot: BotRequest) -> JSON.Members {
        var out = JSON.Members()
        if let name = bot.name { out["bot_name"] = .string(name) }
        if let mode = bot.recordingMode { out["recording_mode"] = .string(mode) }
        if let image = bot.image { out["bot_image"] = image }
        if let message = bot.entryMessage { out["enter_message"] = message }
        if let seconds = bot.waitingRoomTimeout { out["waiting_room_timeout"] = .int(seconds) }
        if let seconds = bot.nooneJoinedTimeout { out["noone_joined_timeout"] = .int(seconds) }
        if let seconds = bot.silenceTimeout { out["silence_timeout"] = .int(seconds) }
        switch bot.transcription {
        case .off?: out["speech_to_text"] = .null
        case .on(let provider, let key, let parameters)?:
            // The three names of v1, in their spelling; an unknown one passes as given and is v1's to refuse.
            let known = ["gladia": "Gladia", "runpod": "Runpod", "default": "Default"]
            var speech: JSON.Members = ["provider": .string(known[provider.lowercased()] ?? provider)]
            if let key { speech["api_key"] = .string(key.revealText()) }
            out["speech_to_text"] = .object(speech)
            if let parameters { out["transcription_custom_parameters"] = parameters }
        case nil: break
        }
        if let extra = bot.extra { out["extra"] = extra }
        if let key = bot.deduplicationKey { out["deduplication_key"] = .string(key) }
        return out
    }

    private func calendar(_ json: JSON?) throws -> UpstreamCalendar {
        guard let json, let id = json["uuid"]?.stringValue else { throw UpstreamError.malformed }
        return UpstreamCalendar(
            id: id, rawCalendarID: json["google_id"]?.stringValue, name: json["name"]?.stringValue,
            email: json["email"]?.stringValue, platform: nil, status: nil, statusMessage: nil, syncStatus: nil,
            syncedAt: nil, createdAt: nil)
    }

    private func event(_ json: JSON) throws -> UpstreamEvent {
        guard let id = json["uuid"]?.stringValue, let calendar = json["calendar_uuid"]?.stringValue else {
            throw UpstreamError.malformed
        }
        let url = json["meeting_url"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        return UpstreamEvent(
            id: id, calendarID: calendar, title: json["name"]?.stringValue, start: json["start_time"]?.stringValue,
            end: json["end_time"]?.stringValue, meetingURL: url, platform: MeetingPlatform.of(url),
            isOrganizer: json["is_organizer"]?.boolValue, organizerEmail: nil,
            isRecurring: json["is_recurring"]?.boolValue ?? false, seriesID: json["recurring_event_id"]?.stringValue,
            attendees: attendees(json["attendees"]),
            status: json["deleted"]?.boolValue == true ? "cancelled" : "confirmed",
            updatedAt: json["last_updated_at"]?.stringValue, botScheduled: json["bot_param"]?.objectValue != nil)
    }

    /// `next` is described as a cursor in one place and as a URL in another; both are read.
    public static func cursor(_ next: String?) -> String? {
        guard let next, !next.isEmpty else { return nil }
        guard next.contains("://") || next.hasPrefix("/"), let query = next.split(separator: "?").last else {
            return next
        }
        return Form.decode(String(query))?.first { $0.name == "cursor" }?.value ?? next
    }
}

/// Attendees as both versions have them; nil when the field is absent.
func attendees(_ json: JSON?) -> [(email: String, name: String?)]? {
    json?.arrayValue?.compactMap { item in
        item["email"]?.stringValue.map { (email: $0, name: item["name"]?.stringValue) }
    }
}

/// v1 does not say which service a link belongs to.
enum MeetingPlatform {
    static func of(_ url: String?) -> String? {
        guard let url = url?.lowercased() else { return nil }
        if url.contains("zoom.us") || url.contains("zoom.com") { return "zoom" }
        if url.contains("meet.google.com") { return "meet" }
        if url.contains("teams.microsoft.com") || url.contains("teams.live.com") { return "teams" }
        return nil
    }
}
