import HTTPTransport
import HTTPTypes
import Hummingbird

/// One route: what the access matrix, the contract's test and the router are made from.
/// Who may call is part of the handler's type: a handler of tenants takes a `Caller`, and only `Authenticator` makes one.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// As the contract spells it: `/api/v1/connections/{id}`.
    let path: String
    let access: Access
    let handle: @Sendable (Request, AppContext) async throws -> Response

    enum Access: Sendable, Equatable {
        case anyone
        case `operator`
        /// A key or a session with the scope.
        case caller(Scope)
        /// A key with the scope; a session never.
        case key(Scope)
    }

    /// False for a GET that uses something up: asking for its head would too.
    var allowsHead = true

    /// A GET is answered to HEAD as well (RFC 9110 section 9.3.2).
    var methods: [HTTPRequest.Method] { method == .get && allowsHead ? [.get, .head] : [method] }
}

/// What one request's path says, decoded.
struct PathValues: Sendable {
    fileprivate let context: AppContext

    /// - Throws: `not_found` when the segment is no proper percent-encoding.
    func callAsFunction(_ name: String) throws -> String {
        guard let raw = context.parameters.get(name), let text = Form.percentDecode(raw) else {
            throw Problem.notFound
        }
        return text
    }
}

/// Collects routes with the authorisation each kind needs.
struct RouteList {
    private(set) var routes: [Route] = []
    private let authenticator: Authenticator
    private let idempotency: Idempotency
    private let changed: @Sendable () -> Void

    /// - Parameter changed: told when something was written that may change who may do what: by the operator, or a
    ///   DELETE of a tenant's. What is remembered of it must be forgotten before the reply goes out.
    init(authenticator: Authenticator, idempotency: Idempotency, changed: @escaping @Sendable () -> Void) {
        self.authenticator = authenticator
        self.idempotency = idempotency
        self.changed = changed
    }

    typealias OpenHandler = @Sendable (Request, AppContext, PathValues) async throws -> Response
    typealias TenantHandler = @Sendable (Request, Caller, PathValues) async throws -> Response
    typealias OperatorHandler = @Sendable (Request, Operator, PathValues) async throws -> Response

    /// - Parameter allowsHead: false for a GET that uses something up.
    mutating func anyone(
        _ method: HTTPRequest.Method, _ path: String, allowsHead: Bool = true, _ handler: @escaping OpenHandler
    ) {
        var route = Route(method: method, path: path, access: .anyone) { request, context in
            try await handler(request, context, PathValues(context: context))
        }
        route.allowsHead = allowsHead
        routes.append(route)
    }

    mutating func `operator`(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping OperatorHandler) {
        let (authenticator, idempotency, changed) = (self.authenticator, self.idempotency, self.changed)
        routes.append(
            Route(method: method, path: path, access: .operator) { request, context in
                let caller = try authenticator.operator(request, notes: context.notes)
                // Also when it failed: something may have been written before.
                defer { if method != .get { changed() } }
                return try await idempotency.once(request, route: "\(method) \(path)", owner: .operator) { request in
                    try await handler(request, caller, PathValues(context: context))
                }
            })
    }

    mutating func caller(
        _ method: HTTPRequest.Method, _ path: String, _ scope: Scope, _ handler: @escaping TenantHandler
    ) {
        add(method, path, .caller(scope), handler)
    }

    mutating func key(
        _ method: HTTPRequest.Method, _ path: String, _ scope: Scope, _ handler: @escaping TenantHandler
    ) {
        add(method, path, .key(scope), handler)
    }

    /// Of a body, in bytes.
    static let bodyLimit = 1 << 20

    private mutating func add(
        _ method: HTTPRequest.Method, _ path: String, _ access: Route.Access, _ handler: @escaping TenantHandler
    ) {
        let (authenticator, idempotency, changed) = (self.authenticator, self.idempotency, self.changed)
        routes.append(
            Route(method: method, path: path, access: access) { request, context in
                let caller = try await authenticator.caller(request, access: access, notes: context.notes)
                let request = try await request.withWholeBody(Self.bodyLimit) {
                    try await authenticator.confirm(caller)
                }
                let reply = try await idempotency.once(request, route: "\(method) \(path)", owner: .init(caller)) {
                    request in
                    try await handler(request, caller, PathValues(context: context))
                }
                if method == .delete { changed() }
                return reply
            })
    }

    /// The methods that a path has, for `Allow`: those of the one route the router finds there, which takes a fixed
    /// segment before a placeholder (`/api/v1/connections/import` is no `/api/v1/connections/{id}`).
    func methods(at path: String) -> [HTTPRequest.Method] {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        var found = routes.map {
            (methods: $0.methods, parts: $0.path.split(separator: "/", omittingEmptySubsequences: false))
        }
        .filter { $0.parts.count == segments.count }
        for (place, segment) in segments.enumerated() {
            let fixed = found.filter { $0.parts[place] == segment }
            found = fixed.isEmpty && !segment.isEmpty ? found.filter { $0.parts[place].hasPrefix("{") } : fixed
        }
        return found.flatMap(\.methods)
    }
}
