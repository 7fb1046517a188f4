import Synchronization

/// v1's `BotParam`: the options of an event bot, secrets included, as v1 repeats them (facts 1.3).
enum V1BotParam {
    static let strings = [
        "bot_name", "bot_image", "deduplication_key", "enter_message", "recording_mode", "streaming_audio_frequency",
        "streaming_input", "streaming_output", "webhook_url", "zoom_access_token_url", "zoom_obf_token",
        "zoom_obf_token_url", "zoom_obf_token_user_id", "zoom_sdk_id", "zoom_sdk_pwd",
    ]
    static let integers = ["noone_joined_timeout", "waiting_room_timeout", "silence_timeout"]
    static let known = Set(strings + integers + ["extra", "speech_to_text", "transcription_custom_parameters"])

    static func json(_ config: [String: JSON], accountURL: String?) -> JSON {
        .object(fields(config, accountURL: accountURL))
    }

    static func fields(_ config: [String: JSON], accountURL: String?) -> [String: JSON] {
        var fields: [String: JSON] = [:]
        for name in strings + ["noone_joined_timeout", "waiting_room_timeout"] { fields[name] = config[name] ?? .null }
        fields["bot_name"] = config["bot_name"] ?? "Bot"
        if fields["webhook_url"]?.string == nil { fields["webhook_url"] = .string(accountURL ?? "") }
        fields["extra"] = config["extra"] ?? .null
        fields["transcription_custom_parameters"] = config["transcription_custom_parameters"] ?? .null
        let speech = config["speech_to_text"]
        fields["speech_to_text_provider"] = speech?["provider"] ?? (speech?.string).map { .string($0) } ?? .null
        fields["speech_to_text_api_key"] = speech?["api_key"] ?? .null
        return fields
    }
}

/// `GET /bots/meeting_data`, by schema `Metadata`.
struct V1Bots: Sendable {
    let upstream: Upstream

    func meetingData(_ call: Call, _ account: String) throws -> Reply {
        guard let id = call.query("bot_id") else { throw Refusal(V1.error(400, "missing field `bot_id`")) }
        let (bot, owner) = upstream.state.withLock { ($0.bots[id.lowercased()], $0.accounts[account]) }
        guard let bot, bot.account == account, bot.version == .v1 else { throw V1.notFound("Bot") }
        let ready = bot.status == "completed"
        func link(_ name: String) -> JSON { .string(ready ? upstream.addresses.artifact(bot.id, name) : "") }
        var fields = V1BotParam.fields(bot.config, accountURL: owner?.settings.webhookURL)
        fields["silence_timeout"] = bot.config["silence_timeout"] ?? .null
        let extra: [String: JSON] = [
            "account_id": .integer(owner?.number ?? 0), "bot_exited_at": bot.exitedAt?.json ?? .null,
            "bot_joined_at": bot.joinedAt?.json ?? .null, "bot_param_id": 1, "created_at": bot.createdAt.json,
            "diarization_v2": true, "ended_at": bot.exitedAt?.json ?? .null,
            "errors": bot.status == "failed" ? "BotNotAccepted" : nil, "event_id": 1, "id": 1, "is_stopped": false,
            "meeting_url": .string(bot.event.meetingURL ?? ""), "mp4_s3_path": .string("\(bot.id)/output.mp4"),
            "reserved": false, "scheduled_bot_id": 1, "session_id": nil, "uuid": .string(bot.id),
        ]
        let wanted =
            call.query("include_transcripts") != "false" && ready && bot.config["speech_to_text"]?.isNull == false
        let transcript: JSON = [
            "bot_id": 1, "id": 1, "speaker": .string(bot.event.attendees.first?.name ?? "Speaker"),
            "start_time": .number(1.5),
            "end_time": .number(2.4), "lang": "en", "user_id": nil,
            "words": [
                [
                    "bot_id": 1, "id": 1, "start_time": .number(1.5), "end_time": .number(2.4), "text": "Hello",
                    "user_id": nil,
                ]
            ],
        ]
        let duration = bot.joinedAt.flatMap { joined in bot.exitedAt.map { $0.seconds - joined.seconds } } ?? 0
        return .json(
            200,
            [
                "mp4": link("video.mp4"), "audio": link("audio.wav"), "duration": .integer(duration),
                "meeting_participants_file": link("participants.json"),
                "speaker_diarization_file": link("diarization.jsonl"),
                "speaker_diarization_file_network": link("diarization_network.jsonl"),
                "bot_data": [
                    "bot": .object(fields.merging(extra) { $1 }), "event_uuid": .string(bot.event.id),
                    "transcripts": .array(wanted ? [transcript] : []),
                ],
            ])
    }
}
