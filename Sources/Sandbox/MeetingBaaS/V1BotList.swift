import Synchronization

/// v1's `GET /bots/bots_with_metadata`: newest first, unless sorted by a field of `extra` (facts 1.1).
struct V1BotList: Sendable {
    let upstream: Upstream

    func list(_ call: Call, _ account: String) throws -> Reply {
        let limit = call.query("limit").flatMap { $0.isEmpty ? nil : $0 } ?? "10"
        guard let limit = Int(limit), (1...50).contains(limit) else {
            throw Refusal(V1.error(400, "limit is a number from 1 to 50"))
        }
        var bots = try matching(call, account)
        if let order = call.query("sort_by_extra"), !order.isEmpty { bots = try V1BotList.sorted(bots, by: order) }
        var start = 0
        if let cursor = call.query("cursor"), !cursor.isEmpty {
            guard let bytes = Encodings.fromBase64(cursor),
                let last = bots.firstIndex(where: { $0.id == String(decoding: bytes, as: UTF8.self) })
            else { throw Refusal(V1.error(400, "Invalid cursor")) }
            start = last + 1
        }
        let page = bots.dropFirst(start).prefix(limit)
        let next = start + page.count < bots.count ? page.last.map { Encodings.base64(Array($0.id.utf8)) } : nil
        return .json(
            200,
            [
                "bots": .array(page.map { V1BotList.item($0) }), "last_updated": Moment.now.json,
                "next_cursor": .optional(next),
            ])
    }

    /// `speaker_name` is not live yet: it filters nothing.
    private func matching(_ call: Call, _ account: String) throws -> [BotRecord] {
        let name = call.query("bot_name")?.lowercased() ?? ""
        let url = call.query("meeting_url")?.lowercased() ?? ""
        let createdAfter = try V1.moment(call, "created_after", zoned: false)
        let createdBefore = try V1.moment(call, "created_before", zoned: false)
        let endedAfter = try V1.moment(call, "ended_after", zoned: false)
        guard let extra = ExtraFilter(call.query("filter_by_extra")) else {
            throw Refusal(V1.error(400, "filter_by_extra is field:value,field2:value2"))
        }
        return upstream.state.withLock { $0.bots(of: account, .v1) }
            .filter { name.isEmpty || ($0.config["bot_name"]?.string ?? "").lowercased().contains(name) }
            .filter { url.isEmpty || $0.meetingURL.lowercased().contains(url) }
            .filter { bot in createdAfter.map { bot.createdAt >= $0 } ?? true }
            .filter { bot in createdBefore.map { bot.createdAt <= $0 } ?? true }
            .filter { bot in endedAfter.map { after in bot.endedAt.map { $0 >= after } ?? false } ?? true }
            .filter { extra.matches($0.config["extra"]) }
    }

    /// `field`, `field:asc` or `field:desc`; compared as text, bots without the field last.
    private static func sorted(_ bots: [BotRecord], by order: String) throws -> [BotRecord] {
        let parts = order.split(separator: ":", maxSplits: 1).map { String($0) }
        guard let field = parts.first, ["asc", "desc"].contains(parts.dropFirst().first ?? "asc") else {
            throw Refusal(V1.error(400, "sort_by_extra is field, field:asc or field:desc"))
        }
        let keyed = bots.map { (key: ExtraFilter.text($0.config["extra"]?[field]), bot: $0) }
        let with = keyed.compactMap { entry in entry.key.map { (key: $0, bot: entry.bot) } }
            .sorted { parts.last == "desc" && parts.count > 1 ? $1.key < $0.key : $0.key < $1.key }
        return with.map(\.bot) + keyed.filter { $0.key == nil }.map(\.bot)
    }

    private static func item(_ bot: BotRecord) -> JSON {
        [
            "id": .integer(bot.number), "uuid": .string(bot.id), "bot_name": bot.config["bot_name"] ?? "Bot",
            "meeting_url": .string(bot.meetingURL), "created_at": bot.createdAt.json,
            "ended_at": bot.endedAt?.json ?? .null, "duration": bot.duration.map { .integer($0) } ?? .null,
            "speakers": .array(bot.joinedAt == nil ? [] : bot.people.prefix(2).map { .string($0) }),
            "extra": bot.config["extra"] ?? .null, "session_id": nil, "access_count": 0, "last_accessed_at": nil,
        ]
    }
}
