import Synchronization

/// v1's `POST /bots`: `JoinRequest`, which is closed (unlike an event bot's options) and spells some of them otherwise.
struct V1Join: Sendable {
    let upstream: Upstream

    private static let strings = [
        "bot_image", "bot_name", "deduplication_key", "entry_message", "meeting_url", "recording_mode", "webhook_url",
        "zoom_access_token_url", "zoom_obf_token", "zoom_obf_token_url", "zoom_obf_token_user_id", "zoom_sdk_id",
        "zoom_sdk_pwd",
    ]
    private static let known = Set(
        strings + [
            "automatic_leave", "extra", "reserved", "speech_to_text", "start_time", "streaming",
            "transcription_custom_parameters",
        ])

    func join(_ call: Call, _ account: String) throws -> Reply {
        let body = try V1.body(call)
        try V1Join.check(body)
        let url = try V1.required(body, "meeting_url")
        let now = Moment.now
        let start = body["start_time"]?.integer.map { Moment(milliseconds: $0 * 1000) }
        let startsAt = start.flatMap { $0 > now ? $0 : nil }
        let key = try V1.string(body, "deduplication_key")
        let bot = upstream.state.withLock { state -> BotRecord? in
            // One bot per link, key and five minutes; no key is a key like others (facts 3.6).
            let twin = state.hasTwin(url, account: account, .v1, at: startsAt ?? now) { other in
                other.status != "cancelled" && other.config["deduplication_key"]?.string == key
            }
            guard !twin else { return nil }
            return state.addBot(body.object ?? [:], account: account, version: .v1, startsAt: startsAt)
        }
        guard let bot else { throw Refusal(V1.error(409, "A bot is already in this meeting")) }
        return .json(200, ["bot_id": .string(bot.id)])
    }

    private static func check(_ body: JSON) throws {
        if let unknown = body.object?.keys.filter({ !known.contains($0) }).min() {
            throw Refusal(V1.error(400, "unknown field `\(unknown)`"))
        }
        _ = try V1.required(body, "bot_name")
        for name in strings { _ = try V1.string(body, name) }
        try V1.choice(body, "recording_mode", ["speaker_view", "gallery_view", "audio_only"])
        try V1.integer(body, "start_time", least: 0)
        // Seconds; milliseconds, a usual mistake, lie thousands of years ahead.
        if let start = body["start_time"]?.integer, start > 253_402_300_799 {
            throw Refusal(V1.error(400, "start_time is out of range"))
        }
        if let reserved = body["reserved"], reserved.bool == nil {
            throw Refusal(V1.error(400, "invalid type for `reserved`: expected a boolean"))
        }
        if let leave = try object(body, "automatic_leave") {
            for name in V1BotParam.integers { try V1.integer(leave, name, least: 0) }
        }
        if let streaming = try object(body, "streaming") {
            for name in ["input", "output"] { _ = try V1.string(streaming, name) }
            try V1.choice(streaming, "audio_frequency", ["16khz", "24khz"])
        }
        try V1.speechToText(body)
    }

    private static func object(_ body: JSON, _ name: String) throws -> JSON? {
        guard let value = body[name], !value.isNull else { return nil }
        guard value.object != nil else {
            throw Refusal(V1.error(400, "invalid type for `\(name)`: expected an object"))
        }
        return value
    }

    /// The request in the flat form in which `BotParam` shows it.
    static func flat(_ config: [String: JSON]) -> [String: JSON] {
        var flat = config
        flat["enter_message"] = config["entry_message"]
        for name in V1BotParam.integers { flat[name] = config["automatic_leave"]?[name] }
        for name in ["input", "output", "audio_frequency"] { flat["streaming_" + name] = config["streaming"]?[name] }
        return flat
    }
}
