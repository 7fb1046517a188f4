/// A statement whose interpolations are bound, never spliced: `"SELECT id FROM tenants WHERE slug = \(slug)"`.
///
/// One text serves both engines; each renders its own placeholders (`?1` in SQLite, `$1` in PostgreSQL).
public struct Query: Sendable, ExpressibleByStringInterpolation {
    /// The text between the placeholders; always one longer than `values`.
    private(set) var pieces: [String]
    private(set) var values: [Value]

    public init(stringLiteral text: String) {
        pieces = [text]
        values = []
    }

    public init(stringInterpolation parts: StringInterpolation) {
        pieces = parts.pieces
        values = parts.values
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var pieces = [""]
        var values: [Value] = []

        public init(literalCapacity: Int, interpolationCount: Int) {}

        public mutating func appendLiteral(_ text: String) { pieces[pieces.count - 1] += text }

        public mutating func appendInterpolation(_ value: (any Bindable)?) {
            values.append(value?.sqlValue ?? .null)
            pieces.append("")
        }

        /// Another query, with its own bindings.
        public mutating func appendInterpolation(_ query: Query) {
            pieces[pieces.count - 1] += query.pieces[0]
            for (value, piece) in zip(query.values, query.pieces.dropFirst()) {
                values.append(value)
                pieces.append(piece)
            }
        }

        /// A parenthesised list of bound values, for `IN`. An empty list matches nothing.
        public mutating func appendInterpolation(list: [some Bindable]) {
            appendLiteral(list.isEmpty ? "(NULL)" : "(")
            for (index, value) in list.enumerated() {
                if index > 0 { appendLiteral(", ") }
                appendInterpolation(value)
            }
            if !list.isEmpty { appendLiteral(")") }
        }
    }

    /// The statement's text, with placeholders as `placeholder` spells them.
    func text(_ placeholder: (Int) -> String) -> String {
        var out = pieces[0]
        for (index, piece) in pieces.dropFirst().enumerated() { out += placeholder(index + 1) + piece }
        return out
    }
}

/// What a database can hold.
public enum Value: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// What can stand in a query.
public protocol Bindable: Sendable {
    var sqlValue: Value { get }
}

extension String: Bindable { public var sqlValue: Value { .text(self) } }
extension Int: Bindable { public var sqlValue: Value { .integer(Int64(self)) } }
extension Int64: Bindable { public var sqlValue: Value { .integer(self) } }
extension Bool: Bindable { public var sqlValue: Value { .integer(self ? 1 : 0) } }
extension Array: Bindable where Element == UInt8 { public var sqlValue: Value { .blob(self) } }
