/// `/{tenant}/oauth2/v2.0/authorize` (entra-docs `v2-oauth2-auth-code-flow.md`).
struct MicrosoftConsent: Sendable {
    static let accent = "#0067b8"
    /// An e-mail address that begins so belongs to a directory whose users may not consent to apps by themselves.
    static let needsAdministrator = "needs-admin"
    let tokens: MicrosoftTokens

    func show(_ call: Call) -> Reply {
        do {
            let request = try MicrosoftConsent.read(call)
            return .html(200, MicrosoftConsent.page(request, email: request.loginHint, problem: nil))
        } catch {
            return ConsentPage.fault(error, vendor: "Microsoft", accent: MicrosoftConsent.accent)
        }
    }

    func decide(_ call: Call) -> Reply {
        let request: AuthorizeRequest
        do {
            request = try MicrosoftConsent.read(call)
        } catch {
            return ConsentPage.fault(error, vendor: "Microsoft", accent: MicrosoftConsent.accent)
        }
        let form = Dictionary(call.formPairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        // No `iss`: Microsoft does not take part in RFC 9207 (facts 0, finding 5).
        let state = request.state.map { [("state", $0)] } ?? []
        if form["decision"] == "cancel" {
            let denial = [
                ("error", "access_denied"),
                ("error_description", "AADSTS65004: User declined to consent to access the app."),
                ("error_subcode", "cancel"),
            ]
            return .redirect(to: request.callback(denial + state))
        }
        guard form["decision"] == "allow", let email = ConsentPage.address(form["email"]) else {
            return .html(400, MicrosoftConsent.page(request, email: form["email"], problem: "Enter an e-mail address"))
        }
        let segment = call.parameter("tenant")
        guard let directory = MicrosoftTokens.directory(of: email, at: segment) else {
            let problem = "AADSTS50020: User account '\(email)' does not exist in tenant '\(segment)'."
            return .html(400, MicrosoftConsent.page(request, email: email, problem: problem))
        }
        if email.hasPrefix(Self.needsAdministrator) {
            let denial = [
                ("error", "access_denied"),
                ("error_description", "AADSTS90094: The grant requires an administrator's permission."),
            ]
            return .redirect(to: request.callback(denial + state))
        }
        let code = tokens.issueCode(
            PendingCode(
                clientID: request.clientID, redirectURI: request.redirectURI, email: email, scopes: request.scopes,
                challenge: request.challenge, nonce: request.nonce,
                offline: request.scopes.contains("offline_access"), tenant: segment, directory: directory,
                issuedAt: .now))
        let answer = [("code", code)] + state + [("session_state", Identifiers.uuid())]
        return .redirect(to: request.callback(answer))
    }

    private static func read(_ call: Call) throws(AuthorizeRequest.Fault) -> AuthorizeRequest {
        let segment = call.parameter("tenant")
        guard MicrosoftTokens.isSegment(segment) else {
            throw AuthorizeRequest.Fault(
                code: "invalid_request", reason: "AADSTS90002: Tenant '\(segment)' not found. Check the tenant name.")
        }
        let request = try AuthorizeRequest(call)
        if let problem = Microsoft.problem(inScopes: request.scopes) {
            throw AuthorizeRequest.Fault(code: "invalid_scope", reason: problem)
        }
        guard request.parameters["resource"] == nil else {
            throw AuthorizeRequest.Fault(
                code: "invalid_request", reason: "AADSTS901002: The 'resource' request parameter is not supported.")
        }
        guard ["query", nil].contains(request.parameters["response_mode"]) else {
            throw AuthorizeRequest.Fault(
                code: "invalid_request", reason: "This stand-in knows response_mode=query only.")
        }
        guard request.prompts.isSubset(of: ["login", "none", "consent", "select_account"]), request.prompts.count < 2
        else {
            throw AuthorizeRequest.Fault(code: "invalid_request", reason: "AADSTS90023: Unsupported 'prompt' value.")
        }
        guard request.loginHint == nil || !request.prompts.contains("select_account") else {
            throw AuthorizeRequest.Fault(
                code: "invalid_request", reason: "AADSTS90023: login_hint and prompt=select_account cannot be combined."
            )
        }
        return request
    }

    private static func page(_ request: AuthorizeRequest, email: String?, problem: String?) -> String {
        ConsentPage(
            vendor: "Microsoft", accent: accent, clientID: request.clientID, scopes: request.scopes, granular: false,
            email: email ?? "ann@example.com", problem: problem
        ).html
    }
}
