public import HTTPTransport
import JSONValue

/// The meaning of a refusal by Meeting BaaS, and the party that must act.
public enum UpstreamError: Error, Sendable, Equatable {
    /// The end user's grant did not refresh there (v2: 401). Whether the grant is dead is for the provider to say.
    case grantRefused
    /// The account's API key was refused: the operator's fault (v2: 403 FST_ERR_FORBIDDEN; v1: 401, 403).
    case keyRefused
    case notFound
    /// 409, with the vendor's code.
    case conflict(String)
    /// Too many requests per second; the only 429 that ends by itself.
    case rateLimited(retryAfter: Int)
    /// The account's daily bots or calendars are used up, or its tokens.
    case quota(String)
    /// The request was refused for what it says.
    case rejected(status: Int, code: String?, message: String?)
    /// 5xx.
    case unavailable(status: Int)
    case transport(TransportError)
    /// A success that does not read as the vendor's file says.
    case malformed
    /// Not sent: too much is under way, or Meeting BaaS did not answer the last calls.
    case overloaded(retryAfter: Int)
    /// Not sent: the gateway's own storage, which is asked before each write, did not answer.
    case storageUnavailable(retryAfter: Int)
    /// Not sent: the caller was suspended while it waited.
    case callerSuspended

    /// True if the call may have had its effect although no success was seen.
    public var mayHaveHappened: Bool {
        switch self {
        case .transport(let error): error.mayHaveArrived
        case .unavailable, .malformed: true
        default: false
        }
    }

    /// Classifies a reply that is no success (facts/meeting-baas.md 3.1, 3.3, 3.4).
    public init(version: APIVersion, reply: HTTPExchange.Reply) {
        let json = try? JSON.parse(reply.body, depth: 512, lenient: true)
        let code = json?["code"]?.stringValue
        let message = json?["message"]?.stringValue ?? json?["error"]?.stringValue
        switch reply.status {
        case 401: self = version == .v2 ? .grantRefused : .keyRefused
        case 402: self = .quota(code ?? "INSUFFICIENT_TOKENS")
        case 403 where version == .v1 || code == "FST_ERR_FORBIDDEN": self = .keyRefused
        case 404: self = .notFound
        case 409: self = .conflict(code ?? "conflict")
        case 429:
            let wait = reply.header("Retry-After").flatMap { RetryAfter.seconds($0) } ?? json?["retryAfter"]?.intValue
            if let code, code.contains("CAP_REACHED") || code.contains("LIMIT_EXCEEDED") {
                self = .quota(code)
            } else {
                self = .rateLimited(retryAfter: min(max(wait ?? 1, 1), 3600))
            }
        case 500...: self = .unavailable(status: reply.status)
        default: self = .rejected(status: reply.status, code: code, message: message)
        }
    }

    /// One of a few fixed strings, for metrics.
    public var kind: String {
        switch self {
        case .rejected: "rejected"
        case .conflict: "conflict"
        case .quota: "quota"
        case .unavailable: "unavailable"
        case .transport(.timeout): "timeout"
        case .transport: "transport"
        default: reason
        }
    }

    /// A description with the vendor's code, for logs.
    public var reason: String {
        switch self {
        case .grantRefused: "grant_refused"
        case .keyRefused: "key_refused"
        case .notFound: "not_found"
        case .conflict(let code): "conflict:\(code)"
        case .rateLimited: "rate_limited"
        case .quota(let code): "quota:\(code)"
        case .rejected(let status, let code, _): "rejected:\(code ?? String(status))"
        case .unavailable(let status): "unavailable:\(status)"
        case .transport(let error): "\(error)"
        case .malformed: "malformed"
        case .overloaded: "overloaded"
        case .storageUnavailable: "storage_unavailable"
        case .callerSuspended: "caller_suspended"
        }
    }
}
