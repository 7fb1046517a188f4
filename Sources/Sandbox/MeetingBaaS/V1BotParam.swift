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
