import HTTPTypes
import Hummingbird
import JSONValue
import Sealing
import SQL

/// Proves who is calling. Every refusal for want of a valid credential is the same 401.
struct Authenticator: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let adminToken: SecretBytes?
    let clock: GatewayClock
    let limits: RequestLimits
    private let lastUses = LastUsedThrottle()
    private let cache: CredentialCache
    private let lookups: LookupQueue<LookupKey, CachedCredential>

    init(
        database: any Database, tenantKeys: TenantKeys, adminToken: SecretBytes?, clock: GatewayClock,
        limits: RequestLimits
    ) {
        self.database = database
        self.tenantKeys = tenantKeys
        self.adminToken = adminToken
        self.clock = clock
        self.limits = limits
        let cache = CredentialCache(database: database)
        self.cache = cache
        lookups = LookupQueue(limits: limits.lookups) { keys in
            let now = clock.now
            return try await cache.read { try Self.find(keys, at: now, in: $0) }
        }
    }

    func `operator`(_ request: Request, metadata: RequestMetadata) throws -> Operator {
        guard let adminToken else {
            throw Problem(
                .unauthenticated, "The admin API is closed: GATEWAY_ADMIN_TOKEN is not set.", action: .operator)
        }
        try Self.check(request, against: adminToken)
        metadata.isAuthenticated = true
        return Operator()
    }

    /// - Throws: `unauthenticated` unless the request has exactly this token.
    static func check(_ request: Request, against token: SecretBytes) throws {
        // Both sides are hashed first, so that the timing does not reveal the length.
        let given = try bearer(request).map { Digests.sha256(Array($0.utf8)) }
        guard let given, Digests.equal(given, Digests.sha256(token.reveal())) else { throw refusal }
    }

    /// The caller, within the limits of its tenant.
    /// - Parameters:
    ///   - scope: the scope that the credential must have, if any.
    ///   - isForKeys: true when a session may not do it.
    /// - Throws: `unauthenticated`, `tenant_suspended`, `rate_limited`, `insufficient_scope`.
    func caller(
        _ request: Request, scope: Scope? = nil, isForKeys: Bool = false, metadata: RequestMetadata
    ) async throws -> Caller {
        let caller = try await identify(request, metadata)
        guard caller.tenant.status != .deleting else { throw Self.refusal }
        metadata.isAuthenticated = true
        metadata.add("tenant.id", caller.tenant.id)
        metadata.allowedOrigins = caller.tenant.settings.allowedOrigins
        guard caller.tenant.status == .active else {
            throw Self.suspended
        }
        try limits.admit(tenant: caller.tenant.id, caller.tenant.settings.limits.rate, metadata)
        if isForKeys, !caller.isKey {
            throw Problem(
                .insufficientScope, "Only a tenant's key may do this, not a user's session.", action: .tenant)
        }
        if let scope, !caller.scopes.contains(scope) {
            throw Problem(
                .insufficientScope, "This needs the scope \(scope.rawValue), which the credential does not have.",
                action: .tenant)
        }
        return caller
    }

    /// A check for transactions of a reply that goes on for long: whether the request's key may still do this.
    ///
    /// It asks the database and no memory, and takes nothing from the tenant's rate.
    /// - Throws: the 401 if the request has no key.
    func accessCheck(_ request: Request, _ scope: Scope) throws -> @Sendable (any Transaction) throws -> Bool {
        guard let text = try token(request), let credential = Credential(text, kind: .key) else {
            throw Self.refusal
        }
        let (digest, clock) = (tenantKeys.digest(credential.text, purpose: "key"), self.clock)
        return { tx in
            guard let key = try APIKeyStore.find(digest: digest, at: clock.now, in: tx) else { return false }
            return try key.scopes.contains(scope) && TenantStore.isActive(key.tenant, in: tx)
        }
    }

    private func identify(_ request: Request, _ metadata: RequestMetadata) async throws -> Caller {
        guard let text = try token(request) else { throw Self.refusal }
        let now = clock.now
        if let key = Credential(text, kind: .key) {
            let digest = tenantKeys.digest(key.text, purpose: "key")
            let (cached, owner) = try await cached(LookupKey(kind: .key, digest: digest), at: now, request, metadata)
            if case .key(let id) = cached.credential { await noteUse(of: id, cached.tenant, at: now) }
            var caller = Caller(
                tenant: owner, user: try Self.userHeader(request), scopes: cached.scopes,
                credential: cached.credential, proof: cached.digest)
            // A write may be long on its way; the user that its head names may be deleted meanwhile.
            if let user = caller.user, request.method != .get, request.method != .head {
                let tenant = caller.tenant.id
                caller.userGeneration = try await database.read {
                    try GenerationStore.current(tenant, .user, user, in: $0).number
                }
            }
            return caller
        }
        if let session = Credential(text, kind: .session) {
            let digest = tenantKeys.digest(session.text, purpose: "session")
            let (cached, owner) = try await cached(
                LookupKey(kind: .session, digest: digest), at: now, request, metadata)
            if request.headers[Self.gatewayUser] != nil {
                throw Problem(.malformed, "Gateway-User is for keys; a session has its own user.")
            }
            return Caller(
                tenant: owner, user: cached.user, scopes: cached.scopes, credential: cached.credential,
                proof: cached.digest)
        }
        throw Self.refusal
    }

    /// Asks again whether the caller may act, once the request's body is here: that may have taken long. The caller
    /// counts once against the tenant's limits.
    /// - Throws: `unauthenticated`, `tenant_suspended`.
    func confirm(_ caller: Caller) async throws {
        let (admission, now) = (caller.admission, clock.now)
        try await database.read { _ = try admission.check(at: now, in: $0) }
    }

    /// A credential that is looked up.
    struct LookupKey: Hashable, Sendable {
        let kind: Credential.Kind
        let digest: [UInt8]
    }

    /// Most of them may be wrong: one statement finds those that are there.
    private static func find(
        _ keys: [LookupKey], at now: Timestamp, in tx: any Transaction
    ) throws -> CredentialCache.Found {
        func digests(_ kind: Credential.Kind) -> [[UInt8]] { keys.filter { $0.kind == kind }.map(\.digest) }
        var found = CredentialCache.Found()
        for digest in try APIKeyStore.present(digests(.key), in: tx) {
            guard let key = try APIKeyStore.find(digest: digest, at: now, in: tx),
                let tenant = try TenantStore.find(id: key.tenant, in: tx)
            else { continue }
            found.tenants[tenant.id] = tenant
            found.credentials[LookupKey(kind: .key, digest: digest)] = CachedCredential(
                tenant: tenant.id, user: nil, scopes: key.scopes, credential: .key(key.id), digest: digest,
                until: key.endsAt)
        }
        for digest in try SessionStore.present(digests(.session), in: tx) {
            guard let session = try SessionStore.find(digest: digest, at: now, in: tx),
                let tenant = try TenantStore.find(id: session.tenant, in: tx),
                let end = try SessionStore.end(ofKey: session.key, tenant: session.tenant, in: tx)
            else { continue }
            found.tenants[tenant.id] = tenant
            found.sessionEnds[session.key] = end
            found.credentials[LookupKey(kind: .session, digest: digest)] = CachedCredential(
                tenant: tenant.id, user: session.user, scopes: session.scopes, credential: .session(session.id),
                digest: digest, until: session.expiresAt, mint: .init(key: session.key, at: session.createdAt))
        }
        return found
    }

    /// From memory, or looked up within the limits for the caller's address.
    /// - Throws: the 401 when there is none, or none any more; `rate_limited`.
    private func cached(
        _ key: LookupKey, at now: Timestamp, _ request: Request, _ metadata: RequestMetadata
    ) async throws -> (CachedCredential, Tenant) {
        let cached = try await cache.value(for: key.digest, at: now) {
            try await lookups.value(key, from: limits.addressKey(request, metadata.peer))
        }
        guard let cached else { throw Self.refusal }
        return cached
    }

    var invalidations: [Invalidation] { cache.invalidations }
    /// The number of credentials looked up in the database.
    var misses: Int { cache.misses }
    /// The number of reads of a tenant, or of the end of a key's sessions, for a credential in memory.
    var tenantMisses: Int { cache.tenantMisses }

    /// `last_used_at` is kept to the minute.
    private func noteUse(of key: String, _ tenant: String, at now: Timestamp) async {
        guard lastUses.isDue(key, at: now) else { return }
        _ = try? await database.write { try APIKeyStore.touch(tenant, key, at: now, in: $0) }
    }

    /// A caller's credential. Some API surfaces take it in a header of their own too.
    /// - Throws: `malformed` when two different credentials are given.
    private func token(_ request: Request) throws -> String? {
        let bearer = try Self.bearer(request)
        guard let header = limits.surfaces[request].credentialHeader else { return bearer }
        let given = Set(request.headers[values: header] + (bearer.map { [$0] } ?? []))
        if given.count > 1 { throw Problem(.malformed, "Two different credentials in one request.") }
        return given.first
    }

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
        guard values.count == 1, ValidationRule.userID.isValid(user) else {
            throw Problem(.malformed, "Gateway-User \(ValidationRule.userID.message), once.")
        }
        return user
    }

    private static let gatewayUser = HTTPField.Name.make("Gateway-User")
    static let suspended = Problem(
        .tenantSuspended, "The tenant is suspended; the operator of this gateway can tell why.", action: .operator)
    static let refusal = Problem(
        .unauthenticated,
        "The request bears no credential that is valid here: it is missing, mistyped, expired or revoked.")
}
