import Synchronization

/// v2's bots, read one by one: details, status and screenshots.
struct V2Bots: Sendable {
    let upstream: Upstream

    func get(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let bot = try find(call, account)
        var item = V2Bots.artifacts(bot, upstream.addresses)
        item.merge(V2Bots.summary(bot)) { $1 }
        item["recording_mode"] = bot.config["recording_mode"] ?? "speaker_view"
        item["artifacts_deleted"] = .bool(bot.dataDeleted)
        item["chat_messages"] = JSON.null
        item["zoom_config"] = V2Bots.zoom(bot.config)
        return V2.success(200, .object(item))
    }

    func status(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let bot = try find(call, account)
        let transcribed = bot.config["transcription_enabled"]?.bool == true
        let transcription: JSON =
            !transcribed ? "not-applicable" : bot.status == "completed" ? "done" : "not-started"
        return V2.success(
            200,
            [
                "bot_id": .string(bot.id), "status": .string(bot.status), "transcription_status": transcription,
                "updated_at": bot.updatedAt.json,
            ])
    }

    /// Of Google Meet and Teams only, and not of audio alone; none once the data is deleted (v2, `getBotScreenshots`).
    func screenshots(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let query = V2Query(call)
        let bot = try find(call, account)
        let exist = bot.isReady && V2Bots.platform(bot) != "zoom" && bot.config["recording_mode"] != "audio_only"
        let rows = (1..<(exist ? 4 : 1)).map { number -> (key: String, item: JSON) in
            let url = upstream.addresses.artifact(bot.id, "screenshot-\(number).png")
            return ("\(number)", ["screenshot_id": .integer(number), "url": .string(url)])
        }
        return V2.list(try V2Page(rows, limit: query.limit(), cursor: query["cursor"]))
    }

    func find(_ call: Call, _ account: String) throws -> BotRecord {
        let id = try V2Bots.id(call)
        guard let bot = upstream.state.withLock({ $0.bot(id, of: account, .v2) }) else { throw V2Bots.notFound(id) }
        return bot
    }

    static func id(_ call: Call) throws -> String {
        let id = call.parameter("bot_id")
        guard Identifiers.isUUID(id) else { throw V2.invalid("params/bot_id Invalid UUID") }
        return id
    }

    static func notFound(_ id: String) -> Refusal {
        V2.missing("FST_ERR_BOT_NOT_FOUND_BY_ID", "Bot with ID \(id) not found")
    }

    static func platform(_ bot: BotRecord) -> String { MeetingLink.platform(of: bot.meetingURL) ?? "meet" }

    /// The members that details and list items share.
    static func summary(_ bot: BotRecord) -> [String: JSON] {
        [
            "bot_id": .string(bot.id), "bot_name": bot.config["bot_name"] ?? "Bot",
            "meeting_url": .string(bot.meetingURL.isEmpty ? "https://example.com/" : bot.meetingURL),
            "meeting_platform": .string(platform(bot)), "extra": bot.config["extra"] ?? .null,
            "created_at": bot.createdAt.json, "joined_at": bot.joinedAt?.json ?? .null,
            "exited_at": bot.exitedAt?.json ?? .null, "status": .string(bot.status),
            "error_code": .optional(bot.failure?.code), "error_message": .optional(bot.failure?.message), "tokens": nil,
        ]
    }

    /// As details repeat it: without the OBF token, for which the closed schema has no place.
    static func zoom(_ config: [String: JSON]) -> JSON {
        guard let zoom = config["zoom_config"]?.object else { return .null }
        let presented: Set = ["credential_id", "credential_user_id", "obf_token_url", "zak_token_url"]
        return .object(zoom.filter { presented.contains($0.key) })
    }

    /// The members that details and `bot.completed` share: people, times and the links, which are valid for four hours.
    static func artifacts(_ bot: BotRecord, _ addresses: Addresses) -> [String: JSON] {
        let ready = bot.isReady
        let transcribed = ready && bot.config["transcription_enabled"]?.bool == true
        func link(_ name: String, _ exists: Bool) -> JSON {
            exists ? .string(addresses.artifact(bot.id, name)) : .null
        }
        let people = (bot.joinedAt == nil ? [] : bot.people).enumerated().map { index, name -> JSON in
            ["name": .string(name), "id": .integer(index + 1)]
        }
        return [
            "participants": .array(people), "speakers": .array(Array(people.prefix(2))),
            "duration_seconds": bot.duration.map { .integer($0) } ?? .null, "joined_at": bot.joinedAt?.json ?? .null,
            "exited_at": bot.exitedAt?.json ?? .null,
            "video": link("video.mp4", ready && bot.config["recording_mode"] != "audio_only"),
            "audio": link("audio.flac", ready), "diarization": link("diarization.jsonl", ready),
            "raw_transcription": link("raw_transcription.json", transcribed),
            "transcription": link("transcription.json", transcribed),
            "transcription_provider": transcribed ? "gladia" : nil,
            "transcription_ids": transcribed ? [.string(Identifiers.uuid(from: "transcription", bot.id))] : nil,
        ]
    }
}
