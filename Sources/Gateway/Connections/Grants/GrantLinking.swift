import HTTPTypes
import JSONValue
import Logging
import OAuth
import Sealing
import SQL

/// Turns a provider's grant into a connection: whose account, which scopes, new or renewed.
struct GrantLinking: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let clock: GatewayClock
    let providers: Providers
    let broker: TokenBroker
    let copies: CredentialCopies
    let logger: Logger

    struct Origin: Sendable {
        let tenant: String
        let user: String
        let provider: ProviderName
        let clientID: String
        /// Everything that the request was admitted with, the user and the provider app included.
        let admission: Admission
        /// The pending connection that this makes real.
        var pendingID: String?
        /// The connection that the user set out to renew: the account must be the same.
        var renewsID: String?
        /// The nonce that the ID token must have; nil when the flow was the caller's own and had none.
        var nonce: String?
        /// The consent that ends with this.
        var state: [UInt8]?
        /// The tenant had the token before and has it still: it is not ours to revoke when it is refused.
        var isImported = false
        /// Status of the reply that the connection is: it is stored with the caller's Idempotency-Key.
        var answers: HTTPResponse.Status?
    }

    /// Asks the provider for a grant and stores it.
    /// - Parameter ask: the exchange, or the refresh that proves an imported token.
    /// - Throws: what `ask` throws, and `Problem`; nothing is stored then, and what the provider gave is revoked.
    func obtain(_ origin: Origin, _ ask: @Sendable () async throws -> TokenGrant) async throws -> Connection {
        let began = clock.now
        guard let id = origin.renewsID,
            let known = try await database.connection(origin.tenant, id, user: origin.user)
        else { return try await record(try await ask(), origin, began: began) }
        return try await claiming(known.subject, id, origin) { try await record(try await ask(), origin, began: began) }
    }

    /// - Parameter began: when the provider was asked for the grant.
    private func record(_ grant: TokenGrant, _ origin: Origin, began: Timestamp) async throws -> Connection {
        do {
            let identity = try identity(in: grant, origin)
            var kept: Connection?
            if grant.refreshToken == nil { kept = try await refreshKept(origin, identity) }
            return try await store(grant, origin, identity, kept: kept, began: began)
        } catch let problem as Problem {
            await revokeRefused(grant, origin)
            throw problem
        } catch let error as TokenError where error.needsConsent {
            await revokeRefused(grant, origin)
            throw error
        }
    }

    private func identity(in grant: TokenGrant, _ origin: Origin) throws -> ProviderIdentity {
        do {
            guard let token = grant.idToken else { throw IDTokenError.missing("id_token") }
            try token.check(clientID: origin.clientID, nonce: origin.nonce, now: clock.now)
            return try providers.provider(origin.provider).identity(of: token)
        } catch let error as IDTokenError {
            throw Problem(
                .ticketInvalid, "The provider's answer does not belong to this consent: \(error).", action: .user)
        }
    }

    /// The grant came without a refresh token: the provider is asked if the one that is kept still works.
    /// - Returns: the connection as it is after that.
    private func refreshKept(_ origin: Origin, _ identity: ProviderIdentity) async throws -> Connection {
        let known = try await database.read { try Self.present(origin, identity, in: $0) }
        guard let known, known.sealedRefreshToken != nil else { throw Self.noRefreshToken }
        return try await claiming(identity.subject, known.id, origin) { try await broker.refresh(known) }
    }

    /// The one transaction that stores a grant.
    private func store(
        _ grant: TokenGrant, _ origin: Origin, _ identity: ProviderIdentity, kept: Connection?, began: Timestamp
    ) async throws -> Connection {
        let provider = providers.provider(origin.provider)
        let now = clock.now
        let scopes = grant.scopes ?? provider.scopes
        let missing = provider.missingScopes(in: scopes)
        let sealer = try await tenantKeys.sealer(for: origin.tenant)
        let claim = IdempotencyClaim.current
        let stored = try await database.write { tx in
            let admitted = try origin.admission.check(at: now, in: tx)
            try Self.refuseRevoked(origin, identity, began: began, at: now, in: tx)
            var target = try Self.target(origin, identity, as: admitted, at: now, in: tx)
            let former = target.status
            if let token = grant.refreshToken {
                target.sealedRefreshToken = try sealer.seal(token, column: .refreshToken, row: target.id)
                target.clientID = origin.clientID
                target.directory = identity.directory
                target.scopes = scopes
                target.missingScopes = missing
                target.status = missing.isEmpty ? .active : .missingScope
                target.refreshedAt = now
                target.refreshExpiresAt = grant.refreshExpiresIn.map { now.adding(seconds: Double($0)) }
            } else {
                // Status and scopes are those of the kept token, as its refresh has just stored them.
                guard target.id == kept?.id, target.sealedRefreshToken != nil, target.status != .needsReconnect else {
                    throw Self.noRefreshToken
                }
            }
            target.subject = identity.subject
            target.email = identity.email ?? target.email
            target.updatedAt = now
            guard try ConnectionStore.save(target, from: former, copies: copies, as: admitted, at: now, in: tx) else {
                throw Problem(.conflict, "The connection was changed by another request; try again.", action: .wait)
            }
            if let pending = origin.pendingID, pending != target.id {
                try ConnectionStore.deletePending(origin.tenant, pending, in: tx)
            }
            if let state = origin.state {
                try ConsentStore.end(origin.tenant, state: state, .done, result: target.id, in: tx)
            }
            try copies.tokenChanged(target, now, tx)
            if let status = origin.answers { try claim?.store(.json(status, target.json), in: tx) }
            return target
        }
        if origin.answers != nil { claim?.didStore() }
        return stored
    }

    /// The connection that there is for the account: the one to be renewed, or the user's own.
    private static func present(
        _ origin: Origin, _ identity: ProviderIdentity, in tx: any Transaction
    ) throws -> Connection? {
        if let id = origin.renewsID {
            guard let known = try ConnectionStore.find(origin.tenant, id, user: origin.user, in: tx) else {
                throw Problem.notFound
            }
            guard known.subject == identity.subject else {
                throw Problem(
                    .accountMismatch, "The consent was given for another account than this connection's.", action: .user
                )
            }
            return try usable(known)
        }
        return try ConnectionStore.find(
            origin.tenant, user: origin.user, origin.provider, subject: identity.subject, in: tx
        ).map(usable)
    }

    /// The row that the grant goes to: the present one for the account, the pending one, or a new one.
    private static func target(
        _ origin: Origin, _ identity: ProviderIdentity, as admitted: Admitted, at now: Timestamp, in tx: any Transaction
    ) throws -> Connection {
        if let known = try present(origin, identity, in: tx) { return known }
        if let id = origin.pendingID {
            guard let pending = try ConnectionStore.find(origin.tenant, id, user: origin.user, in: tx) else {
                throw Problem.notFound
            }
            return pending
        }
        let fresh = Connection(
            id: Identifier.make(.connection), tenant: origin.tenant, user: origin.user, provider: origin.provider,
            status: .pending, subject: nil, email: nil, clientID: origin.clientID, directory: nil, scopes: [],
            missingScopes: [], sealedRefreshToken: nil, refreshExpiresAt: nil, refreshedAt: nil, generation: 0,
            createdAt: now, updatedAt: now)
        try ConnectionStore.insert(fresh, as: admitted, in: tx)
        return fresh
    }

    private static func usable(_ connection: Connection) throws -> Connection {
        guard connection.status != .deleting else {
            throw Problem(.conflict, "This connection is being deleted; connect again when it is gone.", action: .wait)
        }
        return connection
    }

    private static let noRefreshToken = Problem(
        .needsReconnect, "The provider gave no refresh token; the user must consent again.", action: .user)
}

// MARK: - revocation

extension GrantLinking {
    /// A revocation kills every token of the project and account: one under way this new one too, and one that ended
    /// after the exchange began may have.
    private static func refuseRevoked(
        _ origin: Origin, _ identity: ProviderIdentity, began: Timestamp, at now: Timestamp, in tx: any Transaction
    ) throws {
        guard origin.provider == .google else { return }
        let grant = GoogleGrant(clientID: origin.clientID, subject: identity.subject)
        if try RevocationStore.mayHaveKilled(grant, began: began, at: now, in: tx) {
            throw Problem(
                .conflict, "The account was being disconnected at the provider; start the consent again.",
                action: .user, retryAfter: Int(RevocationStore.attemptLife))
        }
    }

    /// Runs `body` while a claim keeps others from revoking the account's grant at Google.
    private func claiming<T: Sendable>(
        _ subject: String?, _ connection: String, _ origin: Origin, _ body: () async throws -> T
    ) async throws -> T {
        guard origin.provider == .google, let subject else { return try await body() }
        let now = clock.now
        let claim = try await database.write { tx in
            try GrantClaimStore.insert(
                GoogleGrant(clientID: origin.clientID, subject: subject), tenant: origin.tenant,
                connection: connection, at: now, in: tx)
        }
        let result: Result<T, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        // One that stays ends by itself.
        try? await database.write { try GrantClaimStore.delete(origin.tenant, claim, in: $0) }
        return try result.get()
    }

    /// Revokes a grant of a tenant that is gone, unless another tenant needs the grant.
    /// - Returns: false when it may still be alive.
    private func revokeNow(_ token: SecretBytes, _ grant: GoogleGrant) async -> Bool {
        let now = clock.now
        do {
            let isNeeded = try await database.read { tx in
                try ConnectionStore.hasOtherGrant(
                    than: "", .google, project: grant.project, subject: grant.subject, in: tx)
                    || GrantClaimStore.isClaimed(grant, except: "", at: now, in: tx)
            }
            if !isNeeded { try await providers.endpoint(.google).revoke(token) }
            return true
        } catch {
            return false
        }
    }

    /// Queues the revocation of a grant that was not kept, which would stay valid at Google. Without a known account it
    /// is left alone, since another connection may need it.
    private func revokeRefused(_ grant: TokenGrant, _ origin: Origin) async {
        guard origin.provider == .google, !origin.isImported, let idToken = grant.idToken,
            (try? idToken.checkAudience(origin.clientID)) != nil,
            let identity = try? providers.provider(origin.provider).identity(of: idToken)
        else { return }
        let now = clock.now
        do {
            let sealer = try await tenantKeys.sealer(for: origin.tenant)
            try await database.write { tx in
                try RefusedGrants.add(
                    grant.refreshToken ?? grant.accessToken, tenant: origin.tenant, clientID: origin.clientID,
                    subject: identity.subject, sealer: sealer, at: now, in: tx)
            }
        } catch {
            // The tenant may be gone, and its rows with it: then now or never.
            let kept = grant.refreshToken ?? grant.accessToken
            if await revokeNow(kept, GoogleGrant(clientID: origin.clientID, subject: identity.subject)) { return }
            logger.warning(
                "a refused grant remains at the provider",
                metadata: ["tenant.id": .string(origin.tenant), "error": "\(type(of: error))"])
        }
    }
}
