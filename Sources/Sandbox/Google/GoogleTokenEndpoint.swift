import Synchronization

/// `POST /token` and `POST /revoke`, with the errors of facts 1.7.
struct GoogleTokenEndpoint: Sendable {
    let tokens: GoogleTokens

    func token(_ call: Call) -> Reply {
        let request: TokenRequest
        do {
            request = try TokenRequest(call)
        } catch {
            return Google.error(400, "invalid_request", error.reason)
        }
        guard let clientID = request.clientID, !clientID.isEmpty else {
            return Google.error(400, "invalid_request", "Could not determine client ID from request.")
        }
        guard let secret = request.clientSecret, !secret.isEmpty else {
            return Google.error(400, "invalid_request", "client_secret is missing.")
        }
        return tokens.state.withLock { state in
            guard state.secrets.accepts(clientID, secret) else {
                return Google.error(401, "invalid_client", "The provided client secret is invalid.")
            }
            switch request["grant_type"] {
            case "authorization_code": return GoogleTokenEndpoint.redeem(request, clientID, &state)
            case "refresh_token": return GoogleTokenEndpoint.refresh(request, clientID, &state)
            case nil: return Google.error(400, "invalid_request", "Missing required parameter: grant_type")
            case .some(let type):
                return Google.error(400, "unsupported_grant_type", "Invalid grant_type: \(type)")
            }
        }
    }

    private static func redeem(_ request: TokenRequest, _ clientID: String, _ state: inout GoogleTokens.State) -> Reply
    {
        guard let text = request["code"] else {
            return Google.error(400, "invalid_request", "Missing required parameter: code")
        }
        guard let code = state.codes[text], !code.expired else {
            state.codes[text] = nil
            return Google.error(400, "invalid_grant", "Malformed auth code.")
        }
        guard code.clientID == clientID else { return Google.error(400, "invalid_grant", "Bad Request") }
        guard request.fields["redirect_uri"] ?? "" == code.redirectURI else {
            return Google.error(400, "redirect_uri_mismatch", "Bad Request")
        }
        // A code is good for one try with the right client, whether or not the verifier fits.
        state.codes[text] = nil
        switch (code.challenge, request["code_verifier"]) {
        case (.some, nil): return Google.error(400, "invalid_grant", "Missing code verifier.")
        case (nil, .some): return Google.error(400, "invalid_grant", "code_verifier or verifier is not needed.")
        case (.some(let challenge), .some(let verifier)) where !PKCE.fits(verifier, challenge):
            return Google.error(400, "invalid_grant", "Invalid code verifier.")
        default: break
        }
        var answer = reply(code.scopes, clientID, code.email, code.nonce, &state)
        let isWithheld = state.behaviour.withheld.remove(code.email) != nil
        if code.offline, !isWithheld { answer["refresh_token"] = .string(state.issueRefreshToken(code)) }
        return Google.success(answer)
    }

    private static func refresh(_ request: TokenRequest, _ clientID: String, _ state: inout GoogleTokens.State) -> Reply
    {
        guard let token = request["refresh_token"] else {
            return Google.error(400, "invalid_request", "Missing required parameter: refresh_token")
        }
        guard let grant = state.grants[token], !grant.revoked else {
            return Google.error(400, "invalid_grant", "Token has been expired or revoked.")
        }
        guard grant.clientID == clientID else { return Google.error(401, "unauthorized_client", "Unauthorized") }
        if let scope = request["scope"], !Set(scope.split(separator: " ").map { String($0) }).isSubset(of: grant.scopes)
        {
            return Google.error(400, "invalid_scope", "Some requested scopes were invalid.")
        }
        guard !state.behaviour.blocked.contains(grant.email) else {
            return Google.error(400, "admin_policy_enforced", "Access was blocked by an administrator.")
        }
        let account = state.behaviour.foreign.removeValue(forKey: grant.email) ?? grant.email
        // No refresh token in the reply: Google's does not rotate (facts 1.4).
        return Google.success(reply(grant.scopes, clientID, account, nil, &state))
    }

    private static func reply(
        _ scopes: [String], _ clientID: String, _ email: String, _ nonce: String?, _ state: inout GoogleTokens.State
    ) -> [String: JSON] {
        var answer: [String: JSON] = [
            "access_token": .string(state.issueAccessToken(clientID, email)),
            "expires_in": 3599, "token_type": "Bearer", "scope": .string(Google.granted(scopes)),
        ]
        if scopes.contains("openid") {
            answer["id_token"] = .string(Google.idToken(clientID, email, scopes: scopes, nonce: nonce))
        }
        return answer
    }

    func revoke(_ call: Call) -> Reply {
        let form = call.mediaType == "application/x-www-form-urlencoded" ? call.formPairs : []
        guard let token = form.first(where: { $0.name == "token" })?.value ?? call.query("token"), !token.isEmpty else {
            return Google.error(400, "invalid_request", "Missing required parameter: token")
        }
        guard tokens.revoke(token) else { return Google.error(400, "invalid_token", "Token expired or revoked") }
        return .json(200, [:])
    }
}
