/// `application/x-www-form-urlencoded` and query strings (RFC 3986 section 2.3 leaves only unreserved bytes plain).
///
/// Not Foundation's `URLComponents`, which leaves `+` as it is, nor Hummingbird's `URLEncodedFormDecoder`, which decodes
/// into types and reads brackets in a name as nesting: neither returns the fields as they stand.
public enum Form {
    public static func encode(_ fields: [(String, String)]) -> String {
        fields.map { "\(percentEncode($0.0))=\(percentEncode($0.1))" }.joined(separator: "&")
    }

    /// Percent-encodes everything but unreserved characters; also right for one path segment.
    public static func percentEncode(_ text: String) -> String {
        if text.utf8.allSatisfy(isUnreserved) { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        var out = [UInt8]()
        for byte in text.utf8 {
            switch byte {
            case _ where isUnreserved(byte): out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// The fields in their order. `nil` when an escape is broken or the bytes are no UTF-8.
    public static func decode(_ text: String) -> [(name: String, value: String)]? {
        var out: [(name: String, value: String)] = []
        for field in text.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = percentDecode(parts[0], plus: true),
                let value = percentDecode(parts.count > 1 ? parts[1] : "", plus: true)
            else { return nil }
            out.append((name, value))
        }
        return out
    }

    /// - Parameter plus: whether `+` means a space, as in forms and queries.
    public static func percentDecode(_ text: some StringProtocol, plus: Bool = false) -> String? {
        var out = [UInt8]()
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, let high = Character(UnicodeScalar(rest.removeFirst())).hexDigitValue,
                    let low = Character(UnicodeScalar(rest.removeFirst())).hexDigitValue
                else { return nil }
                out.append(UInt8(high << 4 | low))
            } else {
                out.append(plus && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(validating: out, as: UTF8.self)
    }
}
