import Synchronization

/// `GET` and `POST /o/oauth2/v2/auth`: Google's consent (developers.google.com/identity/protocols/oauth2/web-server).
struct GoogleConsent: Sendable {
    static let accent = "#1a5fc4"
    let tokens: GoogleTokens

    func show(_ call: Call) -> Reply {
        do {
            let request = try GoogleConsent.read(call)
            return .html(200, GoogleConsent.page(request, email: request.loginHint, problem: nil))
        } catch {
            return ConsentPage.fault(error, vendor: "Google", accent: GoogleConsent.accent)
        }
    }

    func decide(_ call: Call) -> Reply {
        let request: AuthorizeRequest
        do {
            request = try GoogleConsent.read(call)
        } catch {
            return ConsentPage.fault(error, vendor: "Google", accent: GoogleConsent.accent)
        }
        let form = Dictionary(call.formPairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        // Google advertises RFC 9207 and sends `iss` with errors as well.
        var answer = request.state.map { [("state", $0)] } ?? []
        answer.append(("iss", Google.issuer))
        if form["decision"] == "cancel" {
            return .redirect(to: request.callback([("error", "access_denied")] + answer))
        }
        guard form["decision"] == "allow", let email = ConsentPage.address(form["email"]) else {
            let page = GoogleConsent.page(request, email: form["email"], problem: "Enter an e-mail address")
            return .html(400, page)
        }
        let scopes = request.scopes.filter { form["calendar"] == "on" || !$0.contains("/auth/calendar") }
        let first = tokens.state.withLock { $0.consented.insert(request.clientID + " " + email).inserted }
        let offline = request.parameters["access_type"] == "offline" && (request.prompts.contains("consent") || first)
        let code = tokens.issueCode(
            PendingCode(
                clientID: request.clientID, redirectURI: request.redirectURI, email: email, scopes: scopes,
                challenge: request.challenge, nonce: request.nonce, offline: offline, tenant: "", directory: "",
                issuedAt: .now))
        answer += [
            ("code", code), ("scope", Google.granted(scopes)), ("authuser", "0"),
            ("prompt", request.prompts.contains("consent") ? "consent" : "none"),
        ]
        // Workspace accounts get their domain as well; clients have to ignore what they do not know.
        if let domain = email.split(separator: "@").last, domain != "gmail.com" {
            answer.append(("hd", String(domain)))
        }
        return .redirect(to: request.callback(answer))
    }

    private static func read(_ call: Call) throws(AuthorizeRequest.Fault) -> AuthorizeRequest {
        let request = try AuthorizeRequest(call)
        for scope in request.scopes {
            let known = ["openid", "email", "profile"].contains(scope)
            guard known || scope.hasPrefix("https://www.googleapis.com/auth/") else {
                throw AuthorizeRequest.Fault(
                    code: "invalid_scope", reason: "Some requested scopes were invalid: \(scope)")
            }
        }
        if let type = request.parameters["access_type"], !["online", "offline"].contains(type) {
            throw AuthorizeRequest.Fault(
                code: "invalid_request", reason: "Invalid parameter value for access_type: \(type)")
        }
        guard request.prompts.isSubset(of: ["none", "consent", "select_account"]) else {
            throw AuthorizeRequest.Fault(code: "invalid_request", reason: "Invalid parameter value for prompt")
        }
        return request
    }

    private static func page(_ request: AuthorizeRequest, email: String?, problem: String?) -> String {
        ConsentPage(
            vendor: "Google", accent: accent, clientID: request.clientID, scopes: request.scopes,
            granular: request.scopes.contains { $0.contains("/auth/calendar") },
            email: email ?? "ann@example.com", problem: problem
        ).html
    }
}
