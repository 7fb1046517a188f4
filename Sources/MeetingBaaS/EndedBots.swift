public import JSONValue

/// A bot that has ended, as a list of bots shows it.
public struct EndedBot: Sendable {
    public let id: String
    /// When it ended; nil where upstream does not say.
    public let endedAt: Timestamp?
    public let extra: JSON?

    /// v1's times may come without a zone, and are UTC then.
    fileprivate init?(id: JSON?, endedAt: JSON?, extra: JSON?) {
        guard let id = WebhookPayload.uuid(id) else { return nil }
        self.id = id
        let text = endedAt?.stringValue
        self.endedAt = text.flatMap { Timestamp(rfc3339: $0) ?? Timestamp(rfc3339: $0 + "Z") }
        self.extra = extra
    }
}

/// Bots that ended, and whether the list was read to its end.
public struct EndedBots: Sendable {
    public let bots: [EndedBot]
    public let isWhole: Bool
}

/// Requests to Meeting BaaS about bots whose webhooks were lost (it gives up after about three hours).
extension V1 {
    public func endedBots(since: Timestamp) async throws -> EndedBots {
        // Without a zone, as this parameter has it.
        let time = String("\(since)".prefix(19))
        let (items, isWhole) = try await pages { cursor in
            var query = [("ended_after", time), ("limit", "50")]
            if let cursor { query.append(("cursor", cursor)) }
            let reply = try await client.call(UpstreamOperation.V1.listBots, query: query)
            guard let items = reply["bots"]?.arrayValue else { throw UpstreamError.malformed }
            let ended = items.filter { $0["ended_at"]?.stringValue != nil }
            return (ended, reply["next_cursor"]?.stringValue)
        }
        let bots = items.compactMap { EndedBot(id: $0["uuid"], endedAt: $0["ended_at"], extra: $0["extra"]) }
        return EndedBots(bots: bots, isWhole: isWhole)
    }

    /// The payload of the final webhook: `complete`, or `failed` if upstream recorded an error. v1 lists a bot as ended
    /// before its recording exists: without a link and a transcript this returns nil.
    public func finalWebhook(of bot: EndedBot) async throws -> JSON? {
        let reply = try await client.call(UpstreamOperation.V1.meetingData, query: [("bot_id", bot.id)])
        let record = reply["bot_data"]?["bot"]
        var data: JSON.Members = ["bot_id": .string(bot.id)]
        if let error = record?["errors"]?.stringValue, !error.isEmpty {
            data["error"] = .string(error)
            data["message"] = .string(error)
            data["extra"] = bot.extra ?? .null
            return ["event": "failed", "data": .object(data)]
        }
        let hasLink = reply["mp4"]?.stringValue.map { !$0.isEmpty } ?? false
        guard hasLink || reply["bot_data"]?["transcripts"]?.arrayValue?.isEmpty == false else { return nil }
        data["transcript"] = reply["bot_data"]?["transcripts"] ?? .array([])
        data["speakers"] = .array(
            Self.names(reply["bot_data"]?["transcripts"]?.arrayValue ?? []).map { .string($0) })
        data["mp4"] = reply["mp4"] ?? .null
        data["audio"] = reply["audio"] ?? .null
        data["event"] = "complete"
        data["extra"] = bot.extra ?? .null
        return ["event": "complete", "data": .object(data)]
    }

    private static func names(_ transcripts: [JSON]) -> [String] {
        var names: [String] = []
        for name in transcripts.compactMap({ $0["speaker"]?.stringValue }) where !names.contains(name) {
            names.append(name)
        }
        return names
    }
}

extension V2 {
    public func endedBots(since: Timestamp) async throws -> EndedBots {
        let (items, isWhole) = try await pages { cursor in
            var query = [("ended_after", "\(since)"), ("status", "completed,failed"), ("limit", "250")]
            if let cursor { query.append(("cursor", cursor)) }
            let reply = try await client.call(UpstreamOperation.V2.listBots, query: query)
            return (try list(reply), reply["cursor"]?.stringValue)
        }
        let bots = items.compactMap { EndedBot(id: $0["bot_id"], endedAt: $0["ended_at"], extra: $0["extra"]) }
        return EndedBots(bots: bots, isWhole: isWhole)
    }

    /// The payload of the final webhook: `bot.completed` or `bot.failed`.
    public func finalWebhook(of bot: EndedBot) async throws -> JSON? {
        let found = try data(await client.call(UpstreamOperation.V2.bot, [bot.id]))
        let hasFailed = found["status"]?.stringValue == "failed"
        var data: JSON.Members = ["bot_id": .string(bot.id), "event_id": found["event_id"] ?? .null]
        let names =
            hasFailed
            ? ["error_message", "error_code"]
            : [
                "participants", "speakers", "duration_seconds", "joined_at", "exited_at", "video", "audio",
                "diarization", "raw_transcription", "transcription", "transcription_provider", "transcription_ids",
            ]
        for name in names { data[name] = found[name] ?? .null }
        if !hasFailed { data["data_deleted"] = found["artifacts_deleted"] ?? false }
        data["sent_at"] = .text(bot.endedAt.map { "\($0)" })
        return [
            "event": hasFailed ? "bot.failed" : "bot.completed", "data": .object(data),
            "extra": found["extra"] ?? bot.extra ?? .null,
        ]
    }
}

extension CalendarAPI {
    /// Follows cursors, 40 pages at most.
    fileprivate func pages(
        _ read: (String?) async throws -> ([JSON], String?)
    ) async throws -> (items: [JSON], isWhole: Bool) {
        var found: [JSON] = []
        var cursor: String?
        for _ in 0..<40 {
            let (items, next) = try await read(cursor)
            found += items
            cursor = next
            if next == nil { return (found, true) }
        }
        return (found, false)
    }
}
