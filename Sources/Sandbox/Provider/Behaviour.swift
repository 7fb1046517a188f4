/// The treatment that people get from a provider, as a test ordered it by the control calls.
struct Behaviour: Sendable {
    /// People whose administrator blocks the app.
    var blocked: Set<String> = []
    /// People whose next refresh is answered for another account, which is the value.
    var foreign: [String: String] = [:]
    /// People whose next exchange of a code brings no refresh token.
    var withheld: Set<String> = []

    /// `POST /_sandbox/blocks` `{email, blocked}` and `POST /_sandbox/replies` `{email, account?, refresh_token?: false}`.
    static func control(
        _ routes: inout Routes, _ change: @escaping @Sendable (@Sendable (inout Behaviour) -> Void) -> Void
    ) {
        routes.on("POST", "/_sandbox/blocks") { call in
            let body = JSON.parse(call.body)
            guard let email = ConsentPage.address(body?["email"]?.string), let blocked = body?["blocked"]?.bool else {
                return .json(400, ["error": "email and blocked are missing"])
            }
            change { if blocked { $0.blocked.insert(email) } else { $0.blocked.remove(email) } }
            return .json(200, ["email": .string(email), "blocked": .bool(blocked)])
        }
        routes.on("POST", "/_sandbox/replies") { call in
            let body = JSON.parse(call.body)
            guard let email = ConsentPage.address(body?["email"]?.string) else {
                return .json(400, ["error": "email is missing"])
            }
            let account = ConsentPage.address(body?["account"]?.string)
            let withhold = body?["refresh_token"]?.bool == false
            change {
                $0.foreign[email] = account
                if withhold { $0.withheld.insert(email) }
            }
            return .json(201, ["email": .string(email)])
        }
    }
}

extension Grant {
    /// For `GET /_sandbox/grants`.
    func json(token: String) -> JSON {
        ["client_id": .string(clientID), "email": .string(email), "refresh_token": .string(token)]
    }
}
