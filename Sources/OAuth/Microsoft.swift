import JSONValue

/// Microsoft identity platform v2.0 (learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow).
public struct Microsoft: Provider {
    private let authority: String

    /// - Parameter authority: the base URL before the directory segment.
    public init(authority: String = "https://login.microsoftonline.com") { self.authority = authority }

    public let name = ProviderName.microsoft
    public let scopes = ["openid", "profile", "email", "offline_access", "User.Read", "Calendars.Read"]
    public let neededScopes = ["Calendars.Read"]
    public let widerScopes: [String: Set<String>] = [:]
    /// Microsoft does not send `iss` on the callback; a redirect URI of its own distinguishes the providers.
    public let callbackIssuer: String? = nil
    public let authorizationExtras = [("response_mode", "query")]
    /// There is no revocation of one grant; the user removes it here.
    public let userActionURL: String? = "https://myapps.microsoft.com"
    public let sendsScopeToTokenEndpoint = true

    public func authorizeURL(directory: String) -> String { "\(authority)/\(directory)/oauth2/v2.0/authorize" }
    public func tokenURL(directory: String) -> String { "\(authority)/\(directory)/oauth2/v2.0/token" }
    public var revokeURL: String? { nil }

    /// Graph scopes come back long or short, in any case.
    public func canonicalScope(_ scope: String) -> String {
        let graph = "https://graph.microsoft.com/"
        let short = scope.lowercased().hasPrefix(graph) ? String(scope.dropFirst(graph.count)) : scope
        return scopes.first { $0.lowercased() == short.lowercased() } ?? short
    }

    public func identity(of token: IDToken) throws(IDTokenError) -> ProviderIdentity {
        guard let directory = token.claims["tid"]?.stringValue, !directory.isEmpty else { throw .missing("tid") }
        guard token.issuer == "https://login.microsoftonline.com/\(directory)/v2.0" else { throw .issuer }
        // `sub` differs per app; tenant and object id name the account (claims-validation).
        guard let object = token.claims["oid"]?.stringValue, !object.isEmpty else { throw .missing("oid") }
        let email = token.claims["email"]?.stringValue ?? token.claims["preferred_username"]?.stringValue
        return ProviderIdentity(subject: "\(directory):\(object)", email: email, directory: directory)
    }
}
