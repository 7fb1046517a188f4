import HTTPTypes
import Hummingbird
import JSONValue
import SQL

struct SessionRoutes: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let clock: GatewayClock

    func add(to routes: inout RouteList) {
        routes.key(.post, "/api/v1/sessions", .sessionsWrite, create)
        routes.key(.delete, "/api/v1/sessions/{id}", .sessionsWrite, delete)
    }

    /// `{user_id, ttl_seconds? (60…86400, default 3600), scopes?}` → the token, shown once.
    @Sendable private func create(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let named = fields.string("user_id", length: 1...255, rule: .userID)
        let ttl = fields.int("ttl_seconds", in: 60...86_400) ?? 3600
        let requested = fields.strings("scopes", count: 1...20, rule: Scope.rule)
        try fields.validate()
        let user = try caller.user(named: named)
        let scopes = requested.map { Set($0.compactMap { Scope(rawValue: $0) }) } ?? Scope.sessionDefault
        try Self.check(scopes, mintedBy: caller, explicit: requested != nil)
        guard case .key(let key) = caller.credential else { throw Problem.notFound }
        let now = clock.now
        let token = Credential.make(.session)
        let session = Session(
            id: Identifier.make(.session), tenant: caller.tenant.id, user: user, key: key,
            scopes: scopes.intersection(caller.scopes), createdAt: now, expiresAt: now.adding(seconds: Double(ttl)))
        let digest = tenantKeys.digest(token.text, purpose: "session")
        return try await database.writeReply(as: caller, at: now) { tx, admitted in
            var session = session
            // A session ends at the latest with the secret that mints it.
            if let end = try APIKeyStore.find(digest: caller.proof ?? [], at: now, in: tx)?.endsAt {
                session.expiresAt = min(session.expiresAt, end)
            }
            try SessionStore.insert(session, digest: digest, as: admitted, in: tx)
            return .json(
                .created,
                [
                    "id": .string(session.id), "user_id": .string(user), "token": .string(token.text),
                    "scopes": Scope.json(session.scopes), "expires_at": .string("\(session.expiresAt)"),
                ])
        }
    }

    /// Revoked at once: the next request with its token is refused.
    @Sendable private func delete(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let id = try path("id")
        let gone = try await database.write(as: caller, at: clock.now) {
            try SessionStore.delete(caller.tenant.id, id, user: caller.user, in: $0)
        }
        guard gone else { throw Problem.notFound }
        return .noContent
    }

    /// A session never gets more than the key that mints it has; what is for servers only it never gets at all.
    private static func check(_ scopes: Set<Scope>, mintedBy caller: Caller, explicit: Bool) throws {
        guard explicit else { return }
        let never: Set<Scope> = [.sessionsWrite, .connectionsImport, .webhooksWrite, .messagesRead, .tokensRead]
        for scope in Scope.allCases where scopes.contains(scope) {
            if never.contains(scope) {
                throw Problem.invalid("/scopes", "must not hold \(scope.rawValue), which is for keys only")
            }
            if !caller.scopes.contains(scope) {
                throw Problem.invalid("/scopes", "must not hold \(scope.rawValue), which the key itself does not have")
            }
        }
    }
}
