import Sealing
import SQL

/// Keys for everything that is sealed: one per tenant, made once, themselves sealed under the master key, and the
/// pepper under which keys, sessions and tickets are hashed.
final class TenantKeys: Sendable {
    private let database: any Database
    private let master: Sealer
    private let pepper: SecretBytes
    /// By tenant. A key that was destroyed is dropped at the commit.
    private let tenants = TTLCache<String, SecretKey>(ttl: .seconds(600))

    private init(database: any Database, master: Sealer, pepper: SecretBytes) {
        self.database = database
        self.master = master
        self.pepper = pepper
    }

    /// Opens the vault, or makes its pepper in an empty database. Values sealed under a former master key are sealed
    /// again under the current one.
    /// - Throws: `VaultError` naming the key ids when the master key does not fit.
    static func open(_ database: any Database, master ring: Keyring) async throws -> TenantKeys {
        let sealer = Sealer(ring)
        let current = ring.current.id
        let pepper = try await database.write { tx in
            var pepper: SecretBytes?
            for row in try tx.run("SELECT name, sealed FROM vault_keys") {
                let name = try row.text("name")
                let (id, key) = try opened(name, try row.blob("sealed"), sealer, current)
                if id != current {
                    try tx.run(
                        "UPDATE vault_keys SET sealed = \(sealer.seal(key, at: place(name))) WHERE name = \(name)")
                }
                if name == pepperName { pepper = SecretBytes(key) }
            }
            try tx.run(
                """
                INSERT INTO vault_keys (name, sealed)
                VALUES (\(operatorName), \(sealer.seal(SecretKey.random().reveal(), at: place(operatorName))))
                ON CONFLICT (name) DO NOTHING
                """)
            if let pepper { return pepper }
            let fresh = SecretKey.random()
            try tx.run(
                "INSERT INTO vault_keys (name, sealed) VALUES (\(pepperName), \(sealer.seal(fresh.reveal(), at: place(pepperName))))"
            )
            return SecretBytes(fresh.reveal())
        }
        return TenantKeys(database: database, master: sealer, pepper: pepper)
    }

    /// Checks that the master key opens everything that a database has sealed, if it has a vault yet. Changes nothing.
    /// - Throws: `VaultError` naming the key ids when the master key does not fit.
    static func check(_ database: any Database, master ring: Keyring) async throws {
        guard try await database.read({ try Migrator.hasTable("vault_keys", in: $0) }) else { return }
        _ = try await inspect(database, master: ring)
    }

    /// The sealed keys of a database, opened without changing anything.
    struct Inspection: Sendable {
        let keys: Int
        /// Of those, sealed under a former master key.
        let former: Int
        fileprivate let tenants: [String: SecretKey]

        func sealer(for tenant: String) throws -> TenantSealer {
            guard let key = tenants[tenant] else { throw Problem.notFound }
            return try TenantSealer(tenant: tenant, key: key)
        }
    }

    /// - Throws: `VaultError` naming the key ids when the master key does not fit.
    static func inspect(_ database: any Database, master ring: Keyring) async throws -> Inspection {
        let sealer = Sealer(ring)
        let current = ring.current.id
        return try await database.read { tx in
            var keys: [String: SecretKey] = [:]
            var former = 0
            for row in try tx.run("SELECT name, sealed FROM vault_keys") {
                let name = try row.text("name")
                let key = try opened(name, try row.blob("sealed"), sealer, current)
                keys[name] = try SecretKey(key.bytes)
                if key.id != current { former += 1 }
            }
            return Inspection(keys: keys.count, former: former, tenants: keys)
        }
    }

    private static func opened(
        _ name: String, _ sealed: [UInt8], _ sealer: Sealer, _ current: KeyID
    ) throws -> (id: KeyID, bytes: [UInt8]) {
        guard let id = try? Sealer.keyID(of: sealed), let key = try? sealer.open(sealed, at: place(name)) else {
            throw VaultError(expected: (try? Sealer.keyID(of: sealed))?.hex ?? "?", given: current.hex)
        }
        return (id, key)
    }

    /// The stored form of a credential, by which it is looked up: HMAC-SHA-256 under the pepper.
    /// - Parameter purpose: keeps one kind of credential from passing for another.
    func digest(_ credential: String, purpose: String) -> [UInt8] {
        Digests.hmacSHA256(key: pepper.reveal(), Array("\(purpose)\u{0}\(credential)".utf8))
    }

    /// Makes a tenant's key, in the transaction that makes the tenant.
    func createKey(for tenant: String, in tx: any Transaction) throws {
        let sealed = try master.seal(SecretKey.random().reveal(), at: Self.place(tenant))
        try tx.run("INSERT INTO vault_keys (name, sealed) VALUES (\(tenant), \(sealed))")
    }

    /// Destroying a tenant's key makes every secret sealed under it in this database unreadable. Backups made before hold
    /// the sealed key beside the secrets: with the master key they still open.
    func destroyKey(of tenant: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM vault_keys WHERE name = \(tenant)")
        tx.notify(ChangeNotice(.tenantKey, tenant))
    }

    /// Returns true until the tenant's key is destroyed, which is when the tenant is gone.
    static func hasKey(of tenant: String, in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT name FROM vault_keys WHERE name = \(tenant)") != nil
    }

    var invalidations: [Invalidation] { [.drop(.tenantKey, in: tenants)] }

    /// Returns whether a tenant's key is in memory.
    func holdsKey(of tenant: String) -> Bool { tenants.cached(tenant) != nil }

    /// - Parameter priority: of the read of a key that is not in memory.
    func sealer(
        for tenant: String, priority: TransactionPriority = .normal
    ) async throws -> TenantSealer {
        let (database, master) = (self.database, self.master)
        let key = try await tenants.value(for: tenant) {
            let sealed = try await database.read(priority: priority) { tx in
                try tx.first("SELECT sealed FROM vault_keys WHERE name = \(tenant)")?.blob("sealed")
            }
            return try sealed.map { try SecretKey(master.open($0, at: Self.place(tenant))) }
        }
        guard let key else { throw Problem.notFound }
        return try TenantSealer(tenant: tenant, key: key)
    }

    /// For what belongs to no tenant.
    func operatorSealer() async throws -> TenantSealer { try await sealer(for: Self.operatorName) }

    private static let column = SealedColumn(table: "vault_keys", column: "sealed")
    private static let pepperName = "pepper"
    private static let operatorName = "operator"

    private static func place(_ name: String) -> EncryptionContext {
        column.context(tenant: name == pepperName ? "" : name, row: name)
    }
}

/// The master key does not open this database.
struct VaultError: Error, CustomStringConvertible {
    let expected: String
    let given: String
    var description: String {
        "GATEWAY_MASTER_KEY does not fit this database: it was sealed under key \(expected), the one given is \(given). "
            + "Give that key, or list it in GATEWAY_PREVIOUS_MASTER_KEYS to move to the new one."
    }
}

/// Seals and opens one tenant's values, each for its own row and column.
struct TenantSealer: Sendable {
    private let tenant: String
    private let sealer: Sealer

    init(tenant: String, key: SecretKey) throws {
        self.tenant = tenant
        sealer = Sealer(try Keyring(current: key))
    }

    func seal(_ secret: SecretBytes, column: SealedColumn, row: String) throws -> [UInt8] {
        try sealer.seal(secret.reveal(), at: column.context(tenant: tenant, row: row))
    }

    func open(_ sealed: [UInt8], column: SealedColumn, row: String) throws -> SecretBytes {
        SecretBytes(try sealer.open(sealed, at: column.context(tenant: tenant, row: row)))
    }
}
