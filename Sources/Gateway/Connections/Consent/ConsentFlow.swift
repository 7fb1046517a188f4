import HTTPTransport
import HTTPTypes
import JSONValue
import OAuth
import Sealing
import SQL

/// The code flow, so that a consent is finished only by the user who began it
/// (draft-ietf-oauth-security-topics-update: cross-user session fixation).
///
/// `start` sends the browser to the provider. `callback` parks the code, sealed, and sends the browser on with a
/// ticket. `complete`, called with the user's own session, exchanges the code.
struct ConsentFlow: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let replica: Replica
    let clock: GatewayClock
    let providers: Providers
    let publicURL: String
    let grants: GrantLinking

    static let consentLife = 600.0
    static let ticketLife = 300.0

    struct Started: Sendable {
        let connection: String
        let authorizeURL: String
        let expiresAt: Timestamp
    }

    /// - Parameters:
    ///   - existing: the connection that is to be renewed; nil for a new one.
    ///   - reply: what the caller is answered, stored with its Idempotency-Key.
    func start(
        caller: Caller, user: String, provider name: ProviderName, returnURL: String, loginHint: String?,
        existing: Connection? = nil, reply: (@Sendable (Started) -> BufferedResponse)? = nil
    ) async throws -> Started {
        let tenant = caller.tenant
        guard ReturnURL.matches(returnURL, listed: tenant.settings.returnURLs) else {
            throw Problem.invalid("/return_url", "is not among the tenant's return_urls")
        }
        let client = try await client(tenant.id, name)
        let redirect = ProviderAppRoutes.redirectURI(publicURL, name, tenant.slug)
        let request = AuthorizationRequest(
            provider: providers.provider(name), client: client, redirectURI: redirect, loginHint: loginHint)
        let now = clock.now
        let id = existing?.id ?? Identifier.make(.connection)
        let digest = tenantKeys.digest(request.state, purpose: "state")
        let sealer = try await tenantKeys.sealer(for: tenant.id)
        let consent = Consent(
            stateDigest: digest, tenant: tenant.id, connection: id, user: user, provider: name, clientID: client.id,
            nonce: request.nonce,
            sealedVerifier: try sealer.seal(request.verifier, column: .consentVerifier, row: Hex.encode(digest)),
            returnURL: returnURL, isReconnect: existing != nil, status: .started, sealedCode: nil, resultID: nil,
            createdAt: now, expiresAt: now.adding(seconds: Self.consentLife))
        let started = Started(connection: id, authorizeURL: request.url, expiresAt: consent.expiresAt)
        let claim = IdempotencyClaim.current
        try await database.write(as: caller, at: now) { tx, admitted in
            if existing == nil {
                try ConnectionStore.insert(
                    Connection(
                        id: id, tenant: tenant.id, user: user, provider: name, status: .pending, subject: nil,
                        email: nil, clientID: client.id, directory: nil, scopes: [], missingScopes: [],
                        sealedRefreshToken: nil, refreshExpiresAt: nil, refreshedAt: nil, generation: 0,
                        createdAt: now, updatedAt: now), as: admitted, in: tx)
            }
            try ConsentStore.insert(consent, as: admitted, in: tx)
            if let reply { try claim?.store(reply(started), in: tx) }
        }
        if reply != nil { claim?.didStore() }
        return started
    }

    /// The parameters of the provider's redirect, each at most once.
    struct Callback: Sendable {
        let state: String
        let code: String?
        let error: String?
        let description: String?
        let issuer: String?
    }

    /// The digest by which a state is stored.
    func digest(ofState state: String) -> [UInt8] { tenantKeys.digest(state, purpose: "state") }

    /// - Returns: where the browser goes next.
    /// - Throws: `ConsentRefused` when the callback fits no consent; the browser then gets a page, never a redirect.
    func callback(_ given: Callback, provider name: ProviderName, slug: String) async throws -> String {
        let digest = digest(ofState: given.state)
        let now = clock.now
        let consent: Consent = try await database.write { tx in
            guard let tenant = try TenantStore.find(slug: slug, in: tx), tenant.status == .active,
                let consent = try ConsentStore.take(state: digest, tenant: tenant.id, name, at: now, in: tx)
            else { throw ConsentRefused() }
            return consent
        }
        // RFC 9207: another server's answer, or one that hides whose it is.
        if let issuer = providers.provider(name).callbackIssuer, given.issuer != issuer { throw ConsentRefused() }
        guard (given.code == nil) != (given.error == nil) else { throw ConsentRefused() }
        let fields: String
        if let code = given.code, !code.isEmpty {
            let ticket = Credential.make(.ticket)
            let sealer = try await tenantKeys.sealer(for: consent.tenant)
            let sealed = try sealer.seal(SecretBytes(code), column: .consentCode, row: Hex.encode(digest))
            let ticketDigest = tenantKeys.digest(ticket.text, purpose: "ticket")
            try await database.write { tx in
                try ConsentStore.storeCode(
                    state: digest, tenant: consent.tenant, sealedCode: sealed, ticket: ticketDigest,
                    until: now.adding(seconds: Self.ticketLife), in: tx)
            }
            fields = Form.encode([("connection_id", consent.connection), ("ticket", ticket.text)])
        } else {
            fields = Form.encode([("connection_id", consent.connection), ("error", Self.errorCode(given))])
        }
        return ReturnURL.adding(fields, to: consent.returnURL)
    }

    /// Exchanges the stored code, only for the user who began the consent.
    func complete(caller: Caller, user: String, connection id: String, ticket: String) async throws -> Connection {
        guard let credential = Credential(ticket, kind: .ticket) else { throw Self.badTicket }
        let ticketDigest = tenantKeys.digest(credential.text, purpose: "ticket")
        let now = clock.now
        let admitted = try await database.admit(caller, user: user, at: now)
        let owner = replica.owner
        let (taken, admission) = try await database.write { tx -> (Result<ClaimResult, Problem>, Admission) in
            var admission = admitted
            try admission.check(at: now, in: tx)
            let taken = try Self.take(
                caller.tenant.id, user: user, connection: id, ticket: ticketDigest, owner: owner, at: now, in: tx)
            if case .success(.code(let consent)) = taken {
                try admission.add(.app, consent.provider.rawValue, in: tx)
            }
            return (taken, admission)
        }
        switch try taken.get() {
        case .finished(let connection): return connection
        case .code(let consent): return try await exchange(consent, tenant: caller.tenant, admission)
        }
    }

    private enum ClaimResult: Sendable {
        case finished(Connection)
        case code(Consent)
    }

    /// One transaction decides who may have the code. A refusal is a value here, not an error: what it writes (a code
    /// destroyed) must stay.
    private static func take(
        _ tenant: String, user: String, connection id: String, ticket: [UInt8], owner: String?, at now: Timestamp,
        in tx: any Transaction
    ) throws -> Result<ClaimResult, Problem> {
        guard let (consent, until) = try ConsentStore.find(tenant, ticket: ticket, in: tx) else {
            let own = try ConnectionStore.find(tenant, id, user: user, in: tx)
            return .failure(own == nil ? .notFound : badTicket)
        }
        guard consent.user == user else {
            // Another user brought the ticket: one person began the consent and another person's browser finished it.
            if consent.status == .parked {
                try ConsentStore.end(tenant, state: consent.stateDigest, .void, result: nil, in: tx)
            }
            return .failure(.notFound)
        }
        guard consent.connection == id else { return .failure(.notFound) }
        switch consent.status {
        case .done:
            let result = try ConnectionStore.find(tenant, consent.resultID ?? "", user: user, in: tx)
            return result.map { .success(.finished($0)) } ?? .failure(.notFound)
        case .taken:
            return .failure(
                Problem(.conflict, "This ticket is being completed by another request.", action: .wait, retryAfter: 1))
        case .parked where until > now:
            guard try ConsentStore.takeCode(tenant, state: consent.stateDigest, owner: owner, in: tx) else {
                return .failure(badTicket)
            }
            return .success(.code(consent))
        case .parked, .started, .void:
            return .failure(badTicket)
        }
    }

    private func exchange(_ consent: Consent, tenant: Tenant, _ admission: Admission) async throws -> Connection {
        do {
            let client = try await client(consent.tenant, consent.provider)
            guard client.id == consent.clientID, let sealedCode = consent.sealedCode else { throw Self.badTicket }
            let sealer = try await tenantKeys.sealer(for: consent.tenant)
            let row = Hex.encode(consent.stateDigest)
            let origin = GrantLinking.Origin(
                tenant: consent.tenant, user: consent.user, provider: consent.provider, clientID: client.id,
                admission: admission, pendingID: consent.isReconnect ? nil : consent.connection,
                renewsID: consent.isReconnect ? consent.connection : nil, nonce: consent.nonce,
                state: consent.stateDigest, answers: .ok)
            return try await grants.obtain(origin) {
                try await providers.endpoint(consent.provider).exchange(
                    code: try sealer.open(sealedCode, column: .consentCode, row: row),
                    verifier: try sealer.open(consent.sealedVerifier, column: .consentVerifier, row: row),
                    redirectURI: ProviderAppRoutes.redirectURI(publicURL, consent.provider, tenant.slug),
                    client: client)
            }
        } catch {
            try await releaseClaim(consent, after: error)
            throw error
        }
    }

    /// A transient error, or one that the operator can repair within the ticket's lifetime, does not use the ticket up.
    private func releaseClaim(_ consent: Consent, after error: any Error) async throws {
        let keep: Bool
        switch error {
        case let error as TokenError:
            keep = error.isPassing || { if case .configuration = error { true } else { false } }()
        case let problem as Problem: keep = problem.code == .notConfigured
        case is SQLError, is CancellationError: keep = true
        default: keep = false
        }
        try await database.write { tx in
            if keep {
                try ConsentStore.release(consent.tenant, state: consent.stateDigest, in: tx)
            } else {
                try ConsentStore.end(consent.tenant, state: consent.stateDigest, .void, result: nil, in: tx)
            }
        }
    }

    /// The app's credentials, opened.
    func client(_ tenant: String, _ name: ProviderName) async throws -> ClientCredentials {
        try await ProviderClients(database: database, tenantKeys: tenantKeys).client(tenant, name)
    }

    private static func errorCode(_ given: Callback) -> String {
        // Microsoft answers `access_denied` for this too; only its number differs from that of a user's refusal (65004).
        let description = given.description ?? ""
        if ["AADSTS90094:", "AADSTS900941:", "AADSTS90095:"].contains(where: description.hasPrefix) {
            return "admin_consent_required"
        }
        return switch given.error {
        case "access_denied", "consent_required": "access_denied"
        case "temporarily_unavailable", "server_error", "rate_limit_exceeded": "temporarily_unavailable"
        default: "provider_error"
        }
    }

    static let badTicket = Problem(
        .ticketInvalid, "The ticket is unknown, used, or older than 300 seconds; start the consent again.",
        action: .user)
}

/// A callback that fits no consent.
struct ConsentRefused: Error {}
