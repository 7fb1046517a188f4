/// A request of a token endpoint: a form, and one way of client authentication (RFC 6749 sections 2.3 and 3.2).
struct TokenRequest: Sendable {
    /// Why it cannot be read: a sentence for `error_description`.
    struct Malformed: Error {
        let reason: String
    }

    let fields: [String: String]
    let clientID: String?
    let clientSecret: String?

    init(_ call: Call) throws(Malformed) {
        guard call.mediaType == "application/x-www-form-urlencoded" else {
            throw Malformed(reason: "The body must be application/x-www-form-urlencoded")
        }
        guard call.query.isEmpty else { throw Malformed(reason: "Parameters belong in the body, not in the query") }
        var fields: [String: String] = [:]
        for pair in call.formPairs {
            guard fields.updateValue(pair.value, forKey: pair.name) == nil else {
                throw Malformed(reason: "Parameter \(pair.name) is repeated")
            }
        }
        self.fields = fields
        if let authorization = call.headers["authorization"] {
            guard authorization.lowercased().hasPrefix("basic "),
                let decoded = Encodings.fromBase64(authorization.dropFirst(6)),
                let colon = decoded.firstIndex(of: UInt8(ascii: ":"))
            else { throw Malformed(reason: "The Authorization header is not Basic") }
            guard fields["client_secret"] == nil else {
                throw Malformed(reason: "More than one way of client authentication is used")
            }
            // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
            clientID = Encodings.unescape(String(decoding: decoded[..<colon], as: UTF8.self), plus: true)
            clientSecret = Encodings.unescape(String(decoding: decoded[(colon + 1)...], as: UTF8.self), plus: true)
        } else {
            clientID = fields["client_id"]
            clientSecret = fields["client_secret"]
        }
    }

    subscript(name: String) -> String? {
        guard let value = fields[name], !value.isEmpty else { return nil }
        return value
    }
}
