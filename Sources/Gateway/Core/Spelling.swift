/// Suggestions for a mistyped name.
public enum Spelling {
    /// The known name that is nearest to a given one: the same but for case, `-` and `_`, or at most two letters away.
    /// - Returns: nil if none is near, or the given name is too long to be one of them.
    public static func nearest(to given: String, in known: some Sequence<String>) -> String? {
        guard (2...64).contains(given.utf8.count) else { return nil }
        let wanted = folded(given)
        // Of a short name two letters are nearly all.
        let limit = wanted.count < 5 ? 1 : 2
        let near = known.map { (name: $0, distance: distance(wanted, folded($0), limit: limit)) }
        return near.filter { $0.distance <= limit }.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    private static func folded(_ name: String) -> [UInt8] {
        Array(name.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") })
    }

    /// Letters to insert, drop or replace (Levenshtein's distance).
    /// - Returns: more than `limit` for any that are further apart.
    static func distance(_ one: [UInt8], _ other: [UInt8], limit: Int) -> Int {
        guard abs(one.count - other.count) <= limit else { return limit + 1 }
        var row = Array(0...other.count)
        for (i, letter) in one.enumerated() {
            var next = [i + 1]
            for (j, letter2) in other.enumerated() {
                next.append(min(row[j] + (letter == letter2 ? 0 : 1), row[j + 1] + 1, next[j] + 1))
            }
            row = next
        }
        return row[other.count]
    }
}
