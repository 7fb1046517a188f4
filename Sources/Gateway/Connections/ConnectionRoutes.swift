import HTTPTypes
import Hummingbird
import JSONValue
import OAuth
import Sealing
import SQL

struct ConnectionRoutes: Sendable {
    let database: any Database
    let clock: GatewayClock
    let consents: ConsentFlow
    let grants: GrantLinking
    let imports: TokenImport
    let providers: Providers
    let deletion: ConnectionDeletion

    func add(to routes: inout RouteList) {
        routes.caller(.post, "/api/v1/connections", .connectionsWrite, create)
        routes.caller(.post, "/api/v1/connections/exchange", .connectionsWrite, exchange)
        routes.key(.post, "/api/v1/connections/import", .connectionsImport, importToken)
        routes.caller(.get, "/api/v1/connections", .connectionsRead, list)
        routes.caller(.get, "/api/v1/connections/{id}", .connectionsRead, get)
        routes.caller(.delete, "/api/v1/connections/{id}", .connectionsWrite, delete)
        routes.caller(.post, "/api/v1/connections/{id}/complete", .connectionsWrite, complete)
        routes.caller(.post, "/api/v1/connections/{id}/reconnect", .connectionsWrite, reconnect)
    }

    @Sendable private func create(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let provider = fields.choice("provider", required: true, ProviderName.self) ?? .google
        let returnURL = fields.string("return_url", required: true, length: 1...2000) ?? ""
        let named = fields.string("user_id", length: 1...255, rule: .userID)
        let hint = fields.string("login_hint", length: 1...320)
        try fields.validate()
        let started = try await consents.start(
            caller: caller, user: try caller.user(named: named), provider: provider, returnURL: returnURL,
            loginHint: hint, reply: { Self.started($0, status: .created) })
        return Self.started(started, status: .created).response
    }

    @Sendable private func reconnect(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response
    {
        var fields = try await BodyValidator.read(request)
        let returnURL = fields.string("return_url", required: true, length: 1...2000) ?? ""
        try fields.validate()
        let connection = try await database.connection(caller, try path("id"))
        IdempotencyClaim.current?.concern(user: connection.user)
        guard connection.status != .deleting, connection.status != .pending else {
            throw Problem(.conflict, "The connection is \(connection.status.rawValue).", action: .user)
        }
        let started = try await consents.start(
            caller: caller, user: connection.user, provider: connection.provider, returnURL: returnURL,
            loginHint: connection.email, existing: connection, reply: { Self.started($0, status: .ok) })
        return Self.started(started, status: .ok).response
    }

    private static func started(_ started: ConsentFlow.Started, status: HTTPResponse.Status) -> BufferedResponse {
        .json(
            status,
            [
                "id": .string(started.connection), "status": "pending",
                "authorize_url": .string(started.authorizeURL), "expires_at": .string("\(started.expiresAt)"),
            ])
    }

    @Sendable private func complete(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let ticket = fields.string("ticket", required: true, length: 1...200) ?? ""
        let named = fields.string("user_id", length: 1...255, rule: .userID)
        try fields.validate()
        let connection = try await consents.complete(
            caller: caller, user: try caller.user(named: named), connection: try path("id"), ticket: ticket)
        return .json(.ok, connection.json)
    }

    /// A native app's server auth code: the app ran the consent itself, with this tenant's client.
    @Sendable private func exchange(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        var fields = try await BodyValidator.read(request)
        let provider = fields.choice("provider", required: true, ProviderName.self) ?? .google
        let code = fields.string("code", required: true, length: 1...4096) ?? ""
        let redirect = fields.string("redirect_uri", length: 0...2000) ?? ""
        let verifier = fields.string("code_verifier", length: 43...128)
        let nonce = fields.string("nonce", length: 1...500)
        let named = fields.string("user_id", length: 1...255, rule: .userID)
        let isOurs = redirect.hasPrefix("\(consents.publicURL)/oauth/callback/")
        if !redirect.isEmpty, isOurs || !ReturnURL.matches(redirect, listed: caller.tenant.settings.returnURLs) {
            fields.fail("redirect_uri", "must be empty or among the tenant's return_urls, and never the gateway's own")
        }
        try fields.validate()
        let user = try caller.user(named: named)
        let admission = try await database.admit(caller, user: user, app: provider, at: clock.now)
        let client = try await consents.client(caller.tenant.id, provider)
        let origin = GrantLinking.Origin(
            tenant: caller.tenant.id, user: user, provider: provider, clientID: client.id, admission: admission,
            nonce: nonce, answers: .created)
        let connection = try await grants.obtain(origin) {
            try await providers.endpoint(provider).exchange(
                code: SecretBytes(code), verifier: verifier.map { SecretBytes($0) }, redirectURI: redirect,
                client: client)
        }
        return .json(.created, connection.json)
    }

    @Sendable private func importToken(_ request: Request, _ caller: Caller, _ path: PathValues) async throws
        -> Response
    {
        var fields = try await BodyValidator.read(request)
        let provider = fields.choice("provider", required: true, ProviderName.self) ?? .google
        let named = fields.string("user_id", length: 1...255, rule: .userID)
        let token = fields.string("refresh_token", required: true, length: 1...8192, rule: .visible) ?? ""
        try fields.validate()
        let connection = try await imports.connection(
            token, of: try caller.user(named: named), provider, for: caller, place: "/refresh_token",
            answering: .created)
        return .json(.created, connection.json)
    }

    @Sendable private func list(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let list = try ListQuery(request, caller)
        let found = try await database.read { tx in
            try ConnectionStore.list(
                caller.tenant.id, user: list.user, after: list.cursor, limit: list.limit + 1, in: tx)
        }
        return .json(.ok, list.page(found, id: \.id, json: \.json))
    }

    @Sendable private func get(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        .json(.ok, try await database.connection(caller, try path("id")).json)
    }

    @Sendable private func delete(_ request: Request, _ caller: Caller, _ path: PathValues) async throws -> Response {
        let id = try path("id")
        let now = clock.now
        let deletion = self.deletion
        let (connection, revocation) = try await database.write(as: caller, at: now) { tx in
            let connection = try ConnectionStore.find(caller, id, in: tx)
            let settings = caller.tenant.settings
            return (connection, try deletion.begin(connection, settings: settings, at: now, in: tx))
        }
        var out: JSON.Members = [
            "id": .string(id), "status": "deleting", "provider_revocation": .string(revocation.rawValue),
        ]
        if let url = providers.provider(connection.provider).userActionURL { out["user_action_url"] = .string(url) }
        return .json(.accepted, .object(out))
    }
}
