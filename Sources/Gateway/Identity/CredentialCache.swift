import JSONValue
import Sealing
import SQL

/// A credential as it is cached. Its tenant and, for a session, the key that minted it are cached by their own ids: what
/// ends them all at once is one notice.
struct CachedCredential: Sendable {
    /// The minting of a session.
    struct Mint: Sendable {
        let key: String
        let at: Timestamp
    }

    let tenant: String
    let user: String?
    let scopes: Set<Scope>
    let credential: Caller.Credential
    let digest: [UInt8]
    /// nil: it does not end by itself.
    let until: Timestamp?
    /// nil for a key.
    var mint: Mint?
}

/// The credentials that were used lately, with their tenants.
struct CredentialCache: Sendable {
    /// The results of one look-up of several credentials.
    struct Found: Sendable {
        var credentials: [Authenticator.LookupKey: CachedCredential] = [:]
        var tenants: [String: Tenant] = [:]
        /// By the id of the key.
        var sessionEnds: [String: SessionEnd] = [:]
    }

    private let database: any Database
    /// By digest.
    private let credentials = TTLCache<[UInt8], CachedCredential>(ttl: .seconds(60))
    /// By id.
    private let tenants = TTLCache<String, Tenant>(ttl: .seconds(60))
    /// By the id of the key that minted the sessions.
    private let sessionEnds = TTLCache<String, SessionEnd>(ttl: .seconds(60))

    init(database: any Database) { self.database = database }

    /// The number of credentials looked up in the database.
    var misses: Int { credentials.misses }
    var tenantMisses: Int { tenants.misses + sessionEnds.misses }

    var invalidations: [Invalidation] {
        let (credentials, sessionEnds) = (self.credentials, self.sessionEnds)
        return [
            .drop(.credential, all: credentials.invalidateAll) { payload in
                for digest in payload.split(separator: " ").compactMap({ Hex.decode(String($0)) }) {
                    credentials.invalidate(digest)
                }
            },
            .drop(.apiKey, all: sessionEnds.invalidateAll) { payload in
                if let key = payload.split(separator: " ").last { sessionEnds.invalidate(String(key)) }
            },
            .drop(.tenant, in: tenants),
        ]
    }

    /// Reads credentials, and caches the tenants and keys that were found beside them.
    func read(
        _ find: @escaping @Sendable (any Transaction) throws -> Found
    ) async throws -> [Authenticator.LookupKey: CachedCredential] {
        let (ofTenants, ofKeys) = (tenants.generation, sessionEnds.generation)
        let found = try await database.read(find)
        for (id, tenant) in found.tenants { tenants.insert(tenant, for: id, readIn: ofTenants) }
        for (id, end) in found.sessionEnds { sessionEnds.insert(end, for: id, readIn: ofKeys) }
        return found.credentials
    }

    /// Returns a credential that is valid now, and its tenant; nil when there is none.
    /// - Parameter lookUp: looks the credential up, within the limits of the caller's address.
    func value(
        for digest: [UInt8], at now: Timestamp, lookUp: () async throws -> CachedCredential?
    ) async throws -> (CachedCredential, Tenant)? {
        guard let cached = try await credentials.unsharedValue(for: digest, read: lookUp),
            cached.until.map({ $0 > now }) ?? true
        else { return nil }
        guard try await isInForce(cached, at: now), let tenant = try await tenant(cached.tenant) else {
            // Else each request with it would read the database again, beside the limits of look-ups.
            credentials.invalidate(digest)
            return nil
        }
        return (cached, tenant)
    }

    /// The same as far as memory knows; nil when storage has to be asked.
    func cached(_ digest: [UInt8], at now: Timestamp) -> (CachedCredential, Tenant)? {
        guard let cached = credentials.cached(digest), cached.until.map({ $0 > now }) ?? true,
            let tenant = tenants.cached(cached.tenant)
        else { return nil }
        if let mint = cached.mint {
            guard let end = sessionEnds.cached(mint.key), !end.hasEnded(madeAt: mint.at, at: now) else { return nil }
        }
        return (cached, tenant)
    }

    /// Returns false for a session whose key is gone, or was rotated so that the session has ended.
    private func isInForce(_ cached: CachedCredential, at now: Timestamp) async throws -> Bool {
        guard let mint = cached.mint else { return true }
        let (database, tenant) = (self.database, cached.tenant)
        let end = try await sessionEnds.value(for: mint.key) {
            try await database.read { try SessionStore.end(ofKey: mint.key, tenant: tenant, in: $0) }
        }
        return end.map { !$0.hasEnded(madeAt: mint.at, at: now) } ?? false
    }

    private func tenant(_ id: String) async throws -> Tenant? {
        let database = self.database
        return try await tenants.value(for: id) { try await database.read { try TenantStore.find(id: id, in: $0) } }
    }
}
