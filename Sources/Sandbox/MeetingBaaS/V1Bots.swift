import Synchronization

/// `GET /bots/meeting_data`, by schema `Metadata`.
struct V1Bots: Sendable {
    let upstream: Upstream

    func meetingData(_ call: Call, _ account: String) throws -> Reply {
        guard let id = call.query("bot_id") else { throw Refusal(V1.error(400, "missing field `bot_id`")) }
        let bot = try find(id, account)
        let owner = upstream.state.withLock { $0.accounts[account] }
        let ready = bot.isReady
        let config = bot.event == nil ? V1Join.flat(bot.config) : bot.config
        func link(_ name: String) -> JSON { .string(ready ? upstream.addresses.artifact(bot.id, name) : "") }
        var fields = V1BotParam.fields(config, accountURL: owner?.settings.webhookURL)
        fields["silence_timeout"] = config["silence_timeout"] ?? .null
        let extra: [String: JSON] = [
            "account_id": .integer(owner?.number ?? 0), "bot_exited_at": bot.exitedAt?.json ?? .null,
            "bot_joined_at": bot.joinedAt?.json ?? .null, "bot_param_id": .integer(bot.number),
            "created_at": bot.createdAt.json, "diarization_v2": true, "ended_at": bot.endedAt?.json ?? .null,
            "errors": .optional(bot.failure?.name), "event_id": bot.event == nil ? nil : 1, "id": .integer(bot.number),
            "is_stopped": false, "meeting_url": .string(bot.meetingURL),
            "mp4_s3_path": .string("\(bot.id)/output.mp4"), "reserved": config["reserved"] ?? false,
            "scheduled_bot_id": bot.event == nil && bot.startsAt == nil ? nil : .integer(bot.number),
            "session_id": nil, "uuid": .string(bot.id),
        ]
        let wanted =
            call.query("include_transcripts") != "false" && ready && config["speech_to_text"]?.isNull == false
        let transcript: JSON = [
            "bot_id": 1, "id": 1, "speaker": .string(bot.people.first ?? "Speaker"),
            "start_time": .number(1.5), "end_time": .number(2.4), "lang": "en", "user_id": nil,
            "words": [
                [
                    "bot_id": 1, "id": 1, "start_time": .number(1.5), "end_time": .number(2.4), "text": "Hello",
                    "user_id": nil,
                ]
            ],
        ]
        return .json(
            200,
            [
                "mp4": link("video.mp4"), "audio": link("audio.wav"), "duration": .integer(bot.duration ?? 0),
                "meeting_participants_file": link("participants.json"),
                "speaker_diarization_file": link("diarization.jsonl"),
                "speaker_diarization_file_network": link("diarization_network.jsonl"),
                "bot_data": [
                    "bot": .object(fields.merging(extra) { $1 }), "event_uuid": .optional(bot.event?.id),
                    "transcripts": .array(wanted ? [transcript] : []),
                ],
            ])
    }

    func find(_ id: String, _ account: String) throws -> BotRecord {
        guard let bot = upstream.state.withLock({ $0.bot(id, of: account, .v1) }) else { throw V1.notFound("Bot") }
        return bot
    }
}
