import Synchronization

/// The filters that the lists of bots and of scheduled bots have in common.
struct V2BotFilter: Sendable {
    private let id: String?
    private let name: String?
    private let url: String?
    private let platforms: Set<String>?
    private let extra: ExtraFilter

    init(_ query: V2Query) throws {
        id = query.part("bot_id")
        name = query.part("bot_name")
        url = query.part("meeting_url")
        platforms = try query.choices("meeting_platform", ["zoom", "meet", "teams"])
        extra = try query.extra()
    }

    func matches(_ botID: String, _ config: [String: JSON], _ meetingURL: String) -> Bool {
        let botName = (config["bot_name"]?.string ?? "").lowercased()
        return (id.map { botID.contains($0) } ?? true) && (name.map { botName.contains($0) } ?? true)
            && (url.map { meetingURL.lowercased().contains($0) } ?? true)
            && (platforms?.contains(MeetingLink.platform(of: meetingURL) ?? "meet") ?? true)
            && extra.matches(config["extra"])
    }
}

/// v2's `GET /v2/bots`, newest first.
struct V2BotList: Sendable {
    /// The schema's; more have come since (facts 2.1).
    private static let statuses = [
        "queued", "pickup_delayed", "transcribing", "completed", "failed", "joining_call", "in_waiting_room",
        "in_waiting_for_host", "in_call_not_recording", "in_call_recording", "recording_paused", "recording_resumed",
        "call_ended", "recording_succeeded", "recording_failed", "api_request_stop", "bot_rejected", "bot_removed",
        "bot_removed_too_early", "waiting_room_timeout", "invalid_meeting_url", "meeting_error",
    ]

    let upstream: Upstream

    func list(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let query = V2Query(call)
        let filter = try V2BotFilter(query)
        let person = query.part("participant_name")
        let statuses = try query.choices("status", V2BotList.statuses)
        let createdAfter = try query.near("created_after", past: true)
        let createdBefore = try query.near("created_before", past: true)
        let endedAfter = try query.moment("ended_after")
        let rows = upstream.state.withLock { $0.bots(of: account, .v2) }
            .filter { filter.matches($0.id, $0.config, $0.meetingURL) }
            .filter { statuses?.contains($0.status) ?? true }
            .filter { bot in createdAfter.map { bot.createdAt >= $0 } ?? true }
            .filter { bot in createdBefore.map { bot.createdAt <= $0 } ?? true }
            .filter { bot in endedAfter.map { after in bot.endedAt.map { $0 >= after } ?? false } ?? true }
            .filter { bot in
                guard let person else { return true }
                return bot.joinedAt != nil && bot.people.contains { $0.lowercased().contains(person) }
            }
            .map { bot -> (key: String, item: JSON) in
                var item = V2Bots.summary(bot)
                item["duration"] = bot.duration.map { .integer($0) } ?? .null
                item["ended_at"] = bot.endedAt?.json ?? .null
                return ("\(bot.createdAt.text)::\(bot.id)", .object(item))
            }
        return V2.list(try V2Page(rows, limit: query.limit(), cursor: query["cursor"]))
    }
}
