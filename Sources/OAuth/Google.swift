import JSONValue

/// Google's OAuth 2.0 for web server apps (developers.google.com/identity/protocols/oauth2/web-server).
public struct Google: Provider {
    private let authorize: String
    private let token: String
    private let revoke: String

    public init(
        authorizeURL: String = "https://accounts.google.com/o/oauth2/v2/auth",
        tokenURL: String = "https://oauth2.googleapis.com/token",
        revokeURL: String = "https://oauth2.googleapis.com/revoke"
    ) {
        authorize = authorizeURL
        token = tokenURL
        revoke = revokeURL
    }

    public static let issuer = "https://accounts.google.com"

    public let name = ProviderName.google
    public let scopes = ["openid", "email", "https://www.googleapis.com/auth/calendar.readonly"]
    public let neededScopes = ["https://www.googleapis.com/auth/calendar.readonly"]
    /// Reading and writing includes reading. Nothing else does: `calendar.events` leaves out the list of calendars.
    public let widerScopes: [String: Set<String>] = [
        "https://www.googleapis.com/auth/calendar.readonly": ["https://www.googleapis.com/auth/calendar"]
    ]
    public let callbackIssuer: String? = Google.issuer
    /// `offline` with `consent` brings a refresh token every time. Never `include_granted_scopes`: it would merge what
    /// the user granted to other clients of the same project into this token.
    public let authorizationExtras = [("access_type", "offline"), ("prompt", "consent")]
    public let userActionURL: String? = nil
    public let sendsScopeToTokenEndpoint = false

    public func authorizeURL(directory: String) -> String { authorize }
    public func tokenURL(directory: String) -> String { token }
    public var revokeURL: String? { revoke }

    /// `email` and `profile` come back under their long names.
    public func canonicalScope(_ scope: String) -> String {
        switch scope {
        case "https://www.googleapis.com/auth/userinfo.email": "email"
        case "https://www.googleapis.com/auth/userinfo.profile": "profile"
        default: scope
        }
    }

    public func identity(of token: IDToken) throws(IDTokenError) -> ProviderIdentity {
        // The bare host is the legacy spelling of the same issuer.
        guard token.issuer == Self.issuer || token.issuer == "accounts.google.com" else { throw .issuer }
        guard let subject = token.claims["sub"]?.stringValue, !subject.isEmpty else { throw .missing("sub") }
        return ProviderIdentity(subject: subject, email: token.claims["email"]?.stringValue, directory: nil)
    }

    /// Revocation is project-wide: `123456-abc.apps.googleusercontent.com` belongs to project 123456. An id of another
    /// form counts as a project of its own.
    public static func project(of clientID: String) -> String {
        let digits = clientID.prefix { $0.isASCII && $0.isNumber }
        return !digits.isEmpty && clientID.dropFirst(digits.count).hasPrefix("-") ? String(digits) : clientID
    }
}
