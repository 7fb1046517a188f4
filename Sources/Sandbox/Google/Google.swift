import Synchronization

/// The fake of Google's authorization server: accounts.google.com and oauth2.googleapis.com in one origin.
enum Google {
    /// Always the real issuer, whatever the port: clients check it against the constant.
    static let issuer = "https://accounts.google.com"

    static func origin(_ tokens: GoogleTokens) -> Origin {
        let consent = GoogleConsent(tokens: tokens)
        let endpoint = GoogleTokenEndpoint(tokens: tokens)
        var api = Routes()
        api.on("GET", "/o/oauth2/v2/auth") { consent.show($0) }
        api.on("POST", "/o/oauth2/v2/auth") { consent.decide($0) }
        api.on("POST", "/token") { endpoint.token($0) }
        api.on("POST", "/revoke") { endpoint.revoke($0) }
        var control = Routes()
        control.on("GET", "/") { _ in
            .text(200, "Meeting Gateway sandbox: a stand-in of Google's OAuth 2.0 endpoints.\n")
        }
        control.on("POST", "/_sandbox/revoke") { call in
            guard let email = ConsentPage.address(JSON.parse(call.body)?["email"]?.string) else {
                return .json(400, ["error": "email is missing"])
            }
            return .json(200, ["revoked": .integer(tokens.revokeAll(of: email))])
        }
        control.on("POST", "/_sandbox/codes") { nativeCode($0, tokens) }
        control.on("POST", "/_sandbox/clients") { call in
            let body = JSON.parse(call.body)
            guard let id = body?["client_id"]?.string, let secret = body?["client_secret"]?.string else {
                return .json(400, ["error": "client_id and client_secret are missing"])
            }
            let overlap = body?["overlap"]?.bool ?? false
            tokens.state.withLock { $0.secrets.set(id, secret, overlap: overlap) }
            return .json(200, ["client_id": .string(id)])
        }
        control.on("GET", "/_sandbox/grants") { _ in .json(200, ["data": .array(tokens.liveGrants)]) }
        KnownGrants.control(&control, scope: "openid email https://www.googleapis.com/auth/calendar.readonly") {
            token, grant in
            tokens.state.withLock { state in
                state.grants[token] = grant
                state.order.append(token)
            }
        }
        Behaviour.control(&control) { change in tokens.state.withLock { change(&$0.behaviour) } }
        return Origin(
            api: api, control: control, records: { ["/token", "/revoke"].contains($0.path) },
            unknown: { _ in
                let content = GoogleAssets.notFoundHTML
                return .html(404, Page.shell(title: "Error 404", accent: GoogleConsent.accent, content: content))
            })
    }

    /// A code as a native SDK's server auth code flow yields it: no page, no PKCE, usually an empty redirect URI.
    private static func nativeCode(_ call: Call, _ tokens: GoogleTokens) -> Reply {
        let body = JSON.parse(call.body)
        guard let clientID = body?["client_id"]?.string, let email = ConsentPage.address(body?["email"]?.string) else {
            return .json(400, ["error": "client_id and email are missing"])
        }
        let scopes = body?["scope"]?.string?.split(separator: " ").map { String($0) }
        let code = PendingCode(
            clientID: clientID, redirectURI: body?["redirect_uri"]?.string ?? "", email: email,
            scopes: scopes ?? ["openid", "email", "https://www.googleapis.com/auth/calendar.readonly"],
            challenge: body?["code_challenge"]?.string, nonce: body?["nonce"]?.string, offline: true, tenant: "",
            directory: "", issuedAt: .now)
        return .json(201, ["code": .string(tokens.issueCode(code))])
    }

    /// The granted scopes as Google writes them: aliases in full, in any order (facts 1.4).
    static func granted(_ scopes: [String]) -> String {
        let full = scopes.map { scope in
            switch scope {
            case "email", "profile": "https://www.googleapis.com/auth/userinfo." + scope
            default: scope
            }
        }
        return Set(full).shuffled().joined(separator: " ")
    }

    static func idToken(_ clientID: String, _ email: String, scopes: [String], nonce: String?) -> String {
        let now = Moment.now.seconds
        var claims: [String: JSON] = [
            "iss": .string(issuer), "aud": .string(clientID), "azp": .string(clientID),
            "sub": .string(GoogleTokens.subject(email)), "iat": .integer(now), "exp": .integer(now + 3600),
            "at_hash": .string(Identifiers.random(22)),
        ]
        let address = "https://www.googleapis.com/auth/userinfo.email"
        if scopes.contains("email") || scopes.contains(address) {
            claims["email"] = .string(email)
            claims["email_verified"] = true
        }
        if let nonce { claims["nonce"] = .string(nonce) }
        return IDToken.encode(.object(claims))
    }

    static func error(_ status: Int, _ code: String, _ description: String) -> Reply {
        .json(
            status, ["error": .string(code), "error_description": .string(description)],
            headers: [("cache-control", "no-store")])
    }

    static func success(_ answer: [String: JSON]) -> Reply {
        .json(200, .object(answer), headers: [("cache-control", "no-store"), ("pragma", "no-cache")])
    }
}
