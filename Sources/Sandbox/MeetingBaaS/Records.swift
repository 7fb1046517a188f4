/// Which of the vendor's two APIs made an object. The two do not see each other's (facts 7: "no data is migrated").
enum APIVersion: String, Sendable {
    case v1, v2
}

/// A calendar as Meeting BaaS stores it.
struct CalendarRecord: Sendable {
    struct Credentials: Sendable {
        var clientID: String
        var clientSecret: String
        var refreshToken: String
        /// Microsoft's tenant segment; v1 has `common` only.
        var tenant: String
    }

    let id: String
    /// The API key of the account it belongs to.
    let account: String
    let version: APIVersion
    var platform: Platform
    var email: String
    var raw: RawCalendar
    var credentials: Credentials
    var status = "active"
    var statusMessage: String?
    var syncStatus = "success"
    var syncedAt: Moment
    let createdAt: Moment
    var updatedAt: Moment
    var subscriptionID = Identifiers.uuid()
    var subscriptionExpiresAt: Moment
    var events: [String: CalendarEvent]
    /// Series that were scheduled as a whole.
    var seriesWithBots: Set<String> = []

    /// By start, then by id: the order of both versions' lists.
    var sortedEvents: [CalendarEvent] {
        events.values.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
    }
}

/// One instance of an event.
struct CalendarEvent: Sendable {
    struct Attendee: Sendable {
        let email: String
        let name: String?
        var response = "needsAction"
    }

    let id: String
    let seriesID: String
    let recurring: Bool
    let createdAt: Moment
    var title: String
    var start: Moment
    var end: Moment
    /// `confirmed`, `tentative` or `cancelled`.
    var status = "confirmed"
    var meetingURL: String?
    var organizer: String
    var attendees: [Attendee]
    var isException = false
    /// False for an event that has left the vendor's lists.
    var isListed = true
    var updatedAt: Moment
    var bot: BotSchedule?

    /// As v2 detects it from the link.
    var platform: String? { meetingURL.flatMap { MeetingLink.platform(of: $0) } }
}

/// A bot that will join an event.
struct BotSchedule: Sendable {
    /// As the caller sent it, without the targets.
    var config: [String: JSON]
    /// `scheduled`, then `completed` (the bot was made) or `failed`.
    var status = "scheduled"
    var botID: String?
}
