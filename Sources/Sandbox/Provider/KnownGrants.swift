/// `POST /_sandbox/grants` `{refresh_token, client_id, email, scope?, tenant?, directory?}`: a grant of a former run, with the
/// refresh token that it had.
enum KnownGrants {
    static func control(
        _ routes: inout Routes, scope: String, _ add: @escaping @Sendable (_ token: String, _ grant: Grant) -> Void
    ) {
        routes.on("POST", "/_sandbox/grants") { call in
            let body = JSON.parse(call.body)
            guard let token = body?["refresh_token"]?.string, let client = body?["client_id"]?.string,
                let email = ConsentPage.address(body?["email"]?.string)
            else { return .json(400, ["error": "refresh_token, client_id and email are missing"]) }
            let scopes = (body?["scope"]?.string ?? scope).split(separator: " ").map { String($0) }
            let tenant = body?["tenant"]?.string ?? "common"
            let directory = MicrosoftTokens.directory(of: email, at: tenant) ?? ""
            add(token, Grant(clientID: client, email: email, scopes: scopes, tenant: tenant, directory: directory))
            return .json(201, ["email": .string(email)])
        }
    }
}
