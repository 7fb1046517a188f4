import Synchronization

/// v2's bots, as far as calendar bots need them: details and status.
struct V2Bots: Sendable {
    let upstream: Upstream

    func get(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let bot = try find(call, account)
        var item = V2Bots.artifacts(bot, upstream.addresses)
        item["bot_id"] = .string(bot.id)
        item["bot_name"] = bot.config["bot_name"] ?? "Bot"
        item["meeting_url"] = .string(bot.event.meetingURL ?? "https://example.com/")
        item["meeting_platform"] = .string(bot.event.platform ?? "meet")
        item["recording_mode"] = bot.config["recording_mode"] ?? "speaker_view"
        item["status"] = .string(bot.status)
        item["created_at"] = bot.createdAt.json
        item["artifacts_deleted"] = false
        item["chat_messages"] = JSON.null
        item["error_code"] = bot.status == "failed" ? "BOT_NOT_ACCEPTED" : JSON.null
        item["error_message"] = bot.status == "failed" ? .string(BotLife.failure) : JSON.null
        item["tokens"] = JSON.null
        item["extra"] = bot.config["extra"] ?? .null
        item["zoom_config"] = JSON.null
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

    private func find(_ call: Call, _ account: String) throws -> BotRecord {
        let id = call.parameter("bot_id")
        guard Identifiers.isUUID(id) else { throw V2.invalid("params/bot_id Invalid UUID") }
        let bot = upstream.state.withLock { $0.bots[id.lowercased()] }
        guard let bot, bot.account == account, bot.version == .v2 else {
            throw V2.missing("FST_ERR_BOT_NOT_FOUND_BY_ID", "Bot with ID \(id) not found")
        }
        return bot
    }

    /// What details and `bot.completed` share: people, times and the links, which live four hours.
    static func artifacts(_ bot: BotRecord, _ addresses: Addresses) -> [String: JSON] {
        let ready = bot.status == "completed"
        let transcribed = ready && bot.config["transcription_enabled"]?.bool == true
        func link(_ name: String, _ exists: Bool) -> JSON {
            exists ? .string(addresses.artifact(bot.id, name)) : .null
        }
        let people =
            bot.joinedAt == nil
            ? []
            : bot.event.attendees.enumerated().map { index, attendee -> JSON in
                ["name": .string(attendee.name ?? attendee.email), "id": .integer(index + 1)]
            }
        let duration = bot.joinedAt.flatMap { joined in bot.exitedAt.map { $0.seconds - joined.seconds } }
        return [
            "participants": .array(people), "speakers": .array(Array(people.prefix(2))),
            "duration_seconds": duration.map { .integer($0) } ?? .null, "joined_at": bot.joinedAt?.json ?? .null,
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
