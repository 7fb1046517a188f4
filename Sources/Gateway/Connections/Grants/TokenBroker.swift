import JSONValue
import Logging
import MeetingBaaS
import OAuth
import Sealing
import SQL
import Synchronization

/// Opens grants for use, and refreshes them: one refresh at a time for each connection, a rotated token stored before
/// anything else is done with it, and a grant called dead only when the provider says so twice over.
///
/// Of several replicas, one refreshes a connection at a time; the others take the token that it stored.
final class TokenBroker: Sendable {
    private let database: any Database
    private let tenantKeys: TenantKeys
    private let clock: GatewayClock
    private let providers: Providers
    private let clients: ProviderClients
    private let copies: CredentialCopies
    private let logger: Logger
    private let replica: Replica
    private let leases: ObjectLeases
    private let running = Mutex<[String: Task<Connection, any Error>]>([:])

    init(
        database: any Database, tenantKeys: TenantKeys, clock: GatewayClock, providers: Providers,
        copies: CredentialCopies, replica: Replica, logger: Logger
    ) {
        self.database = database
        self.tenantKeys = tenantKeys
        self.clock = clock
        self.providers = providers
        clients = ProviderClients(database: database, tenantKeys: tenantKeys)
        self.copies = copies
        self.replica = replica
        leases = ObjectLeases(.grant, database: database, replica: replica)
        self.logger = logger
    }

    /// The grant in Meeting BaaS's form.
    /// - Throws: `needs_reconnect` when the user must act first.
    func grant(_ connection: Connection) async throws -> MeetingBaaS.Grant {
        let client = try await clients.client(connection.tenant, connection.provider)
        return MeetingBaaS.Grant(
            platform: connection.provider.rawValue, clientID: client.id, clientSecret: client.secret,
            refreshToken: try await token(of: connection),
            directory: connection.provider == .microsoft ? client.directory : nil)
    }

    func token(of connection: Connection) async throws -> SecretBytes {
        switch connection.status {
        case .active, .blocked: break
        case .missingScope:
            throw Problem(.needsReconnect, "The user has not granted the calendar scope.", action: .user)
        case .needsReconnect:
            throw Problem(.needsReconnect, "The provider no longer accepts this grant.", action: .user)
        case .pending, .deleting:
            throw Problem(.conflict, "The connection is \(connection.status.rawValue).", action: .user)
        }
        return try await storedToken(of: connection)
    }

    /// Whatever the connection's state: for taking it down.
    func storedToken(of connection: Connection) async throws -> SecretBytes {
        guard let sealed = connection.sealedRefreshToken else {
            throw Problem(.needsReconnect, "There is no token for this connection.", action: .user)
        }
        return try await tenantKeys.sealer(for: connection.tenant).open(
            sealed, column: .refreshToken, row: connection.id)
    }

    /// Refreshes at the provider. Callers that come while one runs share its result.
    /// - Returns: the connection as stored afterwards.
    /// - Throws: `TokenError`.
    func refresh(_ connection: Connection) async throws -> Connection {
        let task = running.withLock { running in
            if let task = running[connection.id] { return task }
            // Not tied to the caller: a client that hangs up must not lose a token that was rotated meanwhile.
            let task = Task {
                defer { self.running.withLock { $0[connection.id] = nil } }
                return try await self.leases.withLease(connection.id) {
                    if let renewed = try await self.renewed(since: connection) { return renewed }
                    return try await self.refreshNow(connection.tenant, connection.id)
                }
            }
            running[connection.id] = task
            return task
        }
        return try await task.value
    }

    /// The connection, if another replica has refreshed it since it was read. A refresh token may work only once.
    private func renewed(since read: Connection) async throws -> Connection? {
        guard replica.isShared, let present = try await database.connection(read.tenant, read.id),
            present.generation > read.generation, present.refreshedAt != read.refreshedAt,
            present.status == .active || present.status == .missingScope
        else { return nil }
        return present
    }

    private func refreshNow(_ tenant: String, _ id: String) async throws -> Connection {
        // Twice: a refusal counts only if no newer token was stored meanwhile.
        var last: TokenError?
        for _ in 0..<2 {
            guard let connection = try await database.connection(tenant, id) else { throw Problem.notFound }
            let client = try await clients.client(tenant, connection.provider)
            let token = try await storedToken(of: connection)
            let began = clock.now
            // A token may work once: the replica that has the lease by now uses it.
            try ObjectLeases.confirm()
            do {
                let grant = try await providers.endpoint(connection.provider).refresh(
                    token, client: client, directory: connection.directory, subject: connection.subject)
                return try await store(grant, for: connection, began: began)
            } catch let error as TokenError where error.needsConsent || error == .blockedByAdmin {
                last = error
                let now = clock.now
                let dead = try await database.write { tx in
                    guard var row = try ConnectionStore.find(tenant, id, user: nil, in: tx),
                        row.generation == connection.generation
                    else { return false }
                    row.status = error == .blockedByAdmin ? .blocked : .needsReconnect
                    guard row.status != connection.status else { return true }
                    _ = try ConnectionStore.saveRefreshed(
                        row, from: connection.status, copies: self.copies, at: now, in: tx)
                    return true
                }
                if dead { throw error }
            } catch let error as TokenError {
                if case .configuration(let error) = error {
                    logger.error(
                        "provider refuses the app's credentials",
                        metadata: [
                            "tenant.id": .string(tenant), "provider": .string(connection.provider.rawValue),
                            "oauth.error": .string(error),
                        ])
                }
                if error == .accountMismatch {
                    logger.error(
                        "provider answered a refresh with another account's identity; the grant is kept as it was",
                        metadata: [
                            "tenant.id": .string(tenant), "connection.id": .string(id),
                            "provider": .string(connection.provider.rawValue),
                        ])
                }
                throw error
            }
        }
        throw last ?? TokenError.malformed
    }

    /// - Parameter began: when the provider was asked.
    private func store(
        _ grant: TokenGrant, for connection: Connection, began: Timestamp
    ) async throws -> Connection {
        let sealer = try await tenantKeys.sealer(for: connection.tenant)
        let provider = providers.provider(connection.provider)
        let now = clock.now
        return try await database.write { tx in
            // Other changes of the row are kept. Only a newer grant is worth more than this one.
            let present = try ConnectionStore.find(connection.tenant, connection.id, user: nil, in: tx)
            var row = connection
            if let present, present.sealedRefreshToken == connection.sealedRefreshToken { row = present }
            let former = row.status
            if row.provider == .google, let subject = row.subject,
                try RevocationStore.mayHaveKilled(
                    GoogleGrant(clientID: row.clientID, subject: subject), began: began, at: now, in: tx)
            {
                throw Problem(
                    .conflict, "The account was disconnected at the provider meanwhile; try again.", action: .wait,
                    retryAfter: 15)
            }
            if let token = grant.refreshToken {
                row.sealedRefreshToken = try sealer.seal(token, column: .refreshToken, row: row.id)
            }
            if let scopes = grant.scopes {
                row.scopes = scopes
                row.missingScopes = provider.missingScopes(in: scopes)
            }
            if row.status != .deleting { row.status = row.missingScopes.isEmpty ? .active : .missingScope }
            row.refreshedAt = now
            if let ttl = grant.refreshExpiresIn { row.refreshExpiresAt = now.adding(seconds: Double(ttl)) }
            // A newer grant was stored meanwhile and is kept.
            _ = try ConnectionStore.saveRefreshed(row, from: former, copies: self.copies, at: now, in: tx)
            return try ConnectionStore.find(row.tenant, row.id, user: nil, in: tx) ?? row
        }
    }

    /// A call with the grant succeeded at Meeting BaaS: an administrator's block of it has ended. A fault here is logged
    /// and does not undo the call; the next one, or the next probe, notes it.
    func noteUsed(_ connection: Connection) async {
        guard connection.status == .blocked else { return }
        let now = clock.now
        do {
            try await database.write { tx in
                var row = connection
                row.status = .active
                // Not if a newer status was stored meanwhile.
                _ = try ConnectionStore.saveRefreshed(row, from: .blocked, copies: self.copies, at: now, in: tx)
            }
        } catch {
            logger.warning(
                "a connection stays blocked although it works",
                metadata: ["connection.id": .string(connection.id), "error": "\(type(of: error))"])
        }
    }
}
