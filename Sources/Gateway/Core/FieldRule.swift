import JSONValue

/// The rule of a field's value. Bodies, query strings, settings and the mirror check with the same rules, and report a
/// violation in the same words.
protocol FieldRule {
    associatedtype Value

    /// The rule after the field's name: "must be true or false".
    var message: String { get }
    /// The value of a member of a JSON body; nil for a violation.
    func value(of json: JSON) -> Value?
    /// The value of a parameter or a setting; nil for a violation.
    func value(of text: String) -> Value?
}

struct WholeNumberRule: FieldRule {
    let range: ClosedRange<Int>

    init(_ range: ClosedRange<Int>) { self.range = range }

    var message: String { "must be a whole number from \(range.lowerBound) to \(range.upperBound)" }
    func value(of json: JSON) -> Int? { checked(json.intValue) }
    func value(of text: String) -> Int? { checked(Int(text)) }

    private func checked(_ number: Int?) -> Int? { number.flatMap { range.contains($0) ? $0 : nil } }
}

struct FlagRule: FieldRule {
    var message: String { "must be true or false" }
    func value(of json: JSON) -> Bool? { json.boolValue }
    func value(of text: String) -> Bool? { text == "true" ? true : text == "false" ? false : nil }
}

struct TimeRule: FieldRule {
    var message: String { "must be a time as RFC 3339 has it, like 2026-01-31T12:00:00Z" }
    func value(of json: JSON) -> Timestamp? { json.stringValue.flatMap { Timestamp(rfc3339: $0) } }
    /// A plus sign that was not percent-encoded has become a blank.
    func value(of text: String) -> Timestamp? { Timestamp(rfc3339: text.replacing(" ", with: "+")) }
}

struct ChoiceRule<Value: RawRepresentable & CaseIterable>: FieldRule where Value.RawValue == String {
    var message: String { "must be one of " + Value.allCases.map(\.rawValue).joined(separator: ", ") }
    func value(of json: JSON) -> Value? { json.stringValue.flatMap { Value(rawValue: $0) } }
    func value(of text: String) -> Value? { Value(rawValue: text) }
}
