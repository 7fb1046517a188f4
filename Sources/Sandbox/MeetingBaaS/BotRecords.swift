/// A meeting's address.
enum MeetingLink {
    /// `meet`, `teams` or `zoom`, as v2 detects it from the link.
    static func platform(of url: String) -> String? {
        if url.contains("meet.google.com") { return "meet" }
        if url.contains("teams.microsoft.com") || url.contains("teams.live.com") { return "teams" }
        return url.contains("zoom.us") ? "zoom" : nil
    }
}

/// Why a bot failed: v2's code, v1's name of it, and the text of both.
struct BotFailure: Sendable {
    let code: String
    let name: String
    let message: String

    static let rejected = BotFailure(
        code: "BOT_NOT_ACCEPTED", name: "BotNotAccepted", message: "Bot was not accepted into the meeting")
    static let stopped = BotFailure(
        code: "EXITING_MEETING_BEFORE_RECORD", name: "ApiRequest",
        message: "Bot was told to leave before the recording began")
    static let twin = BotFailure(
        code: "BOT_ALREADY_EXISTS", name: "BotAlreadyExists", message: "A bot is in this meeting already")
}

/// A bot that has started, was created to join at once, or (v1 only) waits for its `start_time`.
struct BotRecord: Sendable {
    let id: String
    let account: String
    let version: APIVersion
    /// v1's integer id.
    let number: Int
    /// The event that a calendar bot joins; nil for all others.
    var event: CalendarEvent?
    /// As received; a plain bot's has the `meeting_url`.
    var config: [String: JSON]
    let createdAt: Moment
    /// v1's `start_time`, when it lay ahead.
    var startsAt: Moment?
    var joinedAt: Moment?
    var exitedAt: Moment?
    var finishedAt: Moment?
    /// v2's status enumeration; and `cancelled`, for v1's bots that never began.
    var status = "queued"
    var failure: BotFailure?
    /// The number of steps reported by webhook.
    var step = 0
    var chatDisabled = false
    var dataDeleted = false
    var updatedAt: Moment

    var meetingURL: String { event?.meetingURL ?? config["meeting_url"]?.string ?? "" }

    var isOver: Bool { ["completed", "failed", "cancelled"].contains(status) }

    /// True if recordings exist to link to.
    var isReady: Bool { status == "completed" && !dataDeleted }

    var endedAt: Moment? { exitedAt ?? finishedAt }

    var duration: Int? { joinedAt.flatMap { joined in exitedAt.map { $0.seconds - joined.seconds } } }

    /// The participants: the event's attendees, or two people that every other meeting has.
    var people: [String] { event.map { $0.attendees.map { $0.name ?? $0.email } } ?? ["Ann", "Bob"] }
}

/// v2: a bot that joins at a time of its own, and is a `BotRecord` of the same id from then on.
struct ScheduledRecord: Sendable {
    let id: String
    let account: String
    /// As received, `meeting_url` included.
    var config: [String: JSON]
    var joinAt: Moment
    /// `scheduled`, `cancelled`, `completed` (the bot was made) or `failed`.
    var status = "scheduled"
    let createdAt: Moment
    var updatedAt: Moment
    var cancelledAt: Moment?

    var meetingURL: String { config["meeting_url"]?.string ?? "" }
}
