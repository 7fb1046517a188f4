/// A 256-bit key. Prints as `[redacted]`, wiped when released.
public struct SecretKey: Sendable, CustomStringConvertible, CustomReflectable {
    let bytes: SecretBytes

    /// - Throws: `SealingError.keyLength` unless there are exactly 32 bytes.
    public init(_ raw: [UInt8]) throws(SealingError) {
        guard raw.count == 32 else { throw .keyLength(raw.count) }
        bytes = SecretBytes(raw)
    }

    private init(random: Void) { bytes = SecretBytes(Digests.random(32)) }

    /// A fresh key from the system's random source.
    public static func random() -> SecretKey { SecretKey(random: ()) }

    /// The key itself, to be sealed under another or printed once by `vault generate-key`.
    public func reveal() -> [UInt8] { bytes.reveal() }

    /// Which key this is, without telling anything about it: the first 8 hex digits of an HMAC under it.
    public var id: KeyID {
        KeyID(
            hex: Hex.encode(Array(Digests.hmacSHA256(key: bytes.reveal(), Array("meeting-gateway key id".utf8))[..<4])))
    }

    public var description: String { "[redacted]" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The public name of a key: 8 hex digits. Safe to print.
public struct KeyID: Sendable, Hashable, CustomStringConvertible {
    public let hex: String
    public init(hex: String) { self.hex = hex }
    public var description: String { hex }
}
