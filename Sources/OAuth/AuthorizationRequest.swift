import HTTPTransport
public import Sealing

/// One consent: what is sent to the authorization endpoint and what must be kept to finish it.
public struct AuthorizationRequest: Sendable {
    /// 256 random bits, single use; names the consent when the browser comes back.
    public let state: String
    public let nonce: String
    public let verifier: SecretBytes
    public let url: String

    /// - Parameter loginHint: an e-mail address that preselects the account.
    public init(provider: some Provider, client: ClientCredentials, redirectURI: String, loginHint: String?) {
        let state = Base64.encodeURL(Digests.random(32))
        let nonce = Base64.encodeURL(Digests.random(32))
        let verifier = PKCE.verifier()
        var fields = [
            ("client_id", client.id), ("redirect_uri", redirectURI), ("response_type", "code"),
            ("scope", provider.scopes.joined(separator: " ")), ("state", state), ("nonce", nonce),
            ("code_challenge", PKCE.challenge(verifier)), ("code_challenge_method", "S256"),
        ]
        fields += provider.authorizationExtras
        if let loginHint { fields.append(("login_hint", loginHint)) }
        let base = provider.authorizeURL(directory: client.directory)
        url = base + (base.contains("?") ? "&" : "?") + Form.encode(fields)
        self.state = state
        self.nonce = nonce
        self.verifier = SecretBytes(verifier)
    }
}

/// Proof Key for Code Exchange, S256 only (RFC 7636 sections 4.1, 4.2).
public enum PKCE {
    /// 32 random bytes in base64url: 43 characters.
    public static func verifier() -> String { Base64.encodeURL(Digests.random(32)) }

    public static func challenge(_ verifier: String) -> String {
        Base64.encodeURL(Digests.sha256(Array(verifier.utf8)))
    }
}
