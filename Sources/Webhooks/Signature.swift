public import Sealing

/// Standard Webhooks 1.0.0, symmetric (`v1`): HMAC-SHA-256 over `id.timestamp.body`, on the raw bytes.
/// Svix's headers are the same scheme under other names.
public enum Signature {
    /// Seconds that a timestamp may lie from our clock, either way.
    public static let tolerance: Int64 = 300

    /// `v1,` and the MAC in base64.
    /// - Parameter secret: the decoded key, without `whsec_`.
    public static func sign(id: String, timestamp: Int64, body: [UInt8], secret: SecretBytes) -> String {
        "v1," + Base64.encode(Digests.hmacSHA256(key: secret.reveal(), Array("\(id).\(timestamp).".utf8) + body))
    }

    /// Verifies that an entry of `header` is a valid signature of these bytes and that the timestamp is near.
    /// - Parameter header: entries `version,signature`, parted by spaces; unknown versions are passed over, and no more
    ///   than 32 entries are read.
    public static func verify(
        id: String?, timestamp: String?, header: String?, body: [UInt8], secrets: [SecretBytes], now: Int64
    ) -> Bool {
        guard let id, let timestamp, let header,
            isFresh(id: id, timestamp: timestamp, header: header, now: now)
        else { return false }
        let given = entries(header).compactMap { Base64.decode(Substring($0)) }
        // The timestamp as it was spelled is what was signed.
        let content = Array("\(id).\(timestamp).".utf8) + body
        var fits = false
        for secret in secrets {
            let expected = Digests.hmacSHA256(key: secret.reveal(), content)
            for signature in given where Digests.equal(signature, expected) { fits = true }
        }
        return fits
    }

    /// True if the headers alone do not refuse a signature: none is empty, one entry has our version and the length of a
    /// MAC, and the timestamp is near.
    public static func isFresh(id: String, timestamp: String, header: String, now: Int64) -> Bool {
        guard !id.isEmpty, let seconds = plainInteger(timestamp), abs(now - seconds) <= tolerance else { return false }
        return entries(header).contains { $0.count == 43 || $0.count == 44 }
    }

    /// The signatures of version 1, in base64.
    private static func entries(_ header: String) -> [Substring.UTF8View] {
        header.utf8.split(separator: UInt8(ascii: " "), maxSplits: 32).prefix(32)
            .filter { $0.starts(with: "v1,".utf8) }.map { $0.dropFirst(3) }
    }

    private static func plainInteger(_ text: String) -> Int64? {
        guard text.utf8.count <= 12, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }
}

/// `whsec_` and a key of 24 to 64 bytes in base64.
public enum WebhookSecret {
    public static let prefix = "whsec_"

    /// A fresh secret of 32 random bytes, as it is shown to its owner.
    public static func make() -> String { prefix + Base64.encode(Digests.random(32)) }

    /// The key in a secret's text, with the prefix or without. `nil` unless it decodes to 16 to 128 bytes.
    public static func decode(_ text: String) -> SecretBytes? {
        let body = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
        guard let key = Base64.decode(body), (16...128).contains(key.count) else { return nil }
        return SecretBytes(key)
    }
}
