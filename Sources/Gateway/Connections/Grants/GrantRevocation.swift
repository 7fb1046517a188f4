import JSONValue
import OAuth
import Sealing
import SQL

/// Revokes grants at Google, unless another connection needs them or the tenant's setting forbids it.
struct GrantRevocation: Sendable {
    let database: any Database
    let clock: GatewayClock
    let providers: Providers

    enum Plan: Sendable {
        case revoke
        /// The tenant's setting keeps grants.
        case off
        /// A live connection, of any tenant, has the same account and project.
        case neededByConnection
        /// A consent for the same account and project is on its way.
        case neededByConsent
    }

    /// - Parameter work: the connection or refused grant that the token belongs to; it does not count as another's need.
    static func plan(
        _ grant: GoogleGrant, work: String, settings: TenantSettings, at now: Timestamp, in tx: any Transaction
    ) throws -> Plan {
        guard settings.revokeOnDisconnect else { return .off }
        if try ConnectionStore.hasOtherGrant(
            than: work, .google, project: grant.project, subject: grant.subject, in: tx)
        {
            return .neededByConnection
        }
        return try GrantClaimStore.isClaimed(grant, except: work, at: now, in: tx) ? .neededByConsent : .revoke
    }

    /// - Throws: to be tried again: `conflict` while another revocation or a consent is on its way.
    func run(
        _ grant: GoogleGrant, tenant: String, work: String, token: @Sendable () async throws -> SecretBytes
    ) async throws {
        let holder = Identifier.make(.grant)
        let now = clock.now
        let mayRevoke = try await database.write { tx in
            guard let tenant = try TenantStore.find(id: tenant, in: tx) else { return false }
            switch try Self.plan(grant, work: work, settings: tenant.settings, at: now, in: tx) {
            case .off, .neededByConnection: return false
            case .neededByConsent: throw Problem(.conflict, "A consent for the same account is on its way.")
            case .revoke: break
            }
            guard try RevocationStore.begin(grant, holder: holder, work: work, at: now, in: tx) else {
                throw Problem(.conflict, "The account is being revoked by another disconnect.")
            }
            return true
        }
        guard mayRevoke else { return }
        let result: Result<Void, any Error>
        do {
            try await providers.endpoint(.google).revoke(try await token())
            result = .success(())
        } catch {
            result = .failure(error)
        }
        let ended = clock.now
        try await database.write { try RevocationStore.end(grant, holder: holder, at: ended, in: $0) }
        try result.get()
    }
}
