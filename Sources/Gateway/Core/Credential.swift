import Sealing

/// `mgk_` or `mgs_`, 30 base62 characters (178 random bits) and their CRC-32 in 6 more. A mistyped or truncated
/// credential is refused without a look-up, and secret scanners can recognise one reliably.
struct Credential: Sendable {
    enum Kind: String, Sendable {
        case key = "mgk_"
        case session = "mgs_"
        case ticket = "mgt_"
    }
    let text: String

    static func make(_ kind: Kind) -> Credential {
        var body = [UInt8]()
        while body.count < 30 {
            // Bytes from 248 up would favour the first letters.
            for byte in Digests.random(40) where byte < 248 && body.count < 30 { body.append(digits[Int(byte % 62)]) }
        }
        return Credential(text: kind.rawValue + String(decoding: body + checksum(body), as: UTF8.self))
    }

    /// `nil` unless `text` has the kind's form and its checksum fits.
    init?(_ text: String, kind: Kind) {
        let bytes = Array(text.utf8)
        guard text.hasPrefix(kind.rawValue), bytes.count == 40 else { return nil }
        let body = Array(bytes[4..<34])
        guard body.allSatisfy(Self.digits.contains), Array(bytes[34...]) == Self.checksum(body) else { return nil }
        self.text = text
    }

    private init(text: String) { self.text = text }

    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    private static func checksum(_ body: [UInt8]) -> [UInt8] {
        var rest = crc32(body)
        var out = [UInt8](repeating: digits[0], count: 6)
        for place in stride(from: 5, through: 0, by: -1) {
            out[place] = digits[Int(rest % 62)]
            rest /= 62
        }
        return out
    }

    /// CRC-32 IEEE 802.3, reflected.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
