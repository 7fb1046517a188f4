internal import OrderedCollections

/// A JSON value (RFC 8259) that keeps what it was given: the order of members, the spelling of numbers.
///
/// Strings and member names are compared by their code units (RFC 8259 section 8.3). Swift's own `==` on `String` counts
/// canonically equivalent texts as equal: `é` and `e` with U+0301.
///
/// Not Foundation's `JSONSerialization` or `JSONDecoder`: these lose the order of members and the spelling of numbers, and
/// silently drop all but one of the members of one name.
public enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The literal as it stood, so that no digit is lost.
    case number(String)
    case string(String)
    case array([JSON])
    case object(Members)

    public static func int(_ value: some BinaryInteger) -> JSON { .number(String(value)) }
    public static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

    public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
    public var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    public var arrayValue: [JSON]? { if case .array(let items) = self { items } else { nil } }
    public var objectValue: Members? { if case .object(let members) = self { members } else { nil } }
    public var isNull: Bool { self == .null }

    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameCodeUnits(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// A whole number within the range that every JSON reader keeps exactly (RFC 8259 section 6: ±2^53-1).
    public var intValue: Int? {
        guard case .number(let literal) = self else { return nil }
        if let value = Int(literal), value.magnitude < 1 << 53 { return value }
        guard let value = Double(literal), value.rounded() == value, abs(value) < Double(1 << 53) else { return nil }
        return Int(value)
    }

    /// The member of an object; `nil` when absent or when this is no object.
    public subscript(name: String) -> JSON? { objectValue?[name] }

    /// The members of an object in their order; names are unique.
    public struct Members: Sendable, Equatable, ExpressibleByDictionaryLiteral, Sequence {
        private var values: OrderedDictionary<CodeUnits, JSON> = [:]

        public init() {}
        public init(dictionaryLiteral elements: (String, JSON)...) {
            for (name, value) in elements { self[name] = value }
        }

        public subscript(name: String) -> JSON? {
            get { values[CodeUnits(name)] }
            set { values[CodeUnits(name)] = newValue }
        }

        public var names: [String] { values.keys.map(\.text) }
        public var isEmpty: Bool { values.isEmpty }
        public func makeIterator() -> AnyIterator<(name: String, value: JSON)> {
            var rest = values.makeIterator()
            return AnyIterator { rest.next().map { ($0.key.text, $0.value) } }
        }

        /// In any order (RFC 8259 section 4); `OrderedDictionary` compares the order as well.
        public static func == (left: Members, right: Members) -> Bool {
            left.values.count == right.values.count && left.values.allSatisfy { right.values[$0.key] == $0.value }
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
}

extension JSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        var members = Members()
        for (name, value) in elements { members[name] = value }
        self = .object(members)
    }
}
