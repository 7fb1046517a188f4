public import JSONValue
import Sealing

/// The claims of an ID token that came from the token endpoint over TLS. Its signature is not checked: the channel
/// vouches for it (OIDC Core 3.1.3.7 no. 6). Never use this for a token that came any other way.
public struct IDToken: Sendable {
    public let claims: JSON
    public var issuer: String? { claims["iss"]?.stringValue }

    public init(_ compact: String) throws(IDTokenError) {
        let parts = compact.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64.decode(String(parts[1])),
            let claims = try? JSON.parse(payload), claims.objectValue != nil
        else { throw .malformed }
        self.claims = claims
    }

    /// OIDC Core 3.1.3.7: audience, authorised party, life time and nonce. The issuer is the provider's to check.
    /// - Parameter nonce: what was sent; nil when the caller's own flow used none.
    public func check(clientID: String, nonce: String?, now: Timestamp) throws(IDTokenError) {
        try checkAudience(clientID)
        guard let expiry = claims["exp"]?.intValue else { throw .missing("exp") }
        // Five minutes for clocks that differ.
        guard Int64(expiry) * 1000 > now.milliseconds - 300_000 else { throw .expired }
        if let nonce, claims["nonce"]?.stringValue != nonce { throw .nonce }
    }

    /// The client that the token is for. An ID token of a refresh has no nonce of its own (OIDC Core 12.2), so this and
    /// the provider's check of issuer and account are all that can be asked of it.
    public func checkAudience(_ clientID: String) throws(IDTokenError) {
        let audiences = claims["aud"]?.arrayValue?.compactMap(\.stringValue) ?? [claims["aud"]?.stringValue ?? ""]
        guard audiences.contains(clientID) else { throw .audience }
        if let party = claims["azp"] {
            guard party.stringValue == clientID else { throw .audience }
        } else if audiences.count > 1 {
            throw .audience
        }
    }
}

public enum IDTokenError: Error, Equatable, CustomStringConvertible {
    case malformed, issuer, audience, expired, nonce
    case missing(String)

    public var description: String {
        switch self {
        case .malformed: "the ID token is no JWT"
        case .issuer: "the ID token is from another issuer"
        case .audience: "the ID token is for another client"
        case .expired: "the ID token has expired"
        case .nonce: "the ID token belongs to another consent"
        case .missing(let claim): "the ID token has no \(claim)"
        }
    }
}
