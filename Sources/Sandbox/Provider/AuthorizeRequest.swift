/// The query of an authorization endpoint, with the checks that both vendors share.
struct AuthorizeRequest: Sendable {
    /// An error that the vendor shows on a page of its own, never by redirect (facts 1.3).
    struct Fault: Error {
        let code: String
        let reason: String
    }

    let clientID: String
    let redirectURI: String
    let scopes: [String]
    let challenge: String
    let state: String?
    let nonce: String?
    let loginHint: String?
    let prompts: Set<String>
    let parameters: [String: String]

    init(_ call: Call) throws(Fault) {
        var parameters: [String: String] = [:]
        for pair in call.queryPairs {
            guard parameters.updateValue(pair.value, forKey: pair.name) == nil else {
                throw Fault(
                    code: "invalid_request", reason: "OAuth 2 parameters can only have a single value: \(pair.name)")
            }
        }
        func required(_ name: String) throws(Fault) -> String {
            guard let value = parameters[name], !value.isEmpty else {
                throw Fault(code: "invalid_request", reason: "Missing required parameter: \(name)")
            }
            return value
        }
        clientID = try required("client_id")
        redirectURI = try required("redirect_uri")
        let type = try required("response_type")
        guard type == "code" else {
            throw Fault(code: "unsupported_response_type", reason: "Invalid response_type: \(type)")
        }
        scopes = try required("scope").split(separator: " ").map { String($0) }
        challenge = try required("code_challenge")
        guard parameters["code_challenge_method"] == "S256" else {
            throw Fault(code: "invalid_request", reason: "code_challenge_method must be S256")
        }
        guard PKCE.isWellFormed(challenge), challenge.utf8.count == 43 else {
            throw Fault(code: "invalid_request", reason: "code_challenge is not a base64url SHA-256 digest")
        }
        state = parameters["state"]
        nonce = parameters["nonce"]
        loginHint = parameters["login_hint"]
        prompts = Set((parameters["prompt"] ?? "").split(separator: " ").map { String($0) })
        self.parameters = parameters
        try AuthorizeRequest.check(redirectURI)
    }

    /// Both vendors: absolute, https or a loopback host over http, no fragment. The fakes register nothing, so
    /// what they can hold a client to is the equality with the exchange.
    private static func check(_ uri: String) throws(Fault) {
        let host =
            uri.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first.map { String($0) } ?? ""
        let name = host.hasPrefix("[") ? host : String(host.split(separator: ":").first ?? "")
        let secure = uri.hasPrefix("https://") && !name.isEmpty
        let loopback =
            uri.hasPrefix("http://") && (name == "localhost" || name == "127.0.0.1" || host.hasPrefix("[::1]"))
        guard secure || loopback, !uri.contains("#"), !host.contains("@"), !uri.contains("*") else {
            throw Fault(code: "redirect_uri_mismatch", reason: "The redirect URI is not allowed: \(uri)")
        }
    }

    /// `redirectURI` with `pairs` added to its query.
    func callback(_ pairs: [(String, String)]) -> String {
        redirectURI + (redirectURI.contains("?") ? "&" : "?") + Encodings.query(pairs)
    }
}
