import HTTPTransport
public import HTTPTypes

public enum APIVersion: String, Sendable, CaseIterable {
    case v1
    case v2
}

/// The kind of object that an id in a path, a query or a body names at Meeting BaaS.
public enum ObjectKind: String, Sendable, CaseIterable {
    case calendar, event, series, bot
    case zoomCredential = "zoom_credential"
}

/// One upstream call, as the vendor's OpenAPI files name it. `path` has `{name}` placeholders, and `subjects` says in
/// their order what each of them names.
public struct UpstreamOperation: Sendable, Hashable {
    public let version: APIVersion
    public let method: HTTPRequest.Method
    public let path: String
    public let subjects: [ObjectKind]
    /// True for a call whose request and reply pass through the gateway unchanged: neither holds anything that is not the
    /// caller's.
    public let isStreamed: Bool
    /// Computed once: sets and dictionaries of operations are on the path of every call.
    private let hashed: Int
    /// The path's text before, between and after its placeholders.
    private let pieces: [String]
    /// The names of the path's placeholders.
    public let placeholders: [String]

    /// True if calling it twice has the effect of calling it once, so that it may be repeated after an error.
    public var isSafe: Bool { method == .get }
    /// True if it changes nothing at Meeting BaaS. (Raw calendars are listed by POST, since the body holds credentials.)
    public var isReadOnly: Bool {
        method == .get || self == UpstreamOperation.V1.rawCalendars || self == UpstreamOperation.V2.rawCalendars
    }
    /// `GET /v2/bots`: for logs and metrics.
    public var name: String { "\(method.rawValue) \(path)" }

    init(
        _ version: APIVersion, _ method: HTTPRequest.Method, _ path: String, _ subjects: ObjectKind...,
        isStreamed: Bool = false
    ) {
        self.version = version
        self.method = method
        self.path = path
        self.subjects = subjects
        self.isStreamed = isStreamed
        var hasher = Hasher()
        hasher.combine(method)
        hasher.combine(path)
        hashed = hasher.finalize()
        pieces = path.split(separator: "{", omittingEmptySubsequences: false).enumerated().map { index, part in
            String(index == 0 ? part : part.drop { $0 != "}" }.dropFirst())
        }
        placeholders = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    public static func == (left: UpstreamOperation, right: UpstreamOperation) -> Bool {
        left.method == right.method && left.path == right.path
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(hashed) }

    /// The path with its placeholders filled, each as one percent-encoded segment.
    public func path(_ ids: [String]) -> String {
        var path = pieces[0]
        for (index, piece) in pieces.dropFirst().enumerated() {
            if index < ids.count { path += Form.percentEncode(ids[index]) }
            path += piece
        }
        return path
    }
}

/// Every call of both vendor contracts except v1's three pages of documentation (`GET /bots/webhooks…`). Other calls
/// are not made, since it is unknown which objects they touch.
public enum Catalogue {
    public static let all = UpstreamOperation.V1.all + UpstreamOperation.V2.all
}

extension UpstreamOperation {
    /// Version 1: paths end in a slash where the vendor's file does.
    public enum V1 {
        public static let createBot = UpstreamOperation(.v1, .post, "/bots/")
        public static let leave = UpstreamOperation(.v1, .delete, "/bots/{uuid}", .bot, isStreamed: true)
        public static let meetingData = UpstreamOperation(.v1, .get, "/bots/meeting_data")
        public static let deleteData = UpstreamOperation(.v1, .post, "/bots/{uuid}/delete_data", .bot, isStreamed: true)
        public static let listBots = UpstreamOperation(.v1, .get, "/bots/bots_with_metadata")
        public static let retranscribe = UpstreamOperation(.v1, .post, "/bots/retranscribe")
        public static let screenshots = UpstreamOperation(.v1, .get, "/bots/{uuid}/screenshots", .bot, isStreamed: true)
        public static let rawCalendars = UpstreamOperation(.v1, .post, "/calendars/raw")
        public static let createCalendar = UpstreamOperation(.v1, .post, "/calendars/")
        public static let listCalendars = UpstreamOperation(.v1, .get, "/calendars/")
        public static let getCalendar = UpstreamOperation(.v1, .get, "/calendars/{uuid}", .calendar)
        public static let updateCalendar = UpstreamOperation(.v1, .patch, "/calendars/{uuid}", .calendar)
        public static let deleteCalendar = UpstreamOperation(.v1, .delete, "/calendars/{uuid}", .calendar)
        public static let resyncAll = UpstreamOperation(.v1, .post, "/calendars/resync_all")
        public static let listEvents = UpstreamOperation(.v1, .get, "/calendar_events/")
        public static let getEvent = UpstreamOperation(.v1, .get, "/calendar_events/{uuid}", .event)
        public static let scheduleBot = UpstreamOperation(.v1, .post, "/calendar_events/{uuid}/bot", .event)
        public static let changeBot = UpstreamOperation(.v1, .patch, "/calendar_events/{uuid}/bot", .event)
        public static let cancelBot = UpstreamOperation(.v1, .delete, "/calendar_events/{uuid}/bot", .event)
        public static let listZoom = UpstreamOperation(.v1, .get, "/zoom_oauth_connections/")
        public static let createZoom = UpstreamOperation(.v1, .post, "/zoom_oauth_connections/")
        public static let getZoom = UpstreamOperation(.v1, .get, "/zoom_oauth_connections/{uuid}", .zoomCredential)
        public static let deleteZoom = UpstreamOperation(
            .v1, .delete, "/zoom_oauth_connections/{uuid}", .zoomCredential)

        static let all = [
            createBot, leave, meetingData, deleteData, listBots, retranscribe, screenshots, rawCalendars,
            createCalendar, listCalendars, getCalendar, updateCalendar, deleteCalendar, resyncAll, listEvents,
            getEvent, scheduleBot, changeBot, cancelBot, listZoom, createZoom, getZoom, deleteZoom,
        ]
    }

    public enum V2 {
        public static let createBot = UpstreamOperation(.v2, .post, "/v2/bots")
        public static let listBots = UpstreamOperation(.v2, .get, "/v2/bots")
        public static let createBots = UpstreamOperation(.v2, .post, "/v2/bots/batch")
        public static let bot = UpstreamOperation(.v2, .get, "/v2/bots/{bot_id}", .bot)
        public static let botStatus = UpstreamOperation(.v2, .get, "/v2/bots/{bot_id}/status", .bot, isStreamed: true)
        public static let screenshots = UpstreamOperation(
            .v2, .get, "/v2/bots/{bot_id}/screenshots", .bot, isStreamed: true)
        public static let leave = UpstreamOperation(.v2, .post, "/v2/bots/{bot_id}/leave", .bot, isStreamed: true)
        public static let chat = UpstreamOperation(
            .v2, .post, "/v2/bots/{bot_id}/send-chat-message", .bot, isStreamed: true)
        public static let pause = UpstreamOperation(
            .v2, .post, "/v2/bots/{bot_id}/pause-recording", .bot, isStreamed: true)
        public static let resume = UpstreamOperation(
            .v2, .post, "/v2/bots/{bot_id}/resume-recording", .bot, isStreamed: true)
        public static let deleteData = UpstreamOperation(
            .v2, .delete, "/v2/bots/{bot_id}/delete-data", .bot, isStreamed: true)
        public static let resendWebhook = UpstreamOperation(
            .v2, .post, "/v2/bots/{bot_id}/resend-webhook", .bot, isStreamed: true)
        public static let retryCallback = UpstreamOperation(.v2, .post, "/v2/bots/{bot_id}/retry-callback", .bot)
        public static let updateConfig = UpstreamOperation(.v2, .patch, "/v2/bots/{bot_id}/update-config", .bot)
        public static let createScheduled = UpstreamOperation(.v2, .post, "/v2/bots/scheduled")
        public static let listScheduled = UpstreamOperation(.v2, .get, "/v2/bots/scheduled")
        public static let createScheduledBots = UpstreamOperation(.v2, .post, "/v2/bots/scheduled/batch")
        public static let getScheduled = UpstreamOperation(.v2, .get, "/v2/bots/scheduled/{bot_id}", .bot)
        public static let updateScheduled = UpstreamOperation(.v2, .patch, "/v2/bots/scheduled/{bot_id}", .bot)
        public static let deleteScheduled = UpstreamOperation(
            .v2, .delete, "/v2/bots/scheduled/{bot_id}", .bot, isStreamed: true)
        public static let createZoom = UpstreamOperation(.v2, .post, "/v2/zoom-credentials")
        public static let listZoom = UpstreamOperation(.v2, .get, "/v2/zoom-credentials")
        public static let getZoom = UpstreamOperation(.v2, .get, "/v2/zoom-credentials/{id}", .zoomCredential)
        public static let updateZoom = UpstreamOperation(.v2, .patch, "/v2/zoom-credentials/{id}", .zoomCredential)
        public static let deleteZoom = UpstreamOperation(.v2, .delete, "/v2/zoom-credentials/{id}", .zoomCredential)
        public static let rawCalendars = UpstreamOperation(.v2, .post, "/v2/calendars/list-raw")
        public static let createCalendar = UpstreamOperation(.v2, .post, "/v2/calendars")
        public static let listCalendars = UpstreamOperation(.v2, .get, "/v2/calendars")
        public static let getCalendar = UpstreamOperation(
            .v2, .get, "/v2/calendars/{calendar_id}", .calendar, isStreamed: true)
        public static let updateCalendar = UpstreamOperation(.v2, .patch, "/v2/calendars/{calendar_id}", .calendar)
        public static let deleteCalendar = UpstreamOperation(.v2, .delete, "/v2/calendars/{calendar_id}", .calendar)
        public static let syncCalendar = UpstreamOperation(
            .v2, .post, "/v2/calendars/{calendar_id}/sync", .calendar, isStreamed: true)
        public static let resubscribe = UpstreamOperation(
            .v2, .post, "/v2/calendars/{calendar_id}/resubscribe", .calendar, isStreamed: true)
        public static let listEvents = UpstreamOperation(.v2, .get, "/v2/calendars/{calendar_id}/events", .calendar)
        public static let listSeries = UpstreamOperation(.v2, .get, "/v2/calendars/{calendar_id}/series", .calendar)
        public static let getEvent = UpstreamOperation(
            .v2, .get, "/v2/calendars/{calendar_id}/events/{event_id}", .calendar, .event, isStreamed: true)
        public static let scheduleBot = UpstreamOperation(.v2, .post, "/v2/calendars/{calendar_id}/bots", .calendar)
        public static let changeBot = UpstreamOperation(.v2, .patch, "/v2/calendars/{calendar_id}/bots", .calendar)
        public static let cancelBot = UpstreamOperation(.v2, .delete, "/v2/calendars/{calendar_id}/bots", .calendar)

        static let all = [
            createBot, listBots, createBots, bot, botStatus, screenshots, leave, chat, pause, resume, deleteData,
            resendWebhook, retryCallback, updateConfig, createScheduled, listScheduled, createScheduledBots,
            getScheduled, updateScheduled, deleteScheduled, createZoom, listZoom, getZoom, updateZoom, deleteZoom,
            rawCalendars, createCalendar, listCalendars, getCalendar, updateCalendar, deleteCalendar, syncCalendar,
            resubscribe, listEvents, listSeries, getEvent, scheduleBot, changeBot, cancelBot,
        ]
    }
}
