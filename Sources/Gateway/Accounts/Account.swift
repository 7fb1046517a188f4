import HTTPTypes
import JSONValue
import MeetingBaaS
import Sealing
import SQL
import Webhooks

/// A Meeting BaaS account: the gateway's shared one, or a tenant's own.
struct Account: Sendable {
    /// `shared`, or the id of the tenant that owns it.
    let id: String
    let version: APIVersion
    let apiKey: SecretBytes
    /// Decoded Svix secrets; several while one is being replaced.
    let webhookSecrets: [SecretBytes]
    /// Generation of the tenant's account: grows when the tenant gets another one.
    var generation: Int64 = 0

    static let sharedID = "shared"

    /// The same account, asked in another version: one key serves both.
    func speaking(_ version: APIVersion) -> Account {
        Account(id: id, version: version, apiKey: apiKey, webhookSecrets: webhookSecrets, generation: generation)
    }
}

extension Account {
    /// The gateway's shared account.
    init(shared settings: SharedAccountSettings) {
        self.init(
            id: Self.sharedID, version: settings.version, apiKey: settings.apiKey,
            webhookSecrets: settings.webhookSecrets)
    }
}

extension HTTPField.Name {
    /// The header that carries a Meeting BaaS account's key.
    static let meetingBaaSKey = HTTPField.Name.make("x-meeting-baas-api-key")
}

/// Finds the account that serves a tenant.
struct AccountDirectory: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let shared: Account?
    /// By tenant.
    private let owned = TTLCache<String, Own>(ttl: .seconds(60))

    private enum Own: Sendable {
        case account(Account)
        case none(generation: Int64)
    }

    init(database: any Database, tenantKeys: TenantKeys, shared: Account?) {
        self.database = database
        self.tenantKeys = tenantKeys
        self.shared = shared
    }

    /// The number of reads from the database.
    var misses: Int { owned.misses }

    var invalidations: [Invalidation] {
        // The account of a tenant that is deleted goes with it.
        [.drop(.account, in: owned), .drop(.tenant, in: owned)]
    }

    /// - Parameter version: nil: the account's own.
    func account(for tenant: String, version: APIVersion? = nil) async throws -> Account {
        let account = try await account(of: tenant)
        return version.map { account.speaking($0) } ?? account
    }

    /// The same as far as memory knows; nil when storage has to be asked, or there is none.
    func cached(for tenant: String, version: APIVersion) -> Account? {
        owned.cached(tenant).flatMap { serving($0) }?.speaking(version)
    }

    private func account(of tenant: String) async throws -> Account {
        guard let account = serving(try await owned(tenant)) else {
            throw Problem(
                .notConfigured, "No Meeting BaaS account is configured for this tenant.", action: .operator)
        }
        return account
    }

    private func serving(_ own: Own?) -> Account? {
        if case .account(let account)? = own { return account }
        var account = shared
        if case .none(let generation)? = own { account?.generation = generation }
        return account
    }

    /// The tenant's own account; nil when the shared one serves it.
    /// - Parameter priority: of reads of what is not in memory.
    func own(_ tenant: String, priority: TransactionPriority = .normal) async throws -> Account? {
        guard case .account(let account)? = try await owned(tenant, priority) else { return nil }
        return account
    }

    private func owned(_ tenant: String, _ priority: TransactionPriority = .normal) async throws -> Own? {
        try await owned.value(for: tenant) { try await read(tenant, priority) }
    }

    private func read(_ tenant: String, _ priority: TransactionPriority) async throws -> Own {
        let (found, generation) = try await database.read(priority: priority) { tx in
            (
                try AccountStore.find(tenant, in: tx),
                try GenerationStore.current(tenant, .account, GenerationStore.account, in: tx).number
            )
        }
        guard let row = found else { return .none(generation: generation) }
        let sealer = try await tenantKeys.sealer(for: tenant, priority: priority)
        let key = try sealer.open(row.sealedKey, column: .accountKey, row: tenant)
        let secrets = try sealer.open(row.sealedSecrets, column: .accountWebhookSecrets, row: tenant)
        return .account(
            Account(
                id: tenant, version: row.version, apiKey: key,
                webhookSecrets: secrets.revealText().split(separator: ",").compactMap {
                    WebhookSecret.decode(String($0))
                }, generation: generation))
    }

    /// The account with this id, of any tenant.
    func account(id: String, priority: TransactionPriority = .normal) async throws -> Account? {
        id == Account.sharedID ? shared : try await own(id, priority: priority)
    }
}

enum AccountStore {
    struct Stored: Sendable {
        let version: APIVersion
        let sealedKey: [UInt8]
        let sealedSecrets: [UInt8]
    }

    static func find(_ tenant: String, in tx: any Transaction) throws -> Stored? {
        try tx.first(
            "SELECT api_version, sealed_api_key, sealed_webhook_secrets FROM accounts WHERE tenant_id = \(tenant)"
        ).map { row in
            Stored(
                version: APIVersion(rawValue: try row.text("api_version")) ?? .v2,
                sealedKey: try row.blob("sealed_api_key"), sealedSecrets: try row.blob("sealed_webhook_secrets"))
        }
    }

    /// Returns true while the tenant has an account of its own.
    static func exists(_ tenant: String, in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT tenant_id FROM accounts WHERE tenant_id = \(tenant)") != nil
    }

    static func put(
        _ tenant: String, _ account: Stored, as admitted: Admitted, at now: Timestamp, in tx: any Transaction
    ) throws {
        try admitted.check(owns: tenant)
        try tx.run(
            """
            INSERT INTO accounts (tenant_id, api_version, sealed_api_key, sealed_webhook_secrets, created_at, updated_at)
            VALUES (\(tenant), \(account.version.rawValue), \(account.sealedKey), \(account.sealedSecrets),
                \(now.milliseconds), \(now.milliseconds))
            ON CONFLICT (tenant_id) DO UPDATE SET api_version = excluded.api_version,
                sealed_api_key = excluded.sealed_api_key, sealed_webhook_secrets = excluded.sealed_webhook_secrets,
                updated_at = excluded.updated_at
            """)
        tx.notify(ChangeNotice(.account, tenant))
    }

    static func delete(_ tenant: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM accounts WHERE tenant_id = \(tenant)")
        try tx.run("DELETE FROM account_budgets WHERE account_id = \(tenant)")
        tx.notify(ChangeNotice(.account, tenant))
    }

    /// Notes whose account a key speaks for.
    /// - Throws: `conflict` when another tenant has that key.
    static func setKeyDigest(_ tenant: String, _ digest: [UInt8], in tx: any Transaction) throws {
        do {
            try tx.run("UPDATE accounts SET key_digest = \(digest) WHERE tenant_id = \(tenant)")
        } catch SQLError.uniqueViolation(.accountKeyDigest) {
            throw AccountIdentity.taken
        }
    }

    /// Notes the shared account's key at a start. Another key than last time may be another account's: its generation
    /// grows, and a 404 under it proves nothing of what was made before.
    ///
    /// While replicas are started anew one by one, the former key may come once more: then the account is the same.
    static func noteSharedKey(_ digest: [UInt8], at now: Timestamp, in tx: any Transaction) throws {
        let row = try tx.first(
            "SELECT key_digest, previous_key_digest FROM account_states WHERE account_id = \(Account.sharedID)")
        let known = try row?.optionalBlob("key_digest")
        guard known != digest else { return }
        if try row?.optionalBlob("previous_key_digest") == digest, try ReplicaStore.live(in: tx).count > 1 { return }
        if known != nil {
            try GenerationStore.advance(Account.sharedID, .account, GenerationStore.account, at: now, in: tx)
        }
        try tx.run(
            """
            INSERT INTO account_states (account_id, key_digest) VALUES (\(Account.sharedID), \(digest))
            ON CONFLICT (account_id) DO UPDATE SET previous_key_digest = account_states.key_digest,
                key_digest = excluded.key_digest
            """)
    }

    static func owner(keyDigest digest: [UInt8], in tx: any Transaction) throws -> String? {
        try tx.first("SELECT tenant_id FROM accounts WHERE key_digest = \(digest)")?.text("tenant_id")
    }

    /// Tenants whose key has not been noted yet: of before keys were.
    static func withoutKeyDigest(in tx: any Transaction) throws -> [String] {
        try tx.run("SELECT tenant_id FROM accounts WHERE key_digest IS NULL ORDER BY tenant_id")
            .map { try $0.text("tenant_id") }
    }

    static func noteWebhook(_ account: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO account_states (account_id, last_webhook_at) VALUES (\(account), \(now.milliseconds))
            ON CONFLICT (account_id) DO UPDATE SET last_webhook_at = excluded.last_webhook_at
                WHERE account_states.last_webhook_at IS NULL
                    OR account_states.last_webhook_at < excluded.last_webhook_at - 1000
                    OR account_states.last_webhook_at > excluded.last_webhook_at
            """)
    }

    static func lastWebhook(_ account: String, in tx: any Transaction) throws -> Timestamp? {
        try tx.first("SELECT last_webhook_at FROM account_states WHERE account_id = \(account)")?
            .optionalTime("last_webhook_at")
    }

    /// Gives the sync back that upstream did not do.
    static func releaseSync(_ account: String, in tx: any Transaction) throws {
        try tx.run("UPDATE account_states SET last_sync_at = NULL WHERE account_id = \(account)")
    }

    /// Takes the account-wide sync of version 1, at most once in five minutes.
    /// - Returns: false when it ran lately; nothing is due then.
    static func takeSync(_ account: String, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        try !tx.run(
            """
            INSERT INTO account_states (account_id, last_sync_at) VALUES (\(account), \(now.milliseconds))
            ON CONFLICT (account_id) DO UPDATE SET last_sync_at = excluded.last_sync_at
            WHERE account_states.last_sync_at IS NULL
                OR account_states.last_sync_at <= \(now.adding(seconds: -300).milliseconds)
            RETURNING account_id
            """
        ).isEmpty
    }

    /// Tenants with an account of their own.
    static func owners(in tx: any Transaction) throws -> [String] {
        try tx.run("SELECT tenant_id FROM accounts ORDER BY tenant_id").map { try $0.text("tenant_id") }
    }

    /// A condition: the tenant has an account of its own.
    /// - Parameter tenant: its id, as a column or a bound value.
    static func isOwned(by tenant: Query) -> Query {
        "EXISTS (SELECT 1 FROM accounts WHERE accounts.tenant_id = \(tenant))"
    }

    static func reconciledAt(_ account: String, in tx: any Transaction) throws -> Timestamp? {
        try tx.first("SELECT reconciled_at FROM account_states WHERE account_id = \(account)")?
            .optionalTime("reconciled_at")
    }

    static func setReconciled(_ account: String, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO account_states (account_id, reconciled_at) VALUES (\(account), \(now.milliseconds))
            ON CONFLICT (account_id) DO UPDATE SET reconciled_at = excluded.reconciled_at
            """)
    }
}

extension SealedColumn {
    static let accountKey = SealedColumn(table: "accounts", column: "sealed_api_key")
    static let accountWebhookSecrets = SealedColumn(table: "accounts", column: "sealed_webhook_secrets")
}

extension UniqueKey {
    static let accountKeyDigest = UniqueKey("accounts", "key_digest")
}
