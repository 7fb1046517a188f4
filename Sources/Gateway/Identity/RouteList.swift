import HTTPTypes
import Hummingbird

/// Collects routes with the authentication each kind needs.
///
/// The handler's type tells who may call: a handler of tenants takes a `Caller`, and only `Authenticator` makes one.
struct RouteList {
    private(set) var routes: [Route] = []
    private let authenticator: Authenticator

    init(authenticator: Authenticator) { self.authenticator = authenticator }

    typealias OpenHandler = @Sendable (Request, RequestMetadata, PathValues) async throws -> Response
    typealias Verification = @Sendable (Request, RequestMetadata, PathValues) async throws -> OpenRequest
    typealias TenantHandler = @Sendable (Request, Caller, PathValues) async throws -> Response
    typealias OperatorHandler = @Sendable (Request, Operator, PathValues) async throws -> Response

    /// - Parameter allowsHead: false for a GET that uses something up.
    mutating func anyone(
        _ method: HTTPRequest.Method, _ path: String, allowsHead: Bool = true, _ handler: @escaping OpenHandler
    ) {
        verified(method, path, allowsHead: allowsHead) { _, metadata, values in
            .unverified { request in try await handler(request, metadata, values) }
        }
    }

    /// A route that anyone may call, and that proves its senders by itself.
    /// - Parameter verify: proves the sender, and returns the work that is left.
    mutating func verified(
        _ method: HTTPRequest.Method, _ path: String, allowsHead: Bool = true, _ verify: @escaping Verification
    ) {
        var route = Route(method: method, path: path, access: .anyone) { try await verify($0, $1, $2) }
        route.allowsHead = allowsHead
        routes.append(route)
    }

    mutating func `operator`(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping OperatorHandler) {
        let authenticator = self.authenticator
        routes.append(
            Route(method: method, path: path, access: .operator) { _, metadata, values in
                OperatorRequest(
                    operator: try authenticator.operator(metadata.credential), values: values, handle: handler)
            })
    }

    mutating func caller(
        _ method: HTTPRequest.Method, _ path: String, _ scope: Scope, _ handler: @escaping TenantHandler
    ) {
        add(method, path, scope, isForKeys: false, handler)
    }

    mutating func key(
        _ method: HTTPRequest.Method, _ path: String, _ scope: Scope, _ handler: @escaping TenantHandler
    ) {
        add(method, path, scope, isForKeys: true, handler)
    }

    private mutating func add(
        _ method: HTTPRequest.Method, _ path: String, _ scope: Scope, isForKeys: Bool,
        _ handler: @escaping TenantHandler
    ) {
        let access: Route.Access = isForKeys ? .key(scope: scope.rawValue) : .caller(scope: scope.rawValue)
        routes.append(
            Route(
                method: method, path: path, access: access,
                authenticate: authentication(scope, isForKeys: isForKeys) { _, caller, _, values in
                    { request in try await handler(request, caller, values) }
                }))
    }

    /// A call of another's API: what its head names is read before the scope is checked.
    /// - Parameters:
    ///   - name: the route's name in the digests of Idempotency-Keys.
    ///   - resumes: false for work that must not run again after a call whose outcome is unknown.
    mutating func mirrored(
        _ method: HTTPRequest.Method, _ path: String, _ scope: Scope, name: String, resumes: Bool,
        _ read: @escaping CallerRequest.Read
    ) {
        var route = Route(
            method: method, path: path, access: .caller(scope: scope.rawValue), idempotencyName: name,
            authenticate: authentication(scope, isForKeys: false, read))
        (route.resumes, route.isOwn) = (resumes, false)
        routes.append(route)
    }

    /// Authenticates the callers of unknown paths below a prefix before they are refused.
    mutating func unknown(below prefix: String, _ scope: Scope) {
        routes.append(
            Route(
                method: .get, path: prefix + "/**", access: .caller(scope: scope.rawValue),
                authenticate: authentication(scope, isForKeys: false) { _, _, _, _ in { _ in throw Problem.notFound } })
        )
    }

    private func authentication(
        _ scope: Scope, isForKeys: Bool, _ read: @escaping CallerRequest.Read
    ) -> Route.Authenticate {
        let authenticator = self.authenticator
        return { request, metadata, values in
            CallerRequest(
                caller: try await authenticator.caller(request, metadata), scope: scope, isForKeys: isForKeys,
                metadata: metadata, values: values, read: read, authenticator: authenticator)
        }
    }
}
