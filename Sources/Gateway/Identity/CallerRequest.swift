import Hummingbird

/// A request of a tenant's key or of a user's session.
struct CallerRequest: AuthenticatedRequest {
    /// Reads what the head names, and returns the work that is left.
    typealias Read = @Sendable (Request, Caller, RequestMetadata, PathValues) throws -> RequestHandler

    let caller: Caller
    let scope: Scope
    /// True when a session may not do it.
    let isForKeys: Bool
    let metadata: RequestMetadata
    let values: PathValues
    let read: Read
    let authenticator: Authenticator

    var authentication: Authentication { .tenant(caller.access) }

    /// - Throws: `insufficient_scope`, and what `read` throws.
    func authorize(_ request: Request) throws -> RequestHandler {
        if isForKeys, !caller.isKey {
            throw Problem(
                .insufficientScope, "Only a tenant's key may do this, not a user's session.", action: .tenant)
        }
        let handle = try read(request, caller, metadata, values)
        guard caller.scopes.contains(scope) else {
            throw Problem(
                .insufficientScope, "This needs the scope \(scope.rawValue), which the credential does not have.",
                action: .tenant)
        }
        return handle
    }

    /// - Throws: `unauthenticated`, `tenant_suspended`, `too_large`.
    func prepared(_ request: Request) async throws -> Request {
        try await request.withWholeBody(APISurface.usualBodyLimit) { try await authenticator.confirm(caller) }
    }

    var idempotencyOwner: IdempotencyOwner? { IdempotencyOwner(caller) }
}

/// A request with the admin token.
struct OperatorRequest: AuthenticatedRequest {
    let `operator`: Operator
    let values: PathValues
    let handle: RouteList.OperatorHandler

    var authentication: Authentication { .verified }
    func authorize(_ request: Request) -> RequestHandler {
        let (caller, values, handle) = (self.operator, self.values, self.handle)
        return { request in try await handle(request, caller, values) }
    }
    func prepared(_ request: Request) -> Request { request }
    var idempotencyOwner: IdempotencyOwner? { .operator }
}

extension Caller {
    var access: TenantAccess {
        TenantAccess(
            id: tenant.id, allowedOrigins: tenant.settings.allowedOrigins, rate: tenant.settings.limits.rate,
            refusal: tenant.status == .active ? nil : Authenticator.suspended)
    }
}
