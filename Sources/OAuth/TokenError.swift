public import HTTPTransport
import JSONValue

/// The meaning of a refusal by a token endpoint, and the party that must act. The provider's `error` and suberror
/// decide (facts/oauth.md 1.16), never its prose or AADSTS numbers: Microsoft announces changes of those.
public enum TokenError: Error, Sendable, Equatable {
    /// The refresh token is dead: revoked, expired, or never was one.
    case revokedOrExpired
    /// The directory or the session policy requires an interaction of the user.
    case userInteraction
    /// The user has not consented to what was asked.
    case consentRequired
    case blockedByAdmin
    /// A refresh was answered with another account's ID token. The grant that was sent may still live.
    case accountMismatch
    /// The authorization code, not a refresh token, was refused.
    case codeRefused
    /// Client id, secret or request are wrong; the operator must correct them. Users stay connected.
    case configuration(String)
    case rateLimited(retryAfter: Int?)
    case unavailable
    case network(TransportError)
    /// 200 without a token, or no JSON at all.
    case malformed

    /// True if the same request may succeed later without anybody acting.
    public var isPassing: Bool {
        switch self {
        case .rateLimited, .unavailable, .network, .malformed: true
        default: false
        }
    }

    /// True if only a new consent of the user can help.
    public var needsConsent: Bool {
        switch self {
        case .revokedOrExpired, .userInteraction, .consentRequired: true
        default: false
        }
    }

    public enum Grant: Sendable { case code, refreshToken }

    /// Classifies a reply that is not a token.
    public init(status: Int, body: [UInt8], retryAfter: String?, grant: Grant) {
        let wait = retryAfter.flatMap { RetryAfter.seconds($0) }.map { min($0, 3600) }
        let json = try? JSON.parse(body, lenient: true)
        let error = json?["error"]?.stringValue
        let detail = json?["suberror"]?.stringValue ?? json?["error_subtype"]?.stringValue
        // Google refuses with 403 `rate_limit_exceeded` where others answer 429.
        if status == 429 || error.map(Self.rateLimits.contains) == true {
            self = .rateLimited(retryAfter: wait)
            return
        }
        if status >= 500 || status == 408 {
            self = .unavailable
            return
        }
        switch error {
        case "invalid_grant": self = grant == .code ? .codeRefused : Self.invalidGrant(detail)
        case "interaction_required", "login_required": self = .userInteraction
        case "consent_required": self = .consentRequired
        case "access_denied", "admin_policy_enforced": self = .blockedByAdmin
        case "temporarily_unavailable", "server_error", "internal_failure": self = .unavailable
        case let error? where Self.configurationErrors.contains(error): self = .configuration(error)
        case .some: self = .configuration("unknown_error")
        // A proxy's page, a WAF's HTML: says nothing about the grant.
        case nil: self = .malformed
        }
    }

    private static func invalidGrant(_ detail: String?) -> TokenError {
        switch detail {
        case "invalid_rapt", "rapt_required", "basic_action", "additional_action", "user_password_expired":
            .userInteraction
        case "consent_required": .consentRequired
        case "client_mismatch": .configuration("client_mismatch")
        default: .revokedOrExpired
        }
    }

    /// Errors that end by themselves, in the spellings of Google's token endpoint, of its other APIs and of RFC 8628
    /// section 3.5. See https://developers.google.com/workspace/calendar/api/guides/errors.
    private static let rateLimits: Set<String> = [
        "rate_limit_exceeded", "rateLimitExceeded", "user_rate_limit_exceeded", "userRateLimitExceeded",
        "quota_exceeded", "quotaExceeded", "too_many_requests", "slow_down",
    ]

    private static let configurationErrors: Set<String> = [
        "invalid_client", "deleted_client", "unauthorized_client", "redirect_uri_mismatch", "invalid_scope",
        "invalid_request", "invalid_resource", "unsupported_grant_type", "unsupported_response_type",
    ]

    /// One of a few fixed strings, for metrics.
    public var kind: String {
        if case .configuration = self { return "provider_config" }
        return reason
    }

    /// A fixed string for logs and stored states.
    public var reason: String {
        switch self {
        case .revokedOrExpired: "revoked_or_expired"
        case .userInteraction: "user_interaction"
        case .consentRequired: "consent_required"
        case .blockedByAdmin: "blocked_by_admin"
        case .accountMismatch: "account_mismatch"
        case .codeRefused: "code_refused"
        case .configuration(let error): "provider_config:\(error)"
        case .rateLimited: "rate_limited"
        case .unavailable: "provider_unavailable"
        case .network(.timeout): "timeout"
        case .network: "network"
        case .malformed: "malformed_response"
        }
    }
}
