import HTTPTypes
import Hummingbird
import Sealing
import SQL
import Synchronization
import Wire

/// Proves who is calling. Every refusal for want of a valid credential is the same 401.
struct Authenticator: Sendable {
    let database: any Database
    let vault: Vault
    let adminToken: SecretBytes?
    let clock: GatewayClock
    let limits: RequestLimits
    private let touches = LastUse()

    init(
        database: any Database, vault: Vault, adminToken: SecretBytes?, clock: GatewayClock, limits: RequestLimits
    ) {
        self.database = database
        self.vault = vault
        self.adminToken = adminToken
        self.clock = clock
        self.limits = limits
    }

    func `operator`(_ request: Request, notes: RequestNotes) throws -> Operator {
        guard let adminToken else {
            throw Problem(
                .unauthenticated, "The admin API is closed: GATEWAY_ADMIN_TOKEN is not set.", action: .operator)
        }
        try Self.check(request, against: adminToken)
        notes.isProven = true
        return Operator()
    }

    /// - Throws: `unauthenticated` unless the request bears this very token.
    static func check(_ request: Request, against token: SecretBytes) throws {
        // Both sides are hashed first, so that not even the length is told.
        let given = try bearer(request).map { Digests.sha256(Array($0.utf8)) }
        guard let given, Digests.equal(given, Digests.sha256(token.reveal())) else { throw refusal }
    }

    /// The caller, within the limits of its tenant, if it may use a route of this access.
    func caller(_ request: Request, access: Route.Access, notes: RequestNotes) async throws -> Caller {
        let caller = try await identify(request)
        guard caller.tenant.status != .deleting else { throw Self.refusal }
        notes.isProven = true
        notes.add("tenant.id", caller.tenant.id)
        notes.allowedOrigins = caller.tenant.settings.allowedOrigins
        guard caller.tenant.status == .active else {
            throw Problem(
                .tenantSuspended, "The tenant is suspended; the operator of this gateway can tell why.",
                action: .operator)
        }
        try limits.admit(caller.tenant, notes)
        switch access {
        case .caller(let scope), .key(let scope):
            if case .key = access, !caller.isKey {
                throw Problem(
                    .insufficientScope, "Only a tenant's key may do this, not a user's session.", action: .tenant)
            }
            guard caller.scopes.contains(scope) else {
                throw Problem(
                    .insufficientScope, "This needs the scope \(scope.rawValue), which the credential does not have.",
                    action: .tenant)
            }
        case .anyone, .operator: break
        }
        return caller
    }

    private func identify(_ request: Request) async throws -> Caller {
        let bearer = try Self.bearer(request)
        guard let text = bearer else { throw Self.refusal }
        let now = clock.now
        if let key = Credential(text, kind: .key) {
            let digest = vault.digest(key.text, purpose: "key")
            let found = try await database.read { tx in
                try APIKeyStore.find(digest: digest, at: now, in: tx).flatMap { key in
                    try TenantStore.find(id: key.tenant, in: tx).map { (key, $0) }
                }
            }
            guard let (key, tenant) = found else { throw Self.refusal }
            await noteUse(of: key, at: now)
            return Caller(
                tenant: tenant, user: try Self.userHeader(request), scopes: key.scopes, credential: .key(key.id))
        }
        if let session = Credential(text, kind: .session) {
            let digest = vault.digest(session.text, purpose: "session")
            let found = try await database.read { tx in
                try SessionStore.find(digest: digest, at: now, in: tx).flatMap { session in
                    try TenantStore.find(id: session.tenant, in: tx).map { (session, $0) }
                }
            }
            guard let (session, tenant) = found else { throw Self.refusal }
            if request.headers[Self.gatewayUser] != nil {
                throw Problem(.malformed, "Gateway-User is for keys; a session has its own user.")
            }
            return Caller(
                tenant: tenant, user: session.user, scopes: session.scopes, credential: .session(session.id))
        }
        throw Self.refusal
    }

    /// `last_used_at` is kept to the minute: a write per request would cost more than the request.
    private func noteUse(of key: APIKey, at now: Timestamp) async {
        guard touches.isDue(key.id, at: now) else { return }
        _ = try? await database.write { try APIKeyStore.touch(key.tenant, key.id, at: now, in: $0) }
    }

    /// - Throws: `malformed` when two different credentials are given.
    private static func bearer(_ request: Request) throws -> String? {
        let given = Set(
            request.headers[values: .authorization].compactMap { value in
                value.lowercased().hasPrefix("bearer ") ? String(value.dropFirst(7)) : nil
            })
        if given.count > 1 { throw Problem(.malformed, "Two different credentials in one request.") }
        return given.first
    }

    private static func userHeader(_ request: Request) throws -> String? {
        let values = request.headers[values: gatewayUser]
        guard let user = values.first else { return nil }
        guard values.count == 1, TextRule.userID.holds(user) else {
            throw Problem(.malformed, "Gateway-User \(TextRule.userID.message), once.")
        }
        return user
    }

    private static let gatewayUser = HTTPField.Name.make("Gateway-User")
    private static let refusal = Problem(
        .unauthenticated,
        "The request bears no credential that is valid here: it is missing, mistyped, expired or revoked.")
}

/// When each key's last use was written down.
private final class LastUse: Sendable {
    private let times = Mutex<[String: Timestamp]>([:])

    func isDue(_ key: String, at now: Timestamp) -> Bool {
        times.withLock { times in
            if let last = times[key], now.seconds(since: last) < 60 { return false }
            times[key] = now
            return true
        }
    }
}
