import JSONValue
import Logging
import MeetingBaaS
import Sealing
import SQL

/// Identifies the Meeting BaaS account of an API key. Each account serves one tenant, or is the shared one: if one
/// account counted as two, a tenant's objects could be taken for another's.
struct AccountIdentity: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let upstream: Upstream

    static let taken = Problem(
        .conflict,
        "This API key speaks for a Meeting BaaS account that serves another tenant or is the gateway's shared one.",
        action: .operator)

    /// The digest by which a key that is to be stored is known.
    /// - Throws: `conflict` when its account is the shared one, or holds a calendar that is known here as another's. Another
    ///   tenant's key is found when the digest is stored.
    func digest(ofNew account: Account, contents: AccountContents) async throws -> [UInt8] {
        if let shared = upstream.accounts.shared, shared.apiKey == account.apiKey { throw Self.taken }
        // Two keys may belong to one team.
        async let former = calendars(account.speaking(.v1))
        async let newer = calendars(account.speaking(.v2))
        for ids in await (former + newer).pages(of: 200) {
            let isTaken = try await database.read { try contents.isAnyElsewhere(ids, account.id, $0) }
            guard !isTaken else { throw Self.taken }
        }
        return Self.digest(account.apiKey, tenantKeys)
    }

    /// A failed list proves nothing: adoption asks again, calendar by calendar.
    private func calendars(_ account: Account) async -> [String] {
        (try? await upstream.api(for: account, tenant: account.id).allCalendars().map(\.id)) ?? []
    }

    private static func digest(_ key: SecretBytes, _ tenantKeys: TenantKeys) -> [UInt8] {
        tenantKeys.digest(key.revealText(), purpose: "account-key")
    }

    /// Notes the keys that were stored before they were noted, and names those that two tenants have.
    func noteStored(_ logger: Logger) async throws {
        for tenant in try await database.read({ try AccountStore.withoutKeyDigest(in: $0) }) {
            guard let account = try? await upstream.accounts.own(tenant) else { continue }
            let digest = Self.digest(account.apiKey, tenantKeys)
            do {
                try await database.write { try AccountStore.setKeyDigest(tenant, digest, in: $0) }
            } catch is Problem {
                logger.error(
                    "two tenants have one Meeting BaaS API key; give one of them an account of its own",
                    metadata: ["tenant.id": .string(tenant)])
            }
        }
        guard let shared = upstream.accounts.shared else { return }
        let digest = Self.digest(shared.apiKey, tenantKeys)
        try await database.write { try AccountStore.noteSharedKey(digest, at: GatewayClock.system.now, in: $0) }
        if let tenant = try await database.read({ try AccountStore.owner(keyDigest: digest, in: $0) }) {
            logger.error(
                "a tenant has the shared account's Meeting BaaS API key; give it an account of its own",
                metadata: ["tenant.id": .string(tenant)])
        }
    }
}
