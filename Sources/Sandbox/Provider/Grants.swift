/// The consent behind an authorization code until it is redeemed.
struct PendingCode: Sendable {
    let clientID: String
    let redirectURI: String
    let email: String
    let scopes: [String]
    /// S256; nil for a code made by the control call.
    let challenge: String?
    let nonce: String?
    let offline: Bool
    /// Microsoft: the tenant segment the consent was asked at, and the directory of the person.
    let tenant: String
    let directory: String
    let issuedAt: Moment

    /// Both vendors let codes live about ten minutes.
    var expired: Bool { Moment.now > issuedAt.adding(600) }
}

/// One refresh token.
struct Grant: Sendable {
    let clientID: String
    let email: String
    let scopes: [String]
    /// Microsoft only, as in `PendingCode`.
    let tenant: String
    let directory: String
    var revoked = false
}

/// The access of a refresh token: the mailbox and the scopes.
struct Access: Sendable {
    let email: String
    let scopes: [String]
    /// The token to keep: Microsoft's rotates.
    let refreshToken: String
}

/// Why a refresh inside the Meeting BaaS fake failed, in the provider's words.
struct RefreshFailure: Error {
    let reason: String
}

/// A provider as Meeting BaaS needs it: exchange a refresh token, nothing else.
protocol CalendarProvider: Sendable {
    func access(refreshToken: String, clientID: String, clientSecret: String, tenant: String) throws(RefreshFailure)
        -> Access
    /// Returns true if the scopes permit listing and reading a calendar.
    func mayReadCalendars(_ scopes: [String]) -> Bool
}

/// Client secrets, learnt on first use: whatever secret a client id shows first is its secret from then on.
struct ClientSecrets: Sendable {
    private var known: [String: Set<String>] = [:]

    mutating func accepts(_ clientID: String, _ secret: String) -> Bool {
        if let expected = known[clientID] { return expected.contains(secret) }
        known[clientID] = [secret]
        return true
    }

    /// The operator rotated the secret: the control call `POST /_sandbox/clients` `{client_id, client_secret, overlap?}`.
    /// - Parameter overlap: the former secrets stay in force beside it.
    mutating func set(_ clientID: String, _ secret: String, overlap: Bool) {
        known[clientID] = overlap ? (known[clientID] ?? []).union([secret]) : [secret]
    }
}

/// PKCE (RFC 7636), S256 only.
enum PKCE {
    /// Returns true if `text` may be a verifier or a challenge: 43 to 128 unreserved characters (section 4.1).
    static func isWellFormed(_ text: String) -> Bool {
        (43...128).contains(text.utf8.count) && Encodings.percent(text) == text
    }

    static func fits(_ verifier: String, _ challenge: String) -> Bool {
        isWellFormed(verifier) && Encodings.base64URL(Digest.sha256(Array(verifier.utf8))) == challenge
    }
}

/// An ID token with a signature that verifies nowhere. Read over TLS from the token endpoint, clients check the claims
/// (OIDC Core 3.1.3.7).
enum IDToken {
    static func encode(_ claims: JSON) -> String {
        let header: JSON = ["alg": "RS256", "kid": "sandbox", "typ": "JWT"]
        let signature = (0..<256).map { _ in UInt8.random(in: .min ... .max) }
        return [header.bytes, claims.bytes, signature].map { Encodings.base64URL($0) }.joined(separator: ".")
    }
}
