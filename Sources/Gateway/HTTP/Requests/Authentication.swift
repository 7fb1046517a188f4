import Hummingbird

/// The result of a request's authentication: a value that the pipeline passes on.
enum Authentication: Sendable {
    /// Nothing has authenticated the request: it counts against the limit of its address.
    case none
    /// The request needs no credential and costs no look-up, so that it is not counted: a preflight that passes.
    case exempt
    /// Proven by something that is no tenant's: the admin token, a provider's signature.
    case verified
    /// A tenant's key or session.
    case tenant(TenantAccess)

    var isAuthenticated: Bool {
        switch self {
        case .none, .exempt: false
        case .verified, .tenant: true
        }
    }

    /// The tenant of an authenticated caller.
    var tenant: TenantAccess? { if case .tenant(let access) = self { access } else { nil } }
}

/// A tenant as the pipeline sees it: the bounds of its callers.
struct TenantAccess: Sendable {
    let id: String
    /// The origins whose browsers may read replies.
    let allowedOrigins: [String]
    let rate: RateLimiter.Rate
    /// The refusal of every caller of the tenant, for a tenant that is suspended.
    let refusal: Problem?
}

typealias RequestHandler = @Sendable (Request) async throws -> Response

/// A request after its authentication: what the pipeline still asks, in this order.
protocol AuthenticatedRequest: Sendable {
    var authentication: Authentication { get }
    /// Checks the head against what the sender may do.
    func authorize(_ request: Request) throws -> RequestHandler
    /// The request with its body in memory, where the sender is checked again once the body is there.
    func prepared(_ request: Request) async throws -> Request
    /// The owner of the request's Idempotency-Key; nil where no replies are kept.
    var idempotencyOwner: IdempotencyOwner? { get }
}

/// A request for a route that checks the proof by itself, or that needs none.
struct OpenRequest: AuthenticatedRequest {
    let authentication: Authentication
    private let handle: RequestHandler

    static func verified(_ handle: @escaping RequestHandler) -> OpenRequest {
        OpenRequest(authentication: .verified, handle: handle)
    }

    static func unverified(_ handle: @escaping RequestHandler) -> OpenRequest {
        OpenRequest(authentication: .none, handle: handle)
    }

    func authorize(_ request: Request) -> RequestHandler { handle }
    func prepared(_ request: Request) -> Request { request }
    var idempotencyOwner: IdempotencyOwner? { nil }
}
