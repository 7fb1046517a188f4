import HTTPTransport
import JSONValue
import MeetingBaaS
import Sealing

/// Checks and rewrites a caller's bot options before they go upstream. Options reserved for a tenant's server are
/// refused to others, callbacks are replaced by the gateway's own, and tags are added. All other members pass, known or
/// unknown: Meeting BaaS is newer than its contract files.
struct BotRules: Sendable {
    /// True if tenants may give v1 URLs that bots connect to. No source says whether the account's key is sent along
    /// (facts/meeting-baas.md 12 #7).
    let allowsV1URLs: Bool

    /// One bot as asked for, its callback taken out.
    struct ParsedBotOptions: Sendable {
        var options: JSON.Members
        var callback: BotCallbacks.Target?
        /// The change to the present callback when the options name no new one.
        var callbackChange: BotCallback.Change?
        /// The caller refuses a second bot in the same meeting.
        var refusesSecond = false
        /// Zoom credentials that the options name.
        var credentials: [String] = []

        var meetingURL: String? { options["meeting_url"]?.stringValue }
        var extra: JSON? { options["extra"] }
    }

    /// - Parameters:
    ///   - place: how messages call the body: `body`, or `body/3` within a batch.
    ///   - isShared: whether others' credentials live in the account, other tenants' or, for one user's caller, other
    ///     users': then none may be named that upstream would
    ///     look for by itself.
    ///   - isKey: whether a tenant's server asks; URLs, secrets and callbacks are for it alone.
    /// - Throws: `MirrorError`.
    func read(
        _ json: JSON, _ version: APIVersion, isKey: Bool, isShared: Bool, place: String = "body"
    ) throws -> ParsedBotOptions {
        guard let members = json.objectValue else { throw MirrorError.invalid(place, "must be an object") }
        if AttributionTags.isForged(members["extra"]) {
            throw MirrorError.invalid("\(place)/extra", "may hold no member that begins with \(AttributionTags.prefix)")
        }
        if let extra = members["extra"], extra.bytes.count > 4096 {
            throw MirrorError.invalid("\(place)/extra", "may have 4096 bytes")
        }
        if !isKey {
            try refuse(Self.forKeys(version), in: members, place)
            try refuseURLs(in: members, place)
        }
        if isShared {
            for name in Self.lookedFor where Self.isGiven(members[name]) {
                throw MirrorError.invalid(
                    "\(place)/\(name)",
                    "is not taken on a shared account, nor for one user: it finds others' credentials")
            }
        }
        var requested = ParsedBotOptions(options: members)
        let foreign = version == .v1 ? "callback_config" : "webhook_url"
        if Self.isGiven(members[foreign]) {
            throw MirrorError.invalid("\(place)/\(foreign)", "is not of this version of Meeting BaaS")
        }
        switch version {
        case .v1: try readV1(&requested, place, isKey: isKey)
        case .v2: try readV2(&requested, place, isKey: isKey, isShared: isShared)
        }
        return requested
    }

    private func readV1(_ requested: inout ParsedBotOptions, _ place: String, isKey: Bool) throws {
        if !allowsV1URLs {
            for name in Self.v1URLs where Self.isGiven(requested.options[name]) {
                throw MirrorError.invalid(
                    "\(place)/\(name)", "is not taken on version 1 unless the operator allows it (GATEWAY_V1_BOT_URLS)")
            }
        }
        if let url = requested.options["webhook_url"], url.isNull {
            requested.callbackChange = .remove
        } else if let url = requested.options["webhook_url"] {
            requested.callback = BotCallbacks.Target(
                url: try Self.url(url, "\(place)/webhook_url"), secret: nil, method: "POST")
            requested.options["webhook_url"] = nil
        }
        if !isKey, let speech = requested.options["speech_to_text"]?.objectValue {
            try refuse(["api_key"], in: speech, "\(place)/speech_to_text")
        }
    }

    private func readV2(_ requested: inout ParsedBotOptions, _ place: String, isKey: Bool, isShared: Bool) throws {
        // A value of another type would escape the checks below, and a lenient reader might still accept it.
        for name in ["event_id", "series_id"] where Self.isGiven(requested.options[name]) {
            guard requested.options[name]?.stringValue != nil else {
                throw MirrorError.invalid("\(place)/\(name)", "must be a string")
            }
        }
        for name in ["zoom_config", "transcription_config", "streaming_config"]
        where Self.isGiven(requested.options[name]) {
            guard requested.options[name]?.objectValue != nil else {
                throw MirrorError.invalid("\(place)/\(name)", "must be an object or null")
            }
        }
        if let config = requested.options["callback_config"], !config.isNull {
            let at = "\(place)/callback_config"
            guard let members = config.objectValue else { throw MirrorError.invalid(at, "must be an object or null") }
            let method = members["method"]?.stringValue ?? "POST"
            guard ["POST", "PUT"].contains(method) else {
                throw MirrorError.invalid("\(at)/method", "must be POST or PUT")
            }
            requested.callback = BotCallbacks.Target(
                url: try Self.url(members["url"] ?? .null, "\(at)/url"), secret: try Self.secret(members["secret"], at),
                method: method)
            requested.options["callback_config"] = nil
        } else if requested.options["callback_config"] != nil {
            requested.callbackChange = .remove
        } else if let isOn = requested.options["callback_enabled"]?.boolValue {
            requested.callbackChange = isOn ? .enable : .disable
        }
        if let zoom = requested.options["zoom_config"]?.objectValue {
            if let id = zoom["credential_id"], !id.isNull {
                guard let text = id.stringValue else {
                    throw MirrorError.invalid("\(place)/zoom_config/credential_id", "must be a string")
                }
                requested.credentials.append(text.lowercased())
            }
            if isShared, Self.isGiven(zoom["credential_user_id"]) {
                throw MirrorError.invalid(
                    "\(place)/zoom_config/credential_user_id",
                    "is not taken on a shared account, nor for one user: name credential_id")
            }
            if !isKey { try refuse(["obf_token", "obf_token_url", "zak_token_url"], in: zoom, "\(place)/zoom_config") }
        }
        if let speech = requested.options["transcription_config"]?.objectValue, !isKey {
            try refuse(["api_key", "custom_params"], in: speech, "\(place)/transcription_config")
        }
        // Meeting BaaS would compare all tenants' bots: the gateway compares a tenant's own, and says so to neither.
        if requested.options["allow_multiple_bots"]?.boolValue == false { requested.refusesSecond = true }
    }

    static func secret(_ json: JSON?, _ place: String) throws -> String? {
        guard let json, !json.isNull else { return nil }
        guard let text = json.stringValue, (1...500).contains(text.utf8.count), text.isVisibleASCII
        else { throw MirrorError.invalid("\(place)/secret", "must be 1 to 500 characters from ! to ~") }
        return text
    }

    /// The address is checked at each delivery.
    static func url(_ json: JSON, _ place: String) throws -> String {
        guard let text = json.stringValue, text.utf8.count <= 2000, DeliveryURL(text) != nil else {
            throw MirrorError.invalid(place, "must be an http or https URL with a plain host")
        }
        return text
    }

    private func refuse(_ names: [String], in members: JSON.Members, _ place: String) throws {
        for name in names where Self.isGiven(members[name]) {
            throw MirrorError.forbidden(
                "\(place)/\(name) may be given by a tenant's key only, not by a user's session.")
        }
    }

    /// Refuses a URL anywhere in the options, but for those that people read and the meeting's own: a field that this
    /// gateway does not know yet may be one that bots connect to.
    private func refuseURLs(in members: JSON.Members, _ place: String) throws {
        for (name, value) in members where !Self.mayHoldURLs.contains(name) {
            guard !URLSearch.finds(in: value) else {
                throw MirrorError.forbidden(
                    "\(place)/\(name) may hold a URL with a tenant's key only, not with a user's session.")
            }
        }
    }

    /// The meeting itself, texts that people see, and what comes back as it was given.
    private static let mayHoldURLs: Set = [
        "meeting_url", "bot_name", "entry_message", "extra", "deduplication_key",
    ]

    private static func isGiven(_ json: JSON?) -> Bool {
        guard let json, !json.isNull else { return false }
        return true
    }

    /// Credentials of the account that upstream finds by a user or a group.
    private static let lookedFor = ["zoom_obf_token_user_id", "meet_config", "teams_config"]

    private static let v1URLs = [
        "streaming", "streaming_input", "streaming_output", "zoom_access_token_url", "zoom_obf_token_url",
    ]

    private static func forKeys(_ version: APIVersion) -> [String] {
        switch version {
        case .v1:
            v1URLs + [
                "bot_image", "webhook_url", "zoom_sdk_id", "zoom_sdk_pwd", "zoom_obf_token",
                "transcription_custom_parameters",
            ]
        case .v2: ["bot_image", "callback_config", "streaming_config"]
        }
    }
}
