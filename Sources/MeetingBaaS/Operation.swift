public import HTTPTypes
import Wire

public enum APIVersion: String, Sendable, CaseIterable {
    case v1
    case v2
}

/// One upstream call, as the vendor's OpenAPI files name it. `path` has `{name}` placeholders.
public struct Operation: Sendable, Hashable {
    public let version: APIVersion
    public let method: HTTPRequest.Method
    public let path: String

    /// Whether calling it twice does no more than calling it once, so that it may be repeated after a fault.
    public var isSafe: Bool { method == .get }

    private init(_ version: APIVersion, _ method: HTTPRequest.Method, _ path: String) {
        self.version = version
        self.method = method
        self.path = path
    }

    /// Version 1: paths end in a slash where the vendor's file does.
    public enum V1 {
        public static let rawCalendars = Operation(.v1, .post, "/calendars/raw")
        public static let createCalendar = Operation(.v1, .post, "/calendars/")
        public static let listCalendars = Operation(.v1, .get, "/calendars/")
        public static let getCalendar = Operation(.v1, .get, "/calendars/{uuid}")
        public static let updateCalendar = Operation(.v1, .patch, "/calendars/{uuid}")
        public static let deleteCalendar = Operation(.v1, .delete, "/calendars/{uuid}")
        public static let resyncAll = Operation(.v1, .post, "/calendars/resync_all")
        public static let listEvents = Operation(.v1, .get, "/calendar_events/")
        public static let getEvent = Operation(.v1, .get, "/calendar_events/{uuid}")
        public static let scheduleBot = Operation(.v1, .post, "/calendar_events/{uuid}/bot")
        public static let changeBot = Operation(.v1, .patch, "/calendar_events/{uuid}/bot")
        public static let cancelBot = Operation(.v1, .delete, "/calendar_events/{uuid}/bot")
        public static let meetingData = Operation(.v1, .get, "/bots/meeting_data")
    }

    public enum V2 {
        public static let rawCalendars = Operation(.v2, .post, "/v2/calendars/list-raw")
        public static let createCalendar = Operation(.v2, .post, "/v2/calendars")
        public static let listCalendars = Operation(.v2, .get, "/v2/calendars")
        public static let getCalendar = Operation(.v2, .get, "/v2/calendars/{calendar_id}")
        public static let updateCalendar = Operation(.v2, .patch, "/v2/calendars/{calendar_id}")
        public static let deleteCalendar = Operation(.v2, .delete, "/v2/calendars/{calendar_id}")
        public static let syncCalendar = Operation(.v2, .post, "/v2/calendars/{calendar_id}/sync")
        public static let listEvents = Operation(.v2, .get, "/v2/calendars/{calendar_id}/events")
        public static let getEvent = Operation(.v2, .get, "/v2/calendars/{calendar_id}/events/{event_id}")
        public static let scheduleBot = Operation(.v2, .post, "/v2/calendars/{calendar_id}/bots")
        public static let changeBot = Operation(.v2, .patch, "/v2/calendars/{calendar_id}/bots")
        public static let cancelBot = Operation(.v2, .delete, "/v2/calendars/{calendar_id}/bots")
        public static let bot = Operation(.v2, .get, "/v2/bots/{bot_id}")
    }

    /// The path with its placeholders filled, each as one percent-encoded segment.
    func path(_ ids: [String]) -> String {
        var ids = ids[...]
        return path.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("{") ? Form.percentEncode(ids.popFirst() ?? "") : String($0) }
            .joined(separator: "/")
    }
}
