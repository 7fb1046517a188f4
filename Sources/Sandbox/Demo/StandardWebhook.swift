/// Standard Webhooks 1.0.0 from the receiver's side: HMAC-SHA-256 over `id.timestamp.body` under the endpoint's secret.
enum StandardWebhook {
    /// Seconds that a message may be old or early; what is replayed later is refused.
    static let tolerance = 300

    /// Returns true if the call has a fresh and valid signature of its exact bytes.
    /// - Parameter secret: `whsec_` and the key in base64.
    static func isGenuine(_ call: Call, secret: String, now: Moment) -> Bool {
        guard secret.hasPrefix("whsec_"), let key = Encodings.fromBase64(secret.dropFirst(6)), !key.isEmpty,
            let id = call.headers["webhook-id"], !id.isEmpty,
            let timestamp = call.headers["webhook-timestamp"], let seconds = Int(timestamp),
            (now.seconds - tolerance...now.seconds + tolerance).contains(seconds),
            let signatures = call.headers["webhook-signature"]
        else { return false }
        let expected = Digest.hmac(key: key, message: Array("\(id).\(timestamp).".utf8) + call.body)
        // One entry for each secret that is valid while it is being rotated.
        return signatures.split(separator: " ").contains { entry in
            guard entry.hasPrefix("v1,"), let given = Encodings.fromBase64(entry.dropFirst(3)) else { return false }
            return isEqual(given, expected)
        }
    }

    /// Compares in constant time.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
