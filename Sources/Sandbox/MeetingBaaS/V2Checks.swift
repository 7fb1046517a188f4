/// Checks of a v2 body against the vendor's request schemas; the first fault is refused with 400.
struct V2Checks: Sendable {
    let object: [String: JSON]
    var path = "body"

    init(_ value: JSON, path: String = "body") throws {
        guard let object = value.object else { throw V2.invalid("\(path) Invalid input: expected object") }
        self.object = object
        self.path = path
    }

    /// The member, or nil when it is absent (or null, where that is allowed).
    private func member(_ name: String, required: Bool, nullable: Bool) throws -> JSON? {
        guard let value = object[name] else {
            if required { throw V2.invalid("\(path)/\(name) Invalid input: expected a value, received undefined") }
            return nil
        }
        if value.isNull {
            guard nullable else { throw V2.invalid("\(path)/\(name) Invalid input: received null") }
            return nil
        }
        return value
    }

    @discardableResult
    func string(
        _ name: String, required: Bool = false, nullable: Bool = false, length: ClosedRange<Int> = 0...100_000,
        oneOf: [String]? = nil
    ) throws -> String? {
        guard let value = try member(name, required: required, nullable: nullable) else { return nil }
        guard let text = value.string else { throw V2.invalid("\(path)/\(name) Invalid input: expected string") }
        guard length.contains(text.count) else {
            throw V2.invalid("\(path)/\(name) Invalid length: expected \(length.lowerBound) to \(length.upperBound)")
        }
        if let oneOf, !oneOf.contains(text) {
            let options = oneOf.map { "\"\($0)\"" }.joined(separator: "|")
            throw V2.invalid("\(path)/\(name) Invalid option: expected one of \(options)")
        }
        return text
    }

    /// A string that must be there and not be empty.
    func text(_ name: String) throws -> String { try string(name, required: true, length: 1...100_000) ?? "" }

    @discardableResult
    func uuid(_ name: String, required: Bool = false) throws -> String? {
        guard let text = try string(name, required: required) else { return nil }
        guard Identifiers.isUUID(text) else { throw V2.invalid("\(path)/\(name) Invalid UUID") }
        return text.lowercased()
    }

    func uri(_ name: String, required: Bool = false, nullable: Bool = false) throws {
        guard let text = try string(name, required: required, nullable: nullable) else { return }
        try V2Checks.checkURI(text, "\(path)/\(name)")
    }

    static func checkURI(_ text: String, _ path: String) throws {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex, !text.contains(" ") else {
            throw V2.invalid("\(path) Invalid URL")
        }
    }

    @discardableResult
    func bool(_ name: String, required: Bool = false) throws -> Bool? {
        guard let value = try member(name, required: required, nullable: false) else { return nil }
        guard let flag = value.bool else { throw V2.invalid("\(path)/\(name) Invalid input: expected boolean") }
        return flag
    }

    func integer(_ name: String, _ range: ClosedRange<Int>) throws {
        guard let value = try member(name, required: false, nullable: false) else { return }
        guard let number = value.integer, range.contains(number) else {
            throw V2.invalid(
                "\(path)/\(name) Invalid input: expected int from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func nested(_ name: String, nullable: Bool = false) throws -> V2Checks? {
        guard let value = try member(name, required: false, nullable: nullable) else { return nil }
        return try V2Checks(value, path: "\(path)/\(name)")
    }

    /// A date and time; v2's pattern takes `Z` only.
    func moment(_ name: String, required: Bool) throws -> Moment? {
        guard let text = try string(name, required: required) else { return nil }
        guard text.hasSuffix("Z"), let moment = Moment(text) else {
            throw V2.invalid("\(path)/\(name) Invalid ISO datetime")
        }
        return moment
    }

    /// `CreateCalendarBotRequestBodyInput` and `UpdateCalendarBotRequestBodyInput` without the targets; what they share
    /// with the other bots' schemas.
    /// - Parameter nullable: whether the three optional configurations may be null; default: as `creating`.
    func botConfig(creating: Bool, nullable: Bool? = nil) throws {
        let nullable = nullable ?? creating
        try string("bot_name", required: creating, length: 1...255)
        if case .array(let images) = object["bot_image"] {
            guard (1...5).contains(images.count) else { throw V2.invalid("\(path)/bot_image Expected 1 to 5 images") }
            for image in images { try V2Checks.checkURI(image.string ?? "", "\(path)/bot_image") }
        } else {
            try uri("bot_image", nullable: true)
        }
        let images = try nested("bot_image_config", nullable: true)
        try images?.string("loop_mode", oneOf: ["auto", "bot_status"])
        try images?.integer("image_duration", 10...120)
        try string("recording_mode", oneOf: ["audio_only", "speaker_view", "gallery_view"])
        try string("entry_message", nullable: true, length: 0...500)
        let timeouts = try nested("timeout_config")
        try timeouts?.integer("waiting_room_timeout", 120...1800)
        try timeouts?.integer("no_one_joined_timeout", 120...1800)
        try timeouts?.integer("silence_timeout", 300...1800)
        try timeouts?.integer("grace_period", 0...600)
        let zoom = try nested("zoom_config", nullable: true)
        try zoom?.uuid("credential_id")
        try zoom?.string("credential_user_id")
        try zoom?.string("obf_token")
        try zoom?.uri("obf_token_url")
        try zoom?.uri("zak_token_url")
        _ = try nested("extra", nullable: true)
        try bool("streaming_enabled")
        let streaming = try nested("streaming_config", nullable: nullable)
        try streaming?.uri("input_url", nullable: true)
        try streaming?.uri("output_url", nullable: true)
        if let frequency = streaming?.object["audio_frequency"], !frequency.isNull {
            guard [16000, 24000, 32000, 48000].contains(frequency.integer) else {
                throw V2.invalid("\(path)/streaming_config/audio_frequency Invalid input")
            }
        }
        try bool("transcription_enabled")
        let transcription = try nested("transcription_config", nullable: nullable)
        try transcription?.string("provider", oneOf: ["gladia"])
        try transcription?.string("api_key", nullable: true)
        _ = try transcription?.nested("custom_params", nullable: true)
        try bool("callback_enabled")
        try nested("callback_config", nullable: nullable)?.callback()
    }

    /// Checks the target of a callback, in `callback_config` and in `retry-callback`.
    func callback() throws {
        try uri("url", required: true)
        try string("secret", nullable: true)
        try string("method", oneOf: ["POST", "PUT"])
    }

    /// `CreateBotRequestBodyInput` and, with everything optional, `UpdateScheduledBotRequestBodyInput`, but for `join_at`.
    func plainBot(creating: Bool) throws {
        try botConfig(creating: creating, nullable: true)
        try uri("meeting_url", required: creating)
        try bool("allow_multiple_bots")
    }
}
