/// Query parameters of v2 lists. Unknown ones are ignored, bad values refused.
struct V2Query: Sendable {
    private let values: [String: String]

    init(_ call: Call) {
        values = Dictionary(call.queryPairs.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    subscript(name: String) -> String? { values[name] }

    /// `limit`: 1 to 250, 50 when absent (the schema marks it required with a default: not demanded).
    func limit() throws -> Int {
        guard let text = values["limit"] else { return 50 }
        guard let limit = Int(text), (1...250).contains(limit) else {
            throw V2.invalid("querystring/limit Invalid input: expected int from 1 to 250")
        }
        return limit
    }

    /// A comma-separated list out of `allowed`; nil when absent.
    func choices(_ name: String, _ allowed: [String]) throws -> Set<String>? {
        guard let text = values[name], !text.isEmpty else { return nil }
        let chosen = Set(text.split(separator: ",").map { String($0) })
        guard chosen.isSubset(of: allowed) else {
            throw V2.invalid("querystring/\(name) Invalid option: expected \(allowed.joined(separator: "|"))")
        }
        return chosen
    }

    func flag(_ name: String, default fallback: Bool) throws -> Bool {
        switch values[name] {
        case nil: fallback
        case "true": true
        case "false": false
        default: throw V2.invalid("querystring/\(name) Invalid input: expected boolean")
        }
    }

    /// A date and time; v2's pattern takes `Z` only.
    func moment(_ name: String) throws -> Moment? {
        guard let text = values[name] else { return nil }
        guard text.hasSuffix("Z"), let moment = Moment(text) else {
            throw V2.invalid("querystring/\(name) Invalid ISO datetime")
        }
        return moment
    }
}
