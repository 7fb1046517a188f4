import HTTPTypes
import OAuth
import Sealing
import SQL
import Wire

/// Turns a provider's grant into a connection: whose account, which scopes, new or renewed.
struct GrantRecorder: Sendable {
    let database: any Database
    let vault: Vault
    let clock: GatewayClock
    let providers: Providers

    struct Origin: Sendable {
        let tenant: String
        let user: String
        let provider: ProviderName
        let clientID: String
        /// The pending connection that this makes real.
        var pendingID: String?
        /// The connection that the user set out to renew: the account must be the same.
        var renewsID: String?
        /// What the ID token must bear; nil when the flow was the caller's own and had none.
        var nonce: String?
        /// The consent that ends with this.
        var state: [UInt8]?
    }

    /// - Parameter status: of the reply that the connection is; it is stored with the caller's Idempotency-Key.
    /// - Throws: `Problem`; nothing is stored then.
    func record(
        _ grant: TokenGrant, _ origin: Origin, answering status: HTTPResponse.Status? = nil
    ) async throws -> Connection {
        let provider = providers.provider(origin.provider)
        let now = clock.now
        let identity: Identity
        do {
            guard let token = grant.idToken else { throw IDTokenError.missing("id_token") }
            try token.check(clientID: origin.clientID, nonce: origin.nonce, now: now)
            identity = try provider.identity(of: token)
        } catch let error as IDTokenError {
            throw Problem(
                .ticketInvalid, "The provider's answer does not belong to this consent: \(error).", action: .user)
        }
        let scopes = grant.scopes ?? provider.scopes
        let missing = provider.neededScopes.filter { !scopes.contains($0) }
        let sealer = try await vault.sealer(for: origin.tenant)
        let claim = IdempotencyClaim.current
        let connection = try await database.write { tx in
            try Self.refuseDuringRevocation(origin, identity, at: now, in: tx)
            var target = try Self.target(origin, identity, at: now, in: tx)
            if let token = grant.refreshToken {
                target.sealedRefreshToken = try sealer.seal(
                    token, table: "connections", row: target.id, column: "sealed_refresh_token")
            } else if target.sealedRefreshToken == nil {
                throw Problem(
                    .needsReconnect, "The provider gave no refresh token; the user must consent again.", action: .user)
            }
            target.subject = identity.subject
            target.email = identity.email ?? target.email
            target.clientID = origin.clientID
            target.directory = identity.directory
            target.scopes = scopes
            target.missingScopes = missing
            target.status = missing.isEmpty ? .active : .missingScope
            target.refreshedAt = now
            target.refreshExpiresAt = grant.refreshExpiresIn.map { now.adding(seconds: Double($0)) }
            target.updatedAt = now
            guard try ConnectionStore.update(target, at: now, in: tx) else {
                throw Problem(.conflict, "The connection was changed by another request; try again.", action: .wait)
            }
            if let pending = origin.pendingID, pending != target.id {
                try ConnectionStore.deletePending(origin.tenant, pending, in: tx)
            }
            if let state = origin.state {
                try ConsentStore.end(origin.tenant, state: state, .done, result: target.id, in: tx)
            }
            // Meeting BaaS holds a copy of the token for each calendar; the new one must follow, come what may.
            if try CalendarStore.hasLive(origin.tenant, connection: target.id, in: tx) {
                try JobQueue.add(.renewCalendars, origin.tenant, target.id, at: now, in: tx)
            }
            try MessageStore.emit(
                "connection.\(target.status.rawValue)", origin.tenant, data: target.json, context: target.context,
                at: now, in: tx)
            if let status { try claim?.store(.json(status, target.json), in: tx) }
            return target
        }
        return connection
    }

    /// The row that the grant goes to: the one to be renewed, the user's present one for this account, the pending one,
    /// or a new one.
    private static func target(
        _ origin: Origin, _ identity: Identity, at now: Timestamp, in tx: any Transaction
    ) throws -> Connection {
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
        if let known = try ConnectionStore.find(
            origin.tenant, user: origin.user, origin.provider, subject: identity.subject, in: tx)
        {
            return try usable(known)
        }
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
        try ConnectionStore.insert(fresh, in: tx)
        return fresh
    }

    private static func usable(_ connection: Connection) throws -> Connection {
        guard connection.status != .deleting else {
            throw Problem(.conflict, "This connection is being deleted; connect again when it is gone.", action: .wait)
        }
        return connection
    }

    /// A revocation under way kills every token of the project and account, this new one too.
    private static func refuseDuringRevocation(
        _ origin: Origin, _ identity: Identity, at now: Timestamp, in tx: any Transaction
    ) throws {
        let lease = Disconnector.revocationLease(Google.project(of: origin.clientID), identity.subject)
        if origin.provider == .google, try LeaseStore.isHeld(lease, at: now, in: tx) {
            throw Problem(
                .conflict, "The account is being disconnected at the provider right now; start the consent again.",
                action: .user, retryAfter: 15)
        }
    }
}
