/// Bot webhooks of both versions (facts 6.3 and 6.4; v2: `BotWebhook*`).
enum BotMessages {
    static func status(_ bot: BotRecord, _ code: String) -> JSON {
        var status: [String: JSON] = ["code": .string(code), "created_at": bot.updatedAt.json]
        if code == "in_call_recording" { status["start_time"] = .integer(bot.updatedAt.seconds) }
        return message(bot, "bot.status_change", ["status": .object(status)])
    }

    /// The final webhook of a bot; the same at every call, except for the links.
    static func final(_ bot: BotRecord, _ addresses: Addresses) -> JSON {
        let sent = (bot.finishedAt ?? bot.updatedAt).json
        if let failure = bot.failure {
            switch bot.version {
            case .v1:
                return message(
                    bot, "failed", ["error": .string(failure.name), "message": .string(failure.message)])
            case .v2:
                return message(
                    bot, "bot.failed",
                    [
                        "error_code": .string(failure.code), "error_message": .string(failure.message),
                        "sent_at": sent,
                    ])
            }
        }
        switch bot.version {
        case .v1: return message(bot, "complete", complete(bot, addresses))
        case .v2:
            var data = V2Bots.artifacts(bot, addresses)
            data["data_deleted"] = .bool(bot.dataDeleted)
            data["sent_at"] = sent
            return message(bot, "bot.completed", data)
        }
    }

    /// v1: after `retranscribe`; nothing else to map by (facts 6.3).
    static func transcribed(_ bot: BotRecord) -> JSON {
        ["event": "transcription_complete", "data": ["bot_id": .string(bot.id)]]
    }

    private static func complete(_ bot: BotRecord, _ addresses: Addresses) -> [String: JSON] {
        let speakers = bot.people.prefix(2)
        let spoken = bot.config["speech_to_text"].map { !$0.isNull } ?? false
        let transcript = speakers.enumerated().map { index, speaker -> JSON in
            let start = Double(index) * 3 + 1.5
            return [
                "speaker": .string(speaker), "offset": .number(start), "start_time": .number(start),
                "end_time": .number(start + 0.9),
                "words": [
                    ["start": .number(start), "end": .number(start + 0.4), "word": "Hello"],
                    ["start": .number(start + 0.5), "end": .number(start + 0.9), "word": "everyone"],
                ],
            ]
        }
        return [
            "event": "complete", "transcript": .array(spoken ? transcript : []),
            "speakers": .array(speakers.map { .string($0) }),
            "mp4": .string(addresses.artifact(bot.id, "video.mp4")),
            "audio": .string(addresses.artifact(bot.id, "audio.wav")),
        ]
    }

    /// v1 has `extra` in `data`, and `event_uuid` of calendar bots only. v2 has `extra` beside `data`: the schema, not
    /// the guide (facts 6.4); and `event_id`, null for plain bots.
    private static func message(_ bot: BotRecord, _ event: String, _ data: [String: JSON]) -> JSON {
        var data = data
        let extra = bot.config["extra"] ?? .null
        data["bot_id"] = .string(bot.id)
        switch bot.version {
        case .v1:
            if let id = bot.event?.id { data["event_uuid"] = .string(id) }
            data["extra"] = extra
            return ["event": .string(event), "data": .object(data)]
        case .v2:
            data["event_id"] = .optional(bot.event?.id)
            return ["event": .string(event), "data": .object(data), "extra": extra]
        }
    }
}
