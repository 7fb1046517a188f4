import Synchronization

/// The limits of an account: `PUT /_sandbox/limits`. Nothing is limited until then.
///
/// `{writes_per_second?, daily_bots?, calendars?, tokens?}`, each a number or null for none; what is left out stays.
struct Limits: Sendable {
    var writesPerSecond: Int?
    /// v2: bots in 24 hours, scheduled ones counted when they are made.
    var dailyBots: Int?
    /// v2: calendar connections.
    var calendars: Int?
    /// v2: tokens in all; every bot that joins at once reserves half a one.
    var tokens: Double?

    mutating func change(_ body: JSON) -> Bool {
        guard body.object != nil else { return false }
        for (name, field) in [
            ("writes_per_second", \Limits.writesPerSecond), ("daily_bots", \.dailyBots), ("calendars", \.calendars),
        ] {
            guard let value = body[name] else { continue }
            guard value.isNull || (value.integer ?? -1) >= 0 else { return false }
            self[keyPath: field] = value.integer
        }
        if let value = body["tokens"] {
            guard value.isNull || value.double != nil else { return false }
            tokens = value.double
        }
        return true
    }

    var json: JSON {
        func number(_ value: Int?) -> JSON { value.map { .integer($0) } ?? .null }
        return [
            "writes_per_second": number(writesPerSecond), "daily_bots": number(dailyBots),
            "calendars": number(calendars), "tokens": tokens.map { .number($0) } ?? .null,
        ]
    }
}

/// An account's writes, POST, PATCH and DELETE of both versions, in a second that begins with the first of them.
struct WriteWindow: Sendable {
    var began = Moment(milliseconds: 0)
    var count = 0

    /// Counts one more.
    mutating func add() {
        let now = Moment.now
        if now.milliseconds - began.milliseconds >= 1000 { self = WriteWindow(began: now) }
        count += 1
    }
}

/// The count of one write against the limit.
struct WriteRate: Sendable {
    /// A Pro plan's limit if none is set: shown, not enforced (facts 3.4).
    let limit: Int
    let count: Int
    let isEnforced: Bool

    var isExceeded: Bool { isEnforced && count > limit }

    var headers: [(name: String, value: String)] {
        [
            ("x-ratelimit-limit", String(limit)), ("x-ratelimit-remaining", String(max(0, limit - count))),
            ("x-ratelimit-reset", "1"),
        ]
    }

    init(_ account: String, _ upstream: Upstream) {
        (limit, count, isEnforced) = upstream.state.withLock { state in
            state.writes[account, default: WriteWindow()].add()
            let limit = state.limits.writesPerSecond
            return (limit ?? 10, state.writes[account]?.count ?? 0, limit != nil)
        }
    }
}
