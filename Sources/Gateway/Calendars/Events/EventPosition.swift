import JSONValue

/// The position at which a list of events continues: a page of Meeting BaaS and an offset in it, or a change.
struct EventPosition: Cursor.Position {
    /// Meeting BaaS's own cursor.
    var upstream: String?
    var offset = 0
    var last: (time: Timestamp, event: String)?

    init(upstream: String? = nil, offset: Int = 0, last: (Timestamp, String)? = nil) {
        self.upstream = upstream
        self.offset = offset
        self.last = last
    }

    init?(members: JSON) {
        self.init(upstream: members["c"]?.stringValue, offset: members["o"]?.intValue ?? 0)
        if let time = members["t"]?.intValue, let event = members["e"]?.stringValue {
            last = (Timestamp(milliseconds: Int64(time)), event)
        }
    }

    var members: JSON {
        [
            "c": .text(upstream), "o": .int(offset), "t": last.map { .int($0.time.milliseconds) } ?? .null,
            "e": .text(last?.event),
        ]
    }
}
