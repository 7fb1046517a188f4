import HTTPTransport
import Hummingbird
import JSONValue

/// The parameters of a query string. Each may stand once, unknown ones are refused, and none may be empty except with
/// `mayBeEmpty`.
struct QueryFields {
    private var values: [String: String] = [:]
    private var seen: Set<String> = []
    private var errors: [Problem.FieldError] = []
    private let empty: Set<String>

    /// An empty one of these is the beginning or the default. Any other parameter narrows what is answered or changed, and
    /// an empty one is a mistake of the caller's (a variable that was not set), which must not widen it.
    private static let mayBeEmpty: Set = ["cursor", "after", "limit"]

    init(_ request: Request) throws {
        guard let fields = Form.decode(request.uri.query ?? "") else {
            throw Problem(.malformed, "The query string is not properly percent-encoded UTF-8.")
        }
        for (name, value) in fields where values.updateValue(value, forKey: name) != nil {
            errors.append(.init(pointer: "?\(name)", detail: "may be given once only"))
        }
        let twice = Set(errors.map(\.pointer))
        empty = Set(fields.filter { $0.value.isEmpty && !twice.contains("?\($0.name)") }.map(\.name))
            .subtracting(Self.mayBeEmpty)
    }

    mutating func fail(_ name: String, _ detail: String) {
        errors.append(.init(pointer: "?\(name)", detail: detail))
    }

    mutating func string(_ name: String, rule: ValidationRule = .any) -> String? {
        seen.insert(name)
        if empty.contains(name) { fail(name, "must not be empty; leave it out instead") }
        guard let text = values[name], !text.isEmpty else { return nil }
        guard text.unicodeScalars.count <= 2000, rule.isValid(text) else {
            fail(name, rule.message.isEmpty ? "is too long" : rule.message)
            return nil
        }
        return text
    }

    mutating func int(_ name: String, in range: ClosedRange<Int>) -> Int? {
        value(name, WholeNumberRule(range))
    }

    mutating func bool(_ name: String) -> Bool? { value(name, FlagRule()) }

    mutating func choice<T: RawRepresentable & CaseIterable>(_ name: String, _ type: T.Type) -> T?
    where T.RawValue == String {
        value(name, ChoiceRule<T>())
    }

    mutating func time(_ name: String) -> Timestamp? { value(name, TimeRule()) }

    private mutating func value<Rule: FieldRule>(_ name: String, _ rule: Rule) -> Rule.Value? {
        guard let text = string(name) else { return nil }
        guard let value = rule.value(of: text) else {
            fail(name, rule.message)
            return nil
        }
        return value
    }

    func validate() throws {
        let unknown = values.keys.filter { !seen.contains($0) }.sorted()
            .map { Problem.FieldError(pointer: "?\($0)", detail: "is not a known parameter") }
        let all = errors + unknown
        guard let first = all.first else { return }
        throw Problem(.validation, "\(first.pointer) \(first.detail).", errors: all)
    }
}
