/// Ids: random ones, and ones derived from what they name, so that a restarted sandbox shows the same objects.
enum Identifiers {
    /// A random UUID of version 4, lower-case.
    static func uuid() -> String {
        shape((0..<16).map { _ in UInt8.random(in: .min ... .max) }, version: 4)
    }

    /// The same UUID for the same parts. Version 5's shape, because Meeting BaaS v2's patterns demand a version of
    /// 1 to 8 and the variant 8 to b.
    static func uuid(from parts: String...) -> String {
        shape(Array(hash(parts).prefix(16)), version: 5)
    }

    /// The same `count` decimal digits for the same parts, the first not zero: Google's `sub`.
    static func digits(_ count: Int, from parts: String...) -> String {
        let bytes = hash(parts) + hash(parts + ["more"])
        return "1" + bytes.prefix(count - 1).map { String($0 % 10) }.joined()
    }

    /// The same base64url text for the same parts.
    static func opaque(from parts: String...) -> String {
        Encodings.base64URL(hash(parts))
    }

    /// `count` random characters of the base64url alphabet.
    static func random(_ count: Int) -> String {
        let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max) }
        return String(Encodings.base64URL(bytes).prefix(count))
    }

    /// Returns true if `text` is a UUID as the vendor's v2 schemas write it (`pattern` of every `format: uuid`).
    static func isUUID(_ text: String) -> Bool {
        if text == nilUUID || text.lowercased() == "ffffffff-ffff-ffff-ffff-ffffffffffff" { return true }
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12] else { return false }
        guard groups.allSatisfy({ $0.utf8.allSatisfy { isHex($0) } }) else { return false }
        return "12345678".contains(groups[2].prefix(1)) && "89abAB".contains(groups[3].prefix(1))
    }

    static let nilUUID = "00000000-0000-0000-0000-000000000000"

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func hash(_ parts: [String]) -> [UInt8] {
        Digest.sha256(Array(parts.joined(separator: "\u{1f}").utf8))
    }

    private static func shape(_ bytes: [UInt8], version: UInt8) -> String {
        var bytes = bytes
        bytes[6] = bytes[6] & 0x0f | version << 4
        bytes[8] = bytes[8] & 0x3f | 0x80
        let text = Encodings.hex(bytes)
        var groups: [Substring] = []
        var rest = text[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }
}
