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

    func `operator`(_ credential: PresentedCredential) throws -> Operator {
        guard let adminToken else {
            throw Problem(
                .unauthenticated, "The admin API is closed: GATEWAY_ADMIN_TOKEN is not set.", action: .operator)
        }
        try Self.check(credential, against: adminToken)
        return Operator()
    }

    /// - Throws: `unauthenticated` unless the request has exactly this token.
    static func check(_ credential: PresentedCredential, against token: SecretBytes) throws {
        // Both sides are hashed first, so that the timing does not reveal the length.
        let given = try credential.text.map { Digests.sha256(Array($0.utf8)) }
        guard let given, Digests.equal(given, Digests.sha256(token.reveal())) else { throw refusal }
    }

    /// The caller, whose tenant may be suspended.
    /// - Throws: `unauthenticated`, `malformed`, `rate_limited` above the look-ups of the client's address.
    func caller(_ request: Request, _ metadata: RequestMetadata) async throws -> Caller {
        let credential: Credential
        switch metadata.credential {
        case .wellFormed(let given): credential = given
        case .ambiguous: throw PresentedCredential.refusal
        case .none: throw Self.lacksScheme(request.headers) ? Self.schemeMissing : Self.refusal
        case .token: throw Self.refusal
        }
        let now = clock.now
        let (cached, tenant) = try await cached(credential, at: now, metadata)
        if case .key(let id) = cached.credential, lastUses.isDue(id, at: now) {
            await noteUse(of: id, cached.tenant, at: now)
        }
        var caller = try Self.caller(request.headers, cached, tenant)
        guard tenant.status != .deleting else { throw Self.refusal }
        // A write may be long on its way; the user that its head names may be deleted meanwhile.
        if let user = caller.user, caller.isKey, request.method != .get, request.method != .head {
            let tenant = tenant.id
            caller.userGeneration = try await database.read {
                try GenerationStore.current(tenant, .user, user, in: $0).number
            }
        }
        return caller
    }

    /// The caller of a read as far as memory knows.
    /// - Returns: nil when storage has to be asked, or the request is refused: `caller` does both.
    func cachedCaller(_ fields: some RequestFields, _ metadata: RequestMetadata) -> Caller? {
        guard case .wellFormed(let credential) = metadata.credential else { return nil }
        let now = clock.now
        guard let (cached, tenant) = cache.cached(digest(credential, metadata), at: now), tenant.status == .active,
            let caller = try? Self.caller(fields, cached, tenant)
        else { return nil }
        if case .key(let id) = cached.credential, lastUses.isDue(id, at: now) {
            Task { await noteUse(of: id, cached.tenant, at: now) }
        }
        return caller
    }

    private static func caller(
        _ fields: some RequestFields, _ cached: CachedCredential, _ tenant: Tenant
    ) throws -> Caller {
        Caller(
            tenant: tenant, user: try user(fields, cached), scopes: cached.scopes, credential: cached.credential,
            proof: cached.digest)
    }

    /// The user that the caller speaks for.
    /// - Throws: `malformed`.
    private static func user(_ fields: some RequestFields, _ cached: CachedCredential) throws -> String? {
        guard case .session = cached.credential else { return try userHeader(fields) }
        if fields[gatewayUser] != nil {
            throw Problem(.malformed, "Gateway-User is for keys; a session has its own user.")
        }
        return cached.user
    }

    /// A check for transactions of a reply that goes on for long: whether the request's key may still do this.
    ///
    /// It asks the database and no memory, and takes nothing from the tenant's rate.
    func accessCheck(_ caller: Caller, _ scope: Scope) -> @Sendable (any Transaction) throws -> Bool {
        let (digest, clock) = (caller.proof, self.clock)
        return { tx in
            guard let digest, let key = try APIKeyStore.find(digest: digest, at: clock.now, in: tx) else {
                return false
            }
            return try key.scopes.contains(scope) && TenantStore.isActive(key.tenant, in: tx)
        }
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

    /// From memory, or looked up within the limits for the client's address.
    /// - Throws: the 401 when there is none, or none any more; `rate_limited`.
    private func cached(
        _ credential: Credential, at now: Timestamp, _ metadata: RequestMetadata
    ) async throws -> (CachedCredential, Tenant) {
        let digest = digest(credential, metadata)
        let cached = try await cache.value(for: digest, at: now) {
            try await lookups.value(LookupKey(kind: credential.kind, digest: digest), from: metadata.network)
        }
        guard let cached else { throw Self.refusal }
        return cached
    }

    private func digest(_ credential: Credential, _ metadata: RequestMetadata) -> [UInt8] {
        metadata.digest(of: credential) {
            tenantKeys.digest(credential.text, purpose: credential.kind == .key ? "key" : "session")
        }
    }

    var invalidations: [Invalidation] { cache.invalidations }
    /// The number of credentials looked up in the database.
    var misses: Int { cache.misses }
    /// The number of reads of a tenant, or of the end of a key's sessions, for a credential in memory.
    var tenantMisses: Int { cache.tenantMisses }

    /// `last_used_at` is kept to the minute.
    private func noteUse(of key: String, _ tenant: String, at now: Timestamp) async {
        _ = try? await database.write { try APIKeyStore.touch(tenant, key, at: now, in: $0) }
    }

    private static func userHeader(_ fields: some RequestFields) throws -> String? {
        let values = fields.values(of: gatewayUser)
        guard let user = values.first else { return nil }
        guard values.count == 1, ValidationRule.userID.isValid(user) else {
            throw Problem(.malformed, "Gateway-User \(ValidationRule.userID.message), once.")
        }
        return user
    }

    /// True for `Authorization: mgk_…`. It says nothing of the credential: only its first letters are looked at.
    private static func lacksScheme(_ fields: some RequestFields) -> Bool {
        fields.values(of: .authorization).contains { value in
            Credential.Kind.allCases.contains { value.hasPrefix($0.rawValue) }
        }
    }

    private static let gatewayUser = HTTPField.Name.make("Gateway-User")
    static let suspended = Problem(
        .tenantSuspended, "The tenant is suspended; the operator of this gateway can tell why.", action: .operator)
    private static let schemeMissing = Problem(
        .unauthenticated,
        "The header Authorization lacks its scheme. Send \"Authorization: Bearer\", a blank, and the key.")
    static let refusal = Problem(
        .unauthenticated,
        "The request bears no credential that is valid here: it is missing, mistyped, expired or revoked.")
}
