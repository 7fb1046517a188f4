/// Base64 (RFC 4648 section 4) and base64url without padding (section 5), strict on reading.
public enum Base64 {
    public static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet: standard, padded: true)
    }

    public static func encodeURL(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet: urlSafe, padded: false)
    }

    /// Reads both alphabets, with padding or without. `nil` for anything else, and for stray bits at the end.
    public static func decode(_ text: String) -> [UInt8]? {
        var out = [UInt8]()
        var bits: UInt32 = 0
        var held = 0
        var body = Substring(text)
        let padding = body.reversed().prefix { $0 == "=" }.count
        guard padding <= 2 else { return nil }
        body = body.dropLast(padding)
        if padding > 0, !(body.utf8.count + padding).isMultiple(of: 4) { return nil }
        for byte in body.utf8 {
            guard let value = values[byte] else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        guard held < 6, bits & ((1 << UInt32(held)) - 1) == 0 else { return nil }
        return out
    }

    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8: UInt8] = {
        var table = [UInt8: UInt8]()
        for (index, byte) in standard.enumerated() { table[byte] = UInt8(index) }
        for (index, byte) in urlSafe.enumerated() { table[byte] = UInt8(index) }
        return table
    }()

    private static func encode(_ bytes: [UInt8], alphabet: [UInt8], padded: Bool) -> String {
        var out = [UInt8]()
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for byte in group { word = word << 8 | UInt32(byte) }
            word <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count { out.append(alphabet[Int(word >> UInt32(18 - 6 * place) & 63)]) }
            if padded { for _ in group.count..<3 { out.append(UInt8(ascii: "=")) } }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
