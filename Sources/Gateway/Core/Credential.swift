import Sealing

/// `mgk_` or `mgs_`, 30 base62 characters (178 random bits) and their CRC-32 in 6 more. A mistyped or truncated
/// credential is refused without a look-up, and secret scanners can recognise one reliably.
struct Credential: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        case key = "mgk_"
        case session = "mgs_"
        case ticket = "mgt_"
    }
    let kind: Kind
    let text: String

    static func make(_ kind: Kind) -> Credential {
        var body = [UInt8]()
        while body.count < 30 {
            // Bytes from 248 up would favour the first letters.
            for byte in Digests.random(40) where byte < 248 && body.count < 30 { body.append(digits[Int(byte % 62)]) }
        }
        return Credential(kind: kind, text: kind.rawValue + String(decoding: body + checksum(body), as: UTF8.self))
    }

    /// `nil` unless `text` has the form of a kind and its checksum fits.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 40, let kind = Kind.allCases.first(where: { bytes.starts(with: $0.rawValue.utf8) }),
            bytes[4..<34].allSatisfy(Self.isDigit), bytes[34...].elementsEqual(Self.checksum(bytes[4..<34]))
        else { return nil }
        self.init(kind: kind, text: text)
    }

    /// The same for one kind.
    init?(_ text: String, kind: Kind) {
        guard let credential = Credential(text), credential.kind == kind else { return nil }
        self = credential
    }

    private init(kind: Kind, text: String) { (self.kind, self.text) = (kind, text) }

    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) && byte > 0x40
    }

    private static func checksum(_ body: some Sequence<UInt8>) -> [UInt8] {
        var rest = crc32(body)
        var out = [UInt8](repeating: digits[0], count: 6)
        for place in stride(from: 5, through: 0, by: -1) {
            out[place] = digits[Int(rest % 62)]
            rest /= 62
        }
        return out
    }

    /// CRC-32 IEEE 802.3, reflected.
    static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
