import JSONValue
public import Sealing

/// The differences between providers. `AuthorizationRequest` and `TokenEndpoint` have the common parts of a code flow.
public protocol Provider: Sendable {
    var name: ProviderName { get }
    /// Asked for at consent, in this order.
    var scopes: [String] { get }
    /// Those of them without which the connection is of no use. Identity scopes are never among them.
    var neededScopes: [String] { get }
    /// For a needed scope, the wider ones that include it.
    var widerScopes: [String: Set<String>] { get }
    /// The `iss` that the callback must have (RFC 9207); nil if none.
    var callbackIssuer: String? { get }
    /// Query parameters of the authorization request beyond the common ones.
    var authorizationExtras: [(String, String)] { get }
    /// The page at which a user removes the consent by hand, if there is no revocation endpoint.
    var userActionURL: String? { get }
    func authorizeURL(directory: String) -> String
    func tokenURL(directory: String) -> String
    var revokeURL: String? { get }
    /// `scope` as granted, with the provider's aliases brought to the spelling of `scopes`.
    func canonicalScope(_ scope: String) -> String
    /// Checks the issuer and finds the stable name of the account.
    func identity(of token: IDToken) throws(IDTokenError) -> ProviderIdentity
    /// True if the refresh request repeats the scopes (Microsoft's token endpoint requires one named resource).
    var sendsScopeToTokenEndpoint: Bool { get }
}

extension Provider {
    /// The needed scopes that a grant has neither by name nor by a wider one.
    /// - Parameter granted: as granted, in the spelling of `scopes`.
    public func missingScopes(in granted: [String]) -> [String] {
        neededScopes.filter { !granted.contains($0) && widerScopes[$0, default: []].isDisjoint(with: granted) }
    }
}

public enum ProviderName: String, Sendable, CaseIterable {
    case google
    case microsoft
}

/// The person who consented. `subject` is the stable key; `email` is a label and never identifies anybody.
public struct ProviderIdentity: Sendable, Equatable {
    public let subject: String
    public let email: String?
    /// Microsoft's `tid`: where refreshes go; nil at Google.
    public let directory: String?

    public init(subject: String, email: String?, directory: String?) {
        self.subject = subject
        self.email = email
        self.directory = directory
    }
}

/// An app's own registration at a provider.
public struct ClientCredentials: Sendable {
    public let id: String
    public let secret: SecretBytes
    /// Microsoft's tenant segment: `common`, `organizations`, `consumers`, a GUID or a domain. Unused at Google.
    public let directory: String

    public init(id: String, secret: SecretBytes, directory: String) {
        self.id = id
        self.secret = secret
        self.directory = directory
    }
}
