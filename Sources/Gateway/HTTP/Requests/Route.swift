import HTTPTransport
import HTTPTypes
import Hummingbird

/// One route. The access matrix, the contract's test and the router are made from it.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// As the contract spells it: `/api/v1/connections/{id}`. One that ends with `/**` is a fallback: callers of paths below
    /// it are authenticated before they learn that a path is unknown.
    let path: String
    let access: Access
    /// Authenticates a request. An error means that nothing has authenticated it.
    let authenticate: Authenticate

    typealias Authenticate = @Sendable (Request, RequestMetadata, PathValues) async throws -> any AuthenticatedRequest

    enum Access: Sendable, Equatable {
        case anyone
        case `operator`
        /// A key or a session with the scope.
        case caller(scope: String)
        /// A key with the scope; a session never.
        case key(scope: String)
    }

    /// False for a GET that uses something up: asking for its head would too.
    var allowsHead = true
    /// The route's name in the digests of Idempotency-Keys. It must not change while keys are stored.
    let idempotencyName: String
    /// False for work that must not run again after a call to Meeting BaaS whose outcome is unknown.
    var resumes = true
    /// False for a route whose contract is Meeting BaaS's.
    var isOwn = true

    init(
        method: HTTPRequest.Method, path: String, access: Access, idempotencyName: String? = nil,
        authenticate: @escaping Authenticate
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.idempotencyName = idempotencyName ?? "\(method) \(path)"
        self.authenticate = authenticate
    }

    /// A GET is answered to HEAD as well (RFC 9110 section 9.3.2).
    var methods: [HTTPRequest.Method] { method == .get && allowsHead ? [.get, .head] : [method] }
}

/// The decoded parameters of a request's path.
struct PathValues: Sendable {
    let parameters: Parameters

    /// - Throws: `not_found` when the segment is no proper percent-encoding.
    func callAsFunction(_ name: String) throws -> String {
        guard let raw = parameters.get(name), let text = Form.percentDecode(raw) else {
            throw Problem.notFound
        }
        return text
    }
}
