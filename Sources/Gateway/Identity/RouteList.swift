import HTTPTypes
import Hummingbird

/// Collects routes with the authorisation each kind needs.
///
/// The handler's type tells who may call: a handler of tenants takes a `Caller`, and only `Authenticator` makes one.
struct RouteList {
    private(set) var routes: [Route] = []
    private let authenticator: Authenticator
    private let idempotency: Idempotency

    init(authenticator: Authenticator, idempotency: Idempotency) {
        self.authenticator = authenticator
        self.idempotency = idempotency
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
        let (authenticator, idempotency) = (self.authenticator, self.idempotency)
        routes.append(
            Route(method: method, path: path, access: .operator) { request, context in
                let caller = try authenticator.operator(request, metadata: context.metadata)
                return try await idempotency.once(request, route: "\(method) \(path)", owner: .operator) { request in
                    try await handler(request, caller, PathValues(context: context))
                }
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
        let (authenticator, idempotency) = (self.authenticator, self.idempotency)
        routes.append(
            Route(method: method, path: path, access: access) { request, context in
                let caller = try await authenticator.caller(
                    request, scope: scope, isForKeys: isForKeys, metadata: context.metadata)
                let request = try await request.withWholeBody(APISurface.usualBodyLimit) {
                    try await authenticator.confirm(caller)
                }
                return try await idempotency.once(request, route: "\(method) \(path)", owner: .init(caller)) {
                    request in
                    try await handler(request, caller, PathValues(context: context))
                }
            })
    }
}
