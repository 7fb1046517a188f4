/// `field:value,field2:value2` over a bot's `extra`: all must hold, values exactly (v1 `filter_by_extra`, v2 `extra`).
struct ExtraFilter: Sendable {
    private let conditions: [(field: String, value: String)]

    /// - Returns: nil when a condition has no colon. Absent or empty text matches everything.
    init?(_ text: String?) {
        var conditions: [(field: String, value: String)] = []
        for condition in (text ?? "").split(separator: ",") {
            let parts = condition.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            conditions.append((String(parts[0]), String(parts[1])))
        }
        self.conditions = conditions
    }

    func matches(_ extra: JSON?) -> Bool {
        conditions.allSatisfy { ExtraFilter.text(extra?[$0.field]) == $0.value }
    }

    /// A value as the filters compare it; nil when it is absent.
    static func text(_ value: JSON?) -> String? {
        guard let value, !value.isNull else { return nil }
        return value.string ?? value.text
    }
}
