import HTTPTransport
import JSONValue
import MeetingBaaS
import Sealing
import SQL

/// A recording as it was asked for, for one event or for every occurrence of its series.
struct Recording: Sendable {
    let tenant: String
    let eventID: String
    let accountID: String
    let calendarID: String
    let connection: String
    let user: String
    let seriesID: String?
    let allOccurrences: Bool
    /// Random; stands in the `extra` that goes upstream and comes back with the bot's webhooks.
    let correlationID: String
    var requested: RecordingRequest
    var sealedAPIKey: [UInt8]?
    let createdAt: Timestamp

    var context: MessageContext {
        MessageContext(user: user, connection: connection, calendar: calendarID, event: eventID)
    }

    /// The bot to request upstream.
    /// - Parameter requested: with its key.
    func bot(_ requested: RecordingRequest, tags: AttributionTags, replacing: Bool) -> BotRequest {
        let extra = tags.tagged(
            requested.extra.map { .object($0) }, correlationID: correlationID, tenant: tenant, user: user)
        var bot = requested.bot(extra: extra, replacing: replacing)
        bot.deduplicationKey = tags.deduplicationPrefix(tenant: tenant, user: user)
        return bot
    }
}

/// A recording as the caller requests it, with its JSON form and its form for Meeting BaaS.
struct RecordingRequest: Sendable, Equatable {
    var botName = ""
    var mode = Mode.speaker
    var image: String?
    var entryMessage: String?
    var transcription: Transcription?
    var extra: JSON.Members?
    var waitingRoom: Int?
    var nooneJoined: Int?
    var silence: Int?

    enum Mode: String, Sendable, CaseIterable {
        case speaker = "speaker_view"
        case gallery = "gallery_view"
        case audio = "audio_only"
    }

    struct Transcription: Sendable, Equatable {
        var provider: String
        /// Not stored with the rest: sealed beside it.
        var apiKey: SecretBytes?
        var parameters: JSON?
    }

    init() {}

    /// Reads a body over what holds already: for a change, the present request; for a new one, the defaults.
    init(_ fields: inout BodyValidator, over base: RecordingRequest?, byKey: Bool) {
        self = base ?? RecordingRequest()
        if let name = fields.string("bot_name", required: base == nil, length: 1...255) { botName = name }
        if let mode = fields.choice("recording_mode", Mode.self) { self.mode = mode }
        if fields.has("bot_image") { image = fields.string("bot_image", length: 1...2000, rule: .httpsURL) }
        if fields.has("entry_message") { entryMessage = fields.string("entry_message", length: 1...500) }
        if fields.has("transcription") {
            let former = transcription
            transcription = fields.object("transcription") { inner in
                let provider = inner.string("provider", required: true, length: 1...100) ?? ""
                let key = inner.string("api_key", length: 1...1000, rule: .visible)
                let parameters = inner.value("custom_parameters")
                if let parameters, parameters.objectValue == nil {
                    inner.fail("custom_parameters", "must be an object")
                }
                if !byKey, key != nil { inner.fail("api_key", Self.keysOnly) }
                if !byKey, let parameters, URLSearch.finds(in: parameters) {
                    inner.fail("custom_parameters", Self.urlsForKeysOnly)
                }
                // A key that was given stays, but never goes to another provider.
                let kept = former?.provider == provider ? former?.apiKey : nil
                return Transcription(
                    provider: provider, apiKey: key.map { SecretBytes($0) } ?? kept, parameters: parameters)
            }
        }
        if !byKey, image != base?.image, image != nil { fields.fail("bot_image", Self.keysOnly) }
        if fields.has("extra") {
            let value = fields.value("extra")
            if let value, value.objectValue == nil || value.bytes.count > 4096 {
                fields.fail("extra", "must be an object of at most 4096 bytes")
            }
            extra = value?.objectValue
            for name in extra?.names ?? [] where name.hasCodeUnitPrefix(AttributionTags.prefix) {
                fields.fail("extra/\(name)", "is the gateway's own")
            }
        }
        _ = fields.object("timeouts") { inner in
            if let seconds = inner.int("waiting_room", in: 120...1800) { waitingRoom = seconds }
            if let seconds = inner.int("noone_joined", in: 120...1800) { nooneJoined = seconds }
            if let seconds = inner.int("silence", in: 300...1800) { silence = seconds }
        }
    }

    private static let urlsForKeysOnly = keysOnly + ", where a text in it may be a URL"
    private static let keysOnly = "may be given by a tenant's key only, not by a user's session"

    /// The stored and presented form: everything but the key.
    var json: JSON.Members {
        [
            "bot_name": .string(botName), "recording_mode": .string(mode.rawValue), "bot_image": .text(image),
            "entry_message": .text(entryMessage),
            "transcription": transcription.map { transcription in
                var out: JSON.Members = ["provider": .string(transcription.provider)]
                if let parameters = transcription.parameters { out["custom_parameters"] = parameters }
                return .object(out)
            } ?? .null,
            "extra": extra.map { .object($0) } ?? .null,
            "timeouts": [
                "waiting_room": waitingRoom.map { .int($0) } ?? .null,
                "noone_joined": nooneJoined.map { .int($0) } ?? .null, "silence": silence.map { .int($0) } ?? .null,
            ],
        ]
    }

    /// Reads what `json` wrote.
    init(stored json: JSON, apiKey: SecretBytes?) {
        botName = json["bot_name"]?.stringValue ?? ""
        mode = json["recording_mode"]?.stringValue.flatMap { Mode(rawValue: $0) } ?? .speaker
        image = json["bot_image"]?.stringValue
        entryMessage = json["entry_message"]?.stringValue
        if let provider = json["transcription"]?["provider"]?.stringValue {
            transcription = Transcription(
                provider: provider, apiKey: apiKey, parameters: json["transcription"]?["custom_parameters"])
        }
        extra = json["extra"]?.objectValue
        waitingRoom = json["timeouts"]?["waiting_room"]?.intValue
        nooneJoined = json["timeouts"]?["noone_joined"]?.intValue
        silence = json["timeouts"]?["silence"]?.intValue
    }

    /// The bot to request upstream.
    /// - Parameters:
    ///   - extra: what is asked for, with the gateway's marks.
    ///   - replacing: over a bot that is scheduled already, so that what is absent here must be put back to its
    ///     default there (600 seconds for each timeout, by the vendor's files).
    func bot(extra: JSON, replacing: Bool) -> BotRequest {
        var bot = BotRequest()
        bot.name = botName
        bot.recordingMode = mode.rawValue
        if let image { bot.image = .string(image) } else if replacing { bot.image = .null }
        if let entryMessage { bot.entryMessage = .string(entryMessage) } else if replacing { bot.entryMessage = .null }
        if let transcription {
            bot.transcription = .on(
                provider: transcription.provider, apiKey: transcription.apiKey, parameters: transcription.parameters)
        } else if replacing {
            bot.transcription = .off
        }
        bot.extra = extra
        bot.waitingRoomTimeout = waitingRoom ?? (replacing ? 600 : nil)
        bot.nooneJoinedTimeout = nooneJoined ?? (replacing ? 600 : nil)
        bot.silenceTimeout = silence ?? (replacing ? 600 : nil)
        return bot
    }
}

extension ValidationRule {
    static let httpsURL = ValidationRule(message: "must be an https URL") { DeliveryURL($0)?.scheme == "https" }
}
