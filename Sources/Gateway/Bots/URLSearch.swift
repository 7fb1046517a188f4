import JSONValue

/// Finds URLs in what a user's session sends: bots and transcribers would connect to them from the account.
///
/// Lenient readers accept more than RFC 3986. WHATWG's URL standard removes tabs and line breaks, strips outer blanks,
/// reads `\` as `/`, and needs no slash after a known scheme. The search finds whatever one of them would follow.
enum URLSearch {
    /// Returns whether any string of the value is one or holds one, at any depth, names of members included.
    static func finds(in json: JSON) -> Bool {
        switch json {
        case .string(let text): isOrHoldsURL(text)
        case .array(let items): items.contains { finds(in: $0) }
        case .object(let members): members.contains { isOrHoldsURL($0.name) || finds(in: $0.value) }
        case .null, .bool, .number: false
        }
    }

    /// Returns whether a text begins with a scheme and `:` or with two slashes of either kind, or holds `:/` or `:\`.
    static func isOrHoldsURL(_ text: String) -> Bool {
        var bytes = text.utf8.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }[...]
        // Outer blanks are control characters too in WHATWG's standard.
        while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        if bytes.count >= 2, bytes.prefix(2).allSatisfy(isSlash) { return true }
        if beginsWithScheme(bytes) { return true }
        return zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: ":") && isSlash($1) }
    }

    private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }

    /// RFC 3986 section 3.1: a letter, then letters, digits, `+`, `-` and `.`.
    private static func beginsWithScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, isLetter(first),
            let end = bytes.firstIndex(where: { byte in
                !isLetter(byte) && !(0x30...0x39).contains(byte) && ![0x2B, 0x2D, 0x2E].contains(byte)
            })
        else { return false }
        return bytes[end] == UInt8(ascii: ":")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
