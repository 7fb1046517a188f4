public import HTTPTransport
import HTTPTypes
import JSONValue
public import Sealing

/// The tokens that a token endpoint has granted.
public struct TokenGrant: Sendable {
    public let accessToken: SecretBytes
    /// Absent when the provider keeps the old one in force (Google's refresh).
    public let refreshToken: SecretBytes?
    /// Canonical spelling; nil when the reply did not say, which means: as asked (RFC 6749 section 5.1).
    public let scopes: [String]?
    public let idToken: IDToken?
    /// The lifetime of the refresh token in seconds, if the provider gives it.
    public let refreshExpiresIn: Int?

    /// The same with the refresh token that stays in force.
    public func keeping(_ token: SecretBytes) -> TokenGrant {
        TokenGrant(
            accessToken: accessToken, refreshToken: token, scopes: scopes, idToken: idToken,
            refreshExpiresIn: refreshExpiresIn)
    }
}

/// The token and revocation endpoints of one provider. Each call takes at most 10 s and reads at most 64 KiB.
public struct TokenEndpoint: Sendable {
    private let provider: any Provider
    private let http: HTTPExchange
    private let observe: @Sendable (Call, TokenError?, Duration) -> Void

    public enum Call: String, Sendable, CaseIterable { case exchange, refresh, revoke }

    /// - Parameter observe: called after each call with its error and its duration.
    public init(
        provider: any Provider, http: HTTPExchange,
        observe: @escaping @Sendable (Call, TokenError?, Duration) -> Void = { _, _, _ in }
    ) {
        self.provider = provider
        self.http = http
        self.observe = observe
    }

    private func observed<T>(_ call: Call, _ body: () async throws -> T) async throws -> T {
        let started = ContinuousClock.now
        do {
            let value = try await body()
            observe(call, nil, .now - started)
            return value
        } catch let error as TokenError {
            observe(call, error, .now - started)
            throw error
        }
    }

    /// Exchanges an authorization code (RFC 6749 section 4.1.3), at the directory it was asked at.
    /// - Throws: `TokenError`.
    public func exchange(
        code: SecretBytes, verifier: SecretBytes?, redirectURI: String, client: ClientCredentials
    ) async throws -> TokenGrant {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code.revealText()), ("redirect_uri", redirectURI),
            ("client_id", client.id), ("client_secret", client.secret.revealText()),
        ]
        if let verifier { fields.append(("code_verifier", verifier.revealText())) }
        let form = fields
        return try await observed(.exchange) { try await ask(form, directory: client.directory, grant: .code) }
    }

    /// Refreshes (RFC 6749 section 6).
    /// - Parameters:
    ///   - directory: the account's own directory when known, else the client's.
    ///   - subject: the account that the token belongs to; nil when it is not known yet. A reply whose ID token names
    ///     another account, issuer or client is refused (OIDC Core 12.2).
    /// - Throws: `TokenError`.
    public func refresh(
        _ refreshToken: SecretBytes, client: ClientCredentials, directory: String?, subject: String?
    ) async throws -> TokenGrant {
        let fields = [
            ("grant_type", "refresh_token"), ("refresh_token", refreshToken.revealText()),
            ("client_id", client.id), ("client_secret", client.secret.revealText()),
        ]
        return try await observed(.refresh) {
            let grant = try await ask(fields, directory: directory ?? client.directory, grant: .refreshToken)
            if let subject, let token = grant.idToken { try check(token, of: subject, client) }
            return grant
        }
    }

    private func check(_ token: IDToken, of subject: String, _ client: ClientCredentials) throws(TokenError) {
        do {
            try token.checkAudience(client.id)
            guard try provider.identity(of: token).subject == subject else { throw TokenError.accountMismatch }
        } catch {
            throw .accountMismatch
        }
    }

    /// Revokes at the provider. A token that is already dead counts as revoked (RFC 7009 section 2.2).
    /// - Throws: `TokenError` when it may still live.
    public func revoke(_ token: SecretBytes) async throws {
        guard let url = provider.revokeURL else { return }
        try await observed(.revoke) { try await revoke(token, at: url) }
    }

    private func revoke(_ token: SecretBytes, at url: String) async throws {
        let reply = try await post(url, [("token", token.revealText())])
        if reply.status == 200 { return }
        if reply.status == 400, let error = (try? JSON.parse(reply.body, lenient: true))?["error"]?.stringValue,
            error == "invalid_token" || error == "invalid_grant"
        {
            return
        }
        throw TokenError(
            status: reply.status, body: reply.body, retryAfter: reply.header("Retry-After"), grant: .refreshToken)
    }

    private func ask(_ fields: [(String, String)], directory: String, grant: TokenError.Grant) async throws
        -> TokenGrant
    {
        var fields = fields
        if provider.sendsScopeToTokenEndpoint { fields.append(("scope", provider.scopes.joined(separator: " "))) }
        let reply = try await post(provider.tokenURL(directory: directory), fields)
        guard reply.status == 200 else {
            throw TokenError(
                status: reply.status, body: reply.body, retryAfter: reply.header("Retry-After"), grant: grant)
        }
        guard let json = try? JSON.parse(reply.body, lenient: true),
            let access = json["access_token"]?.stringValue, !access.isEmpty
        else { throw TokenError.malformed }
        var idToken: IDToken?
        if let compact = json["id_token"]?.stringValue {
            guard let token = try? IDToken(compact) else { throw TokenError.malformed }
            idToken = token
        }
        let refresh = json["refresh_token"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        return TokenGrant(
            accessToken: SecretBytes(access), refreshToken: refresh.map { SecretBytes($0) },
            scopes: json["scope"]?.stringValue.map { scopes in
                scopes.split(separator: " ").map { provider.canonicalScope(String($0)) }
            },
            idToken: idToken, refreshExpiresIn: json["refresh_token_expires_in"]?.intValue)
    }

    private func post(_ url: String, _ fields: [(String, String)]) async throws -> HTTPExchange.Reply {
        do {
            return try await http.send(
                .post, url,
                headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
                body: Array(Form.encode(fields).utf8), limit: .seconds(10), maximum: 65_536)
        } catch let error as TransportError {
            throw TokenError.network(error)
        }
    }
}
