/// Why a text is not JSON that we accept, and where: a byte offset from its start.
public struct JSONError: Error, Sendable, CustomStringConvertible {
    public let reason: String
    public let offset: Int
    public var description: String { "\(reason) at byte \(offset)" }
}

extension JSON {
    /// Reads one JSON text, strictly (RFC 8259): UTF-8, no member twice, at most `depth` levels.
    /// - Parameter lenient: for what others send and will not send otherwise. Of a member that stands twice the last
    ///   counts, as with JavaScript's `JSON.parse`. Half a surrogate pair, which cut-off JavaScript strings have, and
    ///   invalid UTF-8 become U+FFFD.
    public static func parse(
        _ bytes: some Sequence<UInt8>, depth: Int = 64, lenient: Bool = false
    ) throws -> JSON {
        var reader = Reader(bytes: Array(bytes), depth: depth, lenient: lenient)
        return try reader.document()
    }

    public static func parse(_ text: String) throws -> JSON { try parse(text.utf8) }
}

/// A recursive-descent reader over UTF-8 bytes.
private struct Reader {
    let bytes: [UInt8]
    let depth: Int
    let lenient: Bool
    var at = 0
    var level = 0

    init(bytes: [UInt8], depth: Int, lenient: Bool) {
        self.bytes = bytes
        self.depth = depth
        self.lenient = lenient
    }

    mutating func document() throws -> JSON {
        // RFC 8259 section 8.1: JSON that is sent has none, and a reader may ignore it or refuse it.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            guard lenient else { throw error("a byte order mark, which JSON must not begin with,") }
            at = 3
        }
        let value = try value()
        space()
        guard at == bytes.count else { throw error("text after the end") }
        return value
    }

    private mutating func value() throws -> JSON {
        space()
        switch peek {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case nil: throw error("unexpected end")
        default: return try number()
        }
    }

    private mutating func nested(_ read: (inout Reader) throws -> JSON) throws -> JSON {
        level += 1
        guard level <= depth else { throw error("nested deeper than \(depth) levels") }
        at += 1
        let value = try read(&self)
        level -= 1
        return value
    }

    private mutating func object() throws -> JSON {
        var members = JSON.Members()
        if take("}") { return .object(members) }
        repeat {
            space()
            guard peek == UInt8(ascii: "\"") else { throw error("a member's name must be a string") }
            let name = try string()
            guard lenient || members[name] == nil else { throw error("the member \"\(name.prefix(40))\" stands twice") }
            guard take(":") else { throw error("a colon is missing") }
            members[name] = try value()
        } while take(",")
        guard take("}") else { throw error("a comma or a closing brace is missing") }
        return .object(members)
    }

    private mutating func array() throws -> JSON {
        var items: [JSON] = []
        if take("]") { return .array(items) }
        repeat { items.append(try value()) } while take(",")
        guard take("]") else { throw error("a comma or a closing bracket is missing") }
        return .array(items)
    }

    private mutating func string() throws -> String {
        at += 1
        var out = [UInt8]()
        while true {
            // Text without escapes is copied in one piece.
            let start = at
            while at < bytes.count, Self.isPlain(bytes[at]) { at += 1 }
            let piece = bytes[start..<at]
            guard let byte = peek else { throw error("unexpected end in a string") }
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                let whole = out.isEmpty ? piece : (out + piece)[...]
                if let text = String(validating: whole, as: UTF8.self) { return text }
                guard lenient else { throw error("invalid UTF-8") }
                return String(decoding: whole, as: UTF8.self)
            case UInt8(ascii: "\\"):
                out += piece
                try escape(into: &out)
            default: throw error("a control character in a string")
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func escape(into out: inout [UInt8]) throws {
        guard let byte = peek else { throw error("unexpected end in a string") }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "u"):
            out += Array(String(Character(try scalar())).utf8)
        default: throw error("an unknown escape")
        }
    }

    /// One scalar from one escape or a surrogate pair of two.
    private mutating func scalar() throws -> Unicode.Scalar {
        let code = try hex4()
        let start = at
        if (0xD800..<0xDC00).contains(code), bytes[at...].starts(with: "\\u".utf8) {
            at += 2
            let low = try hex4()
            if (0xDC00..<0xE000).contains(low),
                let pair = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
            {
                return pair
            }
            at = start
        }
        if let scalar = Unicode.Scalar(code) { return scalar }
        guard lenient else { throw error("half a surrogate pair") }
        return "\u{FFFD}"
    }

    private mutating func hex4() throws -> UInt32 {
        guard at + 4 <= bytes.count, bytes[at] != UInt8(ascii: "+"), bytes[at] != UInt8(ascii: "-"),
            let code = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits are missing") }
        at += 4
        return code
    }

    private mutating func number() throws -> JSON {
        let start = at
        if peek == UInt8(ascii: "-") { at += 1 }
        let whole = digits()
        guard whole > 0 else { throw error("a value is missing") }
        if whole > 1, bytes[at - whole] == UInt8(ascii: "0") { throw error("a number with a leading zero") }
        if peek == UInt8(ascii: ".") {
            at += 1
            guard digits() > 0 else { throw error("digits are missing after the point") }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            at += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
            guard digits() > 0 else { throw error("digits are missing in the exponent") }
        }
        return .number(String(decoding: bytes[start..<at], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = at
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
        return at - start
    }

    private mutating func literal(_ text: String, _ value: JSON) throws -> JSON {
        guard bytes[at...].starts(with: text.utf8) else { throw error("a value is missing") }
        at += text.utf8.count
        return value
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        space()
        guard peek == UInt8(ascii: mark) else { return false }
        at += 1
        return true
    }

    private mutating func space() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: at) }
}
