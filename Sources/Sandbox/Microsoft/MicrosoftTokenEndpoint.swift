import Synchronization

/// `POST /{tenant}/oauth2/v2.0/token`, with the errors of facts 1.10.
struct MicrosoftTokenEndpoint: Sendable {
    let tokens: MicrosoftTokens

    func token(_ call: Call) -> Reply {
        let request: TokenRequest
        do {
            request = try TokenRequest(call)
        } catch {
            return Microsoft.error(400, "invalid_request", 900144, error.reason)
        }
        let segment = call.parameter("tenant")
        guard MicrosoftTokens.isSegment(segment) else {
            return Microsoft.error(400, "invalid_request", 90002, "Tenant '\(segment)' not found.")
        }
        guard call.headers["origin"] == nil else {
            let text = "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type."
            return Microsoft.error(400, "invalid_request", 9_002_326, text)
        }
        guard request["resource"] == nil else {
            return Microsoft.error(400, "invalid_request", 901002, "The 'resource' request parameter is not supported.")
        }
        guard let clientID = request.clientID, !clientID.isEmpty else {
            return Microsoft.missing("client_id")
        }
        guard let secret = request.clientSecret, !secret.isEmpty else {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            return Microsoft.error(401, "invalid_client", 7_000_218, text)
        }
        return tokens.state.withLock { state in
            guard state.secrets.accepts(clientID, secret) else {
                let text = "Invalid client secret provided. Ensure the secret being sent is the client secret value."
                return Microsoft.error(401, "invalid_client", 7_000_215, text)
            }
            switch request["grant_type"] {
            case "authorization_code": return MicrosoftTokenEndpoint.redeem(request, clientID, segment, &state)
            case "refresh_token": return MicrosoftTokenEndpoint.refresh(request, clientID, segment, &state)
            case nil: return Microsoft.missing("grant_type")
            case .some(let type):
                let text = "The app requested an unsupported grant type '\(type)'."
                return Microsoft.error(400, "unsupported_grant_type", 70003, text)
            }
        }
    }

    private static func redeem(
        _ request: TokenRequest, _ clientID: String, _ segment: String, _ state: inout MicrosoftTokens.State
    ) -> Reply {
        guard let text = request["code"] else { return Microsoft.missing("code") }
        if state.spent.contains(text) {
            let reason = "OAuth2 Authorization code was already redeemed, please retry with a new valid code."
            return Microsoft.error(400, "invalid_grant", 54005, reason)
        }
        guard let code = state.codes[text], code.clientID == clientID else {
            let reason = "The provided value for the 'code' parameter is not valid."
            return Microsoft.error(400, "invalid_grant", 70000, reason)
        }
        guard !code.expired else {
            return Microsoft.error(400, "invalid_grant", 70008, "The provided authorization code has expired.")
        }
        guard segment == code.tenant else {
            let reason = "The provided Authorization Code is intended to use against other tenant, thus rejected."
            return Microsoft.error(400, "invalid_grant", 700005, reason)
        }
        guard request.fields["redirect_uri"] ?? "" == code.redirectURI else {
            let reason = "The reply address does not match the reply address provided when requesting the code."
            return Microsoft.error(400, "invalid_grant", 500112, reason)
        }
        state.codes[text] = nil
        state.spent.insert(text)
        if let challenge = code.challenge {
            guard let verifier = request["code_verifier"], PKCE.fits(verifier, challenge) else {
                let reason =
                    "The Code_Verifier does not match the code_challenge supplied in the authorization request."
                return Microsoft.error(400, "invalid_grant", 501481, reason)
            }
        }
        if let refusal = Microsoft.refuse(scope: request["scope"], granted: code.scopes) { return refusal }
        let grant = Grant(
            clientID: clientID, email: code.email, scopes: code.scopes, tenant: code.tenant, directory: code.directory)
        let isWithheld = state.behaviour.withheld.remove(code.email) != nil
        return answer(grant, nonce: code.nonce, offline: code.offline && !isWithheld, &state)
    }

    private static func refresh(
        _ request: TokenRequest, _ clientID: String, _ segment: String, _ state: inout MicrosoftTokens.State
    ) -> Reply {
        guard let token = request["refresh_token"] else { return Microsoft.missing("refresh_token") }
        guard let grant = state.grants[token] else {
            let reason = "The provided value for the input parameter 'refresh_token' is not valid."
            return Microsoft.error(400, "invalid_grant", 70000, reason, suberror: "bad_token")
        }
        guard grant.clientID == clientID else {
            let reason = "The refresh token was issued to another client."
            return Microsoft.error(400, "invalid_grant", 70000, reason, suberror: "client_mismatch")
        }
        guard !grant.revoked else {
            let reason = "The provided grant has expired due to it being revoked, a fresh auth token is needed."
            return Microsoft.error(400, "invalid_grant", 50173, reason, suberror: "bad_token")
        }
        guard segment == grant.tenant || segment == grant.directory else {
            let reason = "The provided refresh token is intended to use against other tenant, thus rejected."
            return Microsoft.error(400, "invalid_grant", 700005, reason)
        }
        if let refusal = Microsoft.refuse(scope: request["scope"], granted: grant.scopes) { return refusal }
        guard !state.behaviour.blocked.contains(grant.email) else {
            let reason = "The signed in user is not assigned to a role for the application."
            return Microsoft.error(400, "access_denied", 50105, reason)
        }
        if let account = state.behaviour.foreign.removeValue(forKey: grant.email),
            let directory = MicrosoftTokens.directory(of: account, at: grant.tenant)
        {
            let other = Grant(
                clientID: clientID, email: account, scopes: grant.scopes, tenant: grant.tenant, directory: directory)
            return answer(other, nonce: nil, offline: true, &state)
        }
        return answer(grant, nonce: nil, offline: true, &state)
    }

    private static func answer(
        _ grant: Grant, nonce: String?, offline: Bool, _ state: inout MicrosoftTokens.State
    ) -> Reply {
        // Scopes come back short and without offline_access (facts 1.10).
        let scopes = Microsoft.short(grant.scopes).filter { $0 != "offline_access" }
        var answer: [String: JSON] = [
            "token_type": "Bearer", "scope": .string(scopes.joined(separator: " ")), "expires_in": 3599,
            "ext_expires_in": 3599, "access_token": .string("EwB" + Identifiers.random(200)),
        ]
        if offline { answer["refresh_token"] = .string(state.issueRefreshToken(grant)) }
        if grant.scopes.contains("openid") { answer["id_token"] = .string(Microsoft.idToken(grant, nonce: nonce)) }
        return .json(200, .object(answer), headers: [("cache-control", "no-store"), ("pragma", "no-cache")])
    }
}
