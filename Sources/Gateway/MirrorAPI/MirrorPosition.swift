import JSONValue

/// The position at which a list of the mirror continues: upstream's own cursor, or after or before an item.
struct MirrorPosition: Cursor.Position {
    var upstream: String?
    var after: String?
    var before: String?
}

extension MirrorPosition {
    init?(members: JSON) {
        self.init(
            upstream: members["u"]?.stringValue, after: members["a"]?.stringValue, before: members["b"]?.stringValue)
    }

    var members: JSON { ["u": .text(upstream), "a": .text(after), "b": .text(before)] }
}
