import Synchronization

/// The fake of login.microsoftonline.com.
enum Microsoft {
    static func origin(_ tokens: MicrosoftTokens) -> Origin {
        let consent = MicrosoftConsent(tokens: tokens)
        let endpoint = MicrosoftTokenEndpoint(tokens: tokens)
        var api = Routes()
        api.on("GET", "/:tenant/oauth2/v2.0/authorize") { consent.show($0) }
        api.on("POST", "/:tenant/oauth2/v2.0/authorize") { consent.decide($0) }
        api.on("POST", "/:tenant/oauth2/v2.0/token") { endpoint.token($0) }
        var control = Routes()
        control.on("GET", "/") { _ in .text(200, "Meeting Gateway sandbox: a stand-in of login.microsoftonline.com.\n")
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
        KnownGrants.control(&control, scope: "openid profile email offline_access User.Read Calendars.Read") {
            token, grant in
            tokens.state.withLock { $0.grants[token] = grant }
        }
        Behaviour.control(&control) { change in tokens.state.withLock { change(&$0.behaviour) } }
        return Origin(
            api: api, control: control, records: { $0.path.hasSuffix("/token") },
            unknown: { _ in error(404, "invalid_request", 900561, "The endpoint does not exist or not for this method.")
            })
    }

    /// A code without a page; `tenant` (default `common`), `scope`, `redirect_uri` and `nonce` as the caller says, and `code`,
    /// its text.
    private static func nativeCode(_ call: Call, _ tokens: MicrosoftTokens) -> Reply {
        let body = JSON.parse(call.body)
        let tenant = body?["tenant"]?.string ?? "common"
        guard let clientID = body?["client_id"]?.string, let email = ConsentPage.address(body?["email"]?.string),
            let directory = MicrosoftTokens.directory(of: email, at: tenant)
        else { return .json(400, ["error": "client_id and email are missing, or the tenant does not fit"]) }
        let scope = body?["scope"]?.string ?? "openid profile email offline_access User.Read Calendars.Read"
        let scopes = scope.split(separator: " ").map { String($0) }
        let code = PendingCode(
            clientID: clientID, redirectURI: body?["redirect_uri"]?.string ?? "", email: email, scopes: scopes,
            challenge: body?["code_challenge"]?.string, nonce: body?["nonce"]?.string,
            offline: scopes.contains("offline_access"), tenant: tenant, directory: directory, issuedAt: .now)
        return .json(201, ["code": .string(tokens.issueCode(code, text: body?["code"]?.string))])
    }

    private static let graph = "https://graph.microsoft.com/"
    private static let identity: Set<String> = ["openid", "profile", "email", "offline_access"]

    /// Graph's scopes without their resource.
    static func short(_ scopes: [String]) -> [String] {
        scopes.map { $0.hasPrefix(graph) ? String($0.dropFirst(graph.count)) : $0 }
    }

    /// The error in a scope list, or nil. Bare names are Graph's; others begin with their resource's URI.
    static func problem(inScopes scopes: [String]) -> String? {
        for scope in scopes
        where !identity.contains(scope) && !scope.hasPrefix("https://") && !scope.hasPrefix("api://") {
            guard scope.contains("."), scope.allSatisfy({ $0.isLetter || $0 == "." || $0 == "-" }) else {
                return "AADSTS70011: The provided value for the input parameter 'scope' is not valid: \(scope)"
            }
        }
        return nil
    }

    /// The token endpoint's scope rules: one resource (AADSTS700022), and nothing that was not consented to.
    static func refuse(scope: String?, granted: [String]) -> Reply? {
        guard let scope else { return nil }
        let scopes = scope.split(separator: " ").map { String($0) }
        if let problem = problem(inScopes: scopes) { return error(400, "invalid_scope", 70011, problem) }
        let resources = Set(
            scopes.filter { !identity.contains($0) }.map { scope in
                scope.contains("://")
                    ? scope.split(separator: "/").prefix(2).joined(separator: "//") : "https://graph.microsoft.com"
            })
        guard resources.count < 2 else {
            let text =
                "The provided value for the input parameter scope is not valid because it contains more than one resource."
            return error(400, "invalid_scope", 700022, text)
        }
        let allowed = Set(short(granted).map { $0.lowercased() })
        guard Set(short(scopes).map { $0.lowercased() }).isSubset(of: allowed) else {
            let text = "The user or administrator has not consented to use the application."
            return error(400, "invalid_grant", 65001, text, suberror: "consent_required")
        }
        return nil
    }

    static func idToken(_ grant: Grant, nonce: String?) -> String {
        let now = Moment.now.seconds
        var claims: [String: JSON] = [
            // The real issuer, whatever the port (facts 1.10).
            "iss": .string("https://login.microsoftonline.com/\(grant.directory)/v2.0"),
            "aud": .string(grant.clientID), "ver": "2.0", "iat": .integer(now), "nbf": .integer(now),
            "exp": .integer(now + 3600), "tid": .string(grant.directory),
            "oid": .string(Identifiers.uuid(from: "oid", grant.directory, grant.email)),
            // Pairwise: another app sees another subject (facts 1.13).
            "sub": .string(Identifiers.opaque(from: "sub", grant.clientID, grant.directory, grant.email)),
            "rh": .string(Identifiers.random(24)), "uti": .string(Identifiers.random(22)),
        ]
        if grant.scopes.contains("profile") {
            claims["preferred_username"] = .string(grant.email)
            claims["name"] = .string(People.name(of: grant.email))
        }
        if grant.scopes.contains("email") { claims["email"] = .string(grant.email) }
        if let nonce { claims["nonce"] = .string(nonce) }
        return IDToken.encode(.object(claims))
    }

    static func missing(_ name: String) -> Reply {
        error(400, "invalid_request", 900144, "The request body must contain the following parameter: '\(name)'.")
    }

    /// The error document of facts 1.10. `number` is the AADSTS number.
    static func error(_ status: Int, _ code: String, _ number: Int, _ text: String, suberror: String? = nil) -> Reply {
        let trace = Identifiers.uuid()
        let correlation = Identifiers.uuid()
        let time = Moment.now.text.prefix(19).split(separator: "T").joined(separator: " ") + "Z"
        let sentence = text.hasPrefix("AADSTS") ? text : "AADSTS\(number): \(text)"
        var body: [String: JSON] = [
            "error": .string(code),
            "error_description": .string(
                "\(sentence) Trace ID: \(trace) Correlation ID: \(correlation) Timestamp: \(time)"),
            "error_codes": [.integer(number)], "timestamp": .string(time), "trace_id": .string(trace),
            "correlation_id": .string(correlation),
            "error_uri": .string("https://login.microsoftonline.com/error?code=\(number)"),
        ]
        if let suberror { body["suberror"] = .string(suberror) }
        return .json(status, .object(body), headers: [("cache-control", "no-store")])
    }
}
