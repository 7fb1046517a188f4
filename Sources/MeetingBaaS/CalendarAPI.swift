public import JSONValue
public import Sealing

/// The gateway's interface to Meeting BaaS, the same for both versions. `V1` and `V2` send exactly the requests of the
/// vendor's contract of that version.
public protocol CalendarAPI: Sendable {
    var version: APIVersion { get }
    func rawCalendars(_ grant: Grant) async throws -> [RawCalendar]
    func createCalendar(_ grant: Grant, rawCalendarID: String) async throws -> UpstreamCalendar
    /// Every calendar of the account: to find one whose creation's reply was lost.
    func allCalendars() async throws -> [UpstreamCalendar]
    func calendar(_ id: String) async throws -> UpstreamCalendar
    func updateCalendar(_ id: String, _ grant: Grant) async throws
    /// A calendar that is not there counts as deleted.
    /// - Returns: false when it was not there.
    @discardableResult
    func deleteCalendar(_ id: String) async throws -> Bool
    /// Version 1 can only sync the whole account.
    func sync(_ id: String) async throws
    func events(_ calendarID: String, _ filter: EventFilter, cursor: String?) async throws -> EventPage
    /// - Parameter calendarID: part of the path on v2; v1 does not need it.
    func event(_ id: String, calendarID: String) async throws -> UpstreamEvent
    func schedule(_ target: BotTarget, _ bot: BotRequest) async throws
    func change(_ target: BotTarget, _ bot: BotRequest) async throws
    func cancel(_ target: BotTarget) async throws
    func botArtifacts(_ botID: String) async throws -> JSON
    /// Bots of the account that ended after a time.
    func endedBots(since: Timestamp) async throws -> EndedBots
    /// The final webhook of the bot, as far as it can be rebuilt; its links are fresh.
    /// - Returns: nil while upstream is not done with it.
    func finalWebhook(of bot: EndedBot) async throws -> JSON?
}

/// An end user's grant, in the form that Meeting BaaS requires on every call that uses the provider.
public struct Grant: Sendable {
    public let platform: String
    public let clientID: String
    public let clientSecret: SecretBytes
    public let refreshToken: SecretBytes
    /// Microsoft's directory; v1 has no field for it.
    public let directory: String?

    /// - Parameter platform: `google` or `microsoft`.
    public init(
        platform: String, clientID: String, clientSecret: SecretBytes, refreshToken: SecretBytes, directory: String?
    ) {
        self.platform = platform
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.refreshToken = refreshToken
        self.directory = directory
    }
}

public struct RawCalendar: Sendable, Equatable {
    public let id: String
    public let name: String?
    public let email: String?
    public let isPrimary: Bool
}

public struct UpstreamCalendar: Sendable {
    public let id: String
    /// Given by v1 (`google_id`), not by v2.
    public let rawCalendarID: String?
    public let name: String?
    public let email: String?
    public let platform: String?
    public let status: String?
    public let statusMessage: String?
    public let syncStatus: String?
    public let syncedAt: String?
    public let createdAt: String?
}

/// Which events; times are RFC 3339, bounds inclusive. What a version cannot filter is left to the caller.
public struct EventFilter: Sendable, Equatable {
    public var startGTE: String?
    public var startLTE: String?
    public var updatedGTE: String?
    /// `upcoming`, `past` or `all`.
    public var status = "all"
    public var attendee: String?
    public var organizer: String?
    public var limit = 50
    public init() {}
}

public struct EventPage: Sendable {
    public let events: [UpstreamEvent]
    public let next: String?
}

public struct UpstreamEvent: Sendable {
    public let id: String
    public let calendarID: String
    public let title: String?
    public let start: String?
    public let end: String?
    public let meetingURL: String?
    public let platform: String?
    /// nil where the version does not say.
    public let isOrganizer: Bool?
    public let organizerEmail: String?
    public let isRecurring: Bool
    public let seriesID: String?
    public let attendees: [(email: String, name: String?)]?
    public let status: String
    public let updatedAt: String?
    public let botScheduled: Bool
}

/// The event a bot is for.
public struct BotTarget: Sendable {
    public let calendarID: String
    public let eventID: String
    /// v2 asks for it always.
    public let seriesID: String?
    public let allOccurrences: Bool

    public init(calendarID: String, eventID: String, seriesID: String?, allOccurrences: Bool) {
        self.calendarID = calendarID
        self.eventID = eventID
        self.seriesID = seriesID
        self.allOccurrences = allOccurrences
    }
}

/// The options of a bot. A member that is nil is not sent: on a change it keeps its value.
public struct BotRequest: Sendable {
    public var name: String?
    public var recordingMode: String?
    public var image: JSON?
    public var entryMessage: JSON?
    public var transcription: Transcription?
    public var extra: JSON?
    /// v1 alone has one: without it, tenants of one account that meet in a call would block each other.
    public var deduplicationKey: String?
    public var waitingRoomTimeout: Int?
    public var nooneJoinedTimeout: Int?
    public var silenceTimeout: Int?

    public enum Transcription: Sendable {
        case off
        case on(provider: String, apiKey: SecretBytes?, parameters: JSON?)
    }

    public init() {}
}
