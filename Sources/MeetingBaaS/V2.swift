public import JSONValue
import Sealing

/// Meeting BaaS version 2, as `openapi-v2.json` has it: `{success, data}`, small platform names, bots by calendar and
/// series.
public struct V2: CalendarAPI {
    let client: UpstreamClient
    public let version = APIVersion.v2

    public init(_ client: UpstreamClient) { self.client = client }

    public func rawCalendars(_ grant: Grant) async throws -> [RawCalendar] {
        let body = credentials(grant, platform: true)
        return try list(try await client.call(UpstreamOperation.V2.rawCalendars, body: .object(body))).map { item in
            guard let id = item["id"]?.stringValue else { throw UpstreamError.malformed }
            return RawCalendar(
                id: id, name: item["name"]?.stringValue, email: item["email"]?.stringValue,
                isPrimary: item["is_primary"]?.boolValue ?? false)
        }
    }

    public func createCalendar(_ grant: Grant, rawCalendarID: String) async throws -> UpstreamCalendar {
        var body = credentials(grant, platform: true)
        body["raw_calendar_id"] = .string(rawCalendarID)
        return try calendar(try data(await client.call(UpstreamOperation.V2.createCalendar, body: .object(body))))
    }

    public func allCalendars() async throws -> [UpstreamCalendar] {
        var found: [UpstreamCalendar] = []
        var cursor: String?
        // 1000 calendars and more are a plan; 100 pages of 250 are a bound against a cursor that never ends.
        for _ in 0..<100 {
            var query = [("limit", "250")]
            if let cursor { query.append(("cursor", cursor)) }
            let reply = try await client.call(UpstreamOperation.V2.listCalendars, query: query)
            found += try list(reply).map { try calendar($0) }
            cursor = reply["cursor"]?.stringValue
            if cursor == nil { return found }
        }
        // A part would show what it lacks as gone.
        throw UpstreamError.malformed
    }

    public func calendar(_ id: String) async throws -> UpstreamCalendar {
        try calendar(try data(await client.call(UpstreamOperation.V2.getCalendar, [id])))
    }

    public func updateCalendar(_ id: String, _ grant: Grant) async throws {
        _ = try await client.call(
            UpstreamOperation.V2.updateCalendar, [id], body: .object(credentials(grant, platform: false)))
    }

    public func deleteCalendar(_ id: String) async throws -> Bool {
        do {
            _ = try await client.call(UpstreamOperation.V2.deleteCalendar, [id])
            return true
        } catch UpstreamError.notFound {
            return false
        }
    }

    public func sync(_ id: String) async throws {
        _ = try await client.call(UpstreamOperation.V2.syncCalendar, [id])
    }

    /// v2 filters by the window of starts only, and its items lack attendees, organiser and change time.
    public func events(_ calendarID: String, _ filter: EventFilter, cursor: String?) async throws -> EventPage {
        var query = [("limit", String(filter.limit)), ("show_cancelled", "true")]
        for (name, value) in [("start_date", filter.startGTE), ("end_date", filter.startLTE), ("cursor", cursor)] {
            if let value { query.append((name, value)) }
        }
        let reply = try await client.call(UpstreamOperation.V2.listEvents, [calendarID], query: query)
        return EventPage(
            events: try list(reply).map { try event($0, calendarID: calendarID) }, next: reply["cursor"]?.stringValue)
    }

    public func event(_ id: String, calendarID: String) async throws -> UpstreamEvent {
        try event(try data(await client.call(UpstreamOperation.V2.getEvent, [calendarID, id])), calendarID: calendarID)
    }

    public func schedule(_ target: BotTarget, _ bot: BotRequest) async throws {
        var body = options(bot)
        for (name, value) in selector(target) { body[name] = value }
        try check(try await client.call(UpstreamOperation.V2.scheduleBot, [target.calendarID], body: .object(body)))
    }

    public func change(_ target: BotTarget, _ bot: BotRequest) async throws {
        var body = options(bot)
        for (name, value) in selector(target) { body[name] = value }
        try check(try await client.call(UpstreamOperation.V2.changeBot, [target.calendarID], body: .object(body)))
    }

    public func cancel(_ target: BotTarget) async throws {
        try check(
            try await client.call(UpstreamOperation.V2.cancelBot, [target.calendarID], body: .object(selector(target))))
    }

    public func botArtifacts(_ botID: String) async throws -> JSON {
        let bot = try data(await client.call(UpstreamOperation.V2.bot, [botID]))
        var out = JSON.Members()
        for name in ["video", "audio", "transcription", "raw_transcription", "diarization", "chat_messages"] {
            if let value = bot[name] { out[name] = value }
        }
        return .object(out)
    }

    private func credentials(_ grant: Grant, platform: Bool) -> JSON.Members {
        var out: JSON.Members = [
            "oauth_client_id": .string(grant.clientID),
            "oauth_client_secret": .string(grant.clientSecret.revealText()),
            "oauth_refresh_token": .string(grant.refreshToken.revealText()),
        ]
        if platform { out["calendar_platform"] = .string(grant.platform) }
        if grant.platform == "microsoft" { out["oauth_tenant_id"] = .string(grant.directory ?? "common") }
        return out
    }

    /// `series_id` is required even for one event, `event_id` when it is one.
    private func selector(_ target: BotTarget) -> JSON.Members {
        var out: JSON.Members = [
            "series_id": .text(target.seriesID), "all_occurrences": .bool(target.allOccurrences),
        ]
        if !target.allOccurrences { out["event_id"] = .string(target.eventID) }
        return out
    }

    private func options(_ bot: BotRequest) -> JSON.Members {
        var out = JSON.Members()
        if let name = bot.name { out["bot_name"] = .string(name) }
        if let mode = bot.recordingMode { out["recording_mode"] = .string(mode) }
        if let image = bot.image { out["bot_image"] = image }
        if let message = bot.entryMessage { out["entry_message"] = message }
        var timeouts = JSON.Members()
        if let seconds = bot.waitingRoomTimeout { timeouts["waiting_room_timeout"] = .int(seconds) }
        if let seconds = bot.nooneJoinedTimeout { timeouts["no_one_joined_timeout"] = .int(seconds) }
        if let seconds = bot.silenceTimeout { timeouts["silence_timeout"] = .int(seconds) }
        if !timeouts.isEmpty { out["timeout_config"] = .object(timeouts) }
        switch bot.transcription {
        // PATCH takes no null for the config.
        case .off?: out["transcription_enabled"] = false
        case .on(let provider, let key, let parameters)?:
            // Both are needed, or no transcript is made.
            var config: JSON.Members = ["provider": .string(provider.lowercased())]
            if let key { config["api_key"] = .string(key.revealText()) }
            if let parameters { config["custom_params"] = parameters }
            out["transcription_enabled"] = true
            out["transcription_config"] = .object(config)
        case nil: break
        }
        if let extra = bot.extra { out["extra"] = extra }
        return out
    }

    /// 200 and 201 are answered even when every item failed.
    private func check(_ reply: JSON) throws {
        let done = reply["data"]?.arrayValue ?? []
        guard done.isEmpty, let error = reply["errors"]?.arrayValue?.first else { return }
        let code = error["code"]?.stringValue
        if let code, code.contains("NOT_FOUND") { throw UpstreamError.notFound }
        if let code, code.contains("CAP_REACHED") || code.contains("INSUFFICIENT_TOKENS") {
            throw UpstreamError.quota(code)
        }
        throw UpstreamError.rejected(status: 200, code: code, message: error["message"]?.stringValue)
    }

    func data(_ reply: JSON) throws -> JSON {
        guard let data = reply["data"], data.objectValue != nil else { throw UpstreamError.malformed }
        return data
    }

    func list(_ reply: JSON) throws -> [JSON] {
        guard let items = reply["data"]?.arrayValue else { throw UpstreamError.malformed }
        return items
    }

    private func calendar(_ json: JSON) throws -> UpstreamCalendar {
        guard let id = json["calendar_id"]?.stringValue else { throw UpstreamError.malformed }
        return UpstreamCalendar(
            id: id, rawCalendarID: nil, name: nil, email: json["account_email"]?.stringValue,
            platform: json["calendar_platform"]?.stringValue, status: json["status"]?.stringValue,
            statusMessage: json["status_message"]?.stringValue, syncStatus: json["sync_status"]?.stringValue,
            syncedAt: json["synced_at"]?.stringValue, createdAt: json["created_at"]?.stringValue)
    }

    private func event(_ json: JSON, calendarID: String) throws -> UpstreamEvent {
        guard let id = json["event_id"]?.stringValue else { throw UpstreamError.malformed }
        return UpstreamEvent(
            id: id, calendarID: json["calendar_id"]?.stringValue ?? calendarID, title: json["title"]?.stringValue,
            start: json["start_time"]?.stringValue, end: json["end_time"]?.stringValue,
            meetingURL: json["meeting_url"]?.stringValue, platform: json["meeting_platform"]?.stringValue,
            isOrganizer: nil, organizerEmail: json["organizer_email"]?.stringValue,
            isRecurring: json["event_type"]?.stringValue == "recurring", seriesID: json["series_id"]?.stringValue,
            attendees: attendees(json["attendees"]), status: json["status"]?.stringValue ?? "confirmed",
            updatedAt: json["updated_at"]?.stringValue, botScheduled: json["bot_scheduled"]?.boolValue ?? false)
    }
}
