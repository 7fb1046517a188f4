import Foundation

/// A statement whose interpolations are bound, never spliced: `"SELECT id FROM tenants WHERE slug = \(slug)"`.
///
/// One text serves both engines: a `?` stands for each value, in order. (PostgreSQL numbers them.)
public struct Query: Sendable, ExpressibleByStringInterpolation {
    let text: String
    let values: [Value]

    public init(stringLiteral text: String) {
        var parts = StringInterpolation(literalCapacity: text.utf8.count, interpolationCount: 0)
        parts.appendLiteral(text)
        self.init(stringInterpolation: parts)
    }

    public init(stringInterpolation parts: StringInterpolation) {
        text = parts.text
        values = parts.values
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var values: [Value] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) {
            assert(!literal.utf8.contains(UInt8(ascii: "?")), "a ? stands for a value")
            text += literal
        }

        public mutating func appendInterpolation(_ value: (any Bindable)?) {
            values.append(value?.sqlValue ?? .null)
            text += "?"
        }

        /// Another query, with its own bindings.
        public mutating func appendInterpolation(_ query: Query) {
            text += query.text
            values += query.values
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
}

/// A value that a database can hold.
public enum Value: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// A value that can be interpolated into a query.
public protocol Bindable: Sendable {
    var sqlValue: Value { get }
}

extension String: Bindable {
    /// U+0000 is stored as U+FFFD: PostgreSQL's text cannot hold it, and SQLite's functions stop at it. It may come in what
    /// a provider or Meeting BaaS sends. JSON texts escape it and keep it.
    public var sqlValue: Value {
        guard hasNUL else { return .text(self) }
        return .text(String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })))
    }

    /// Each bound text is searched, so by `memchr`: a loop over `utf8` costs thirty times as much.
    private var hasNUL: Bool {
        unsafe utf8.withContiguousStorageIfAvailable { bytes in
            guard let start = bytes.baseAddress else { return false }
            return unsafe memchr(start, 0, bytes.count) != nil
        } ?? utf8.contains(0)
    }
}
/// Bound as it is.
extension Value: Bindable { public var sqlValue: Value { self } }
extension Int: Bindable { public var sqlValue: Value { .integer(Int64(self)) } }
extension Int64: Bindable { public var sqlValue: Value { .integer(self) } }
extension Bool: Bindable { public var sqlValue: Value { .integer(self ? 1 : 0) } }
extension Array: Bindable where Element == UInt8 { public var sqlValue: Value { .blob(self) } }
