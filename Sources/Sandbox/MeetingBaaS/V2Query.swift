/// Query parameters of v2 lists. Unknown ones are ignored, bad values refused.
struct V2Query: Sendable {
    private let values: [String: String]

    init(_ call: Call) {
        values = Dictionary(call.queryPairs.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    subscript(name: String) -> String? { values[name] }

    /// The text that a list's rows have to contain, in lower case; nil when absent.
    func part(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0.lowercased() } }

    /// `limit`: 1 to `most`, 50 when absent (the schema marks it required with a default: not demanded).
    func limit(most: Int = 250) throws -> Int {
        guard let text = values["limit"] else { return 50 }
        guard let limit = Int(text), (1...most).contains(limit) else {
            throw V2.invalid("querystring/limit Invalid input: expected int from 1 to \(most)")
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

    /// A date and time not further away than 90 days, and not ahead where only the past makes sense.
    func near(_ name: String, past: Bool) throws -> Moment? {
        guard let moment = try moment(name) else { return nil }
        let now = Moment.now
        guard moment >= now.adding(-90 * 86400), moment <= now.adding(past ? 60 : 90 * 86400) else {
            throw V2.invalid("querystring/\(name) Must be within 90 days\(past ? " and not in the future" : "")")
        }
        return moment
    }

    /// `extra`: `field:value,field2:value2`.
    func extra() throws -> ExtraFilter {
        guard let filter = ExtraFilter(values["extra"]) else {
            throw V2.invalid("querystring/extra Invalid format: expected field:value,field2:value2")
        }
        return filter
    }
}
