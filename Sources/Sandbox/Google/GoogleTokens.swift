import Synchronization

/// Google's memory: clients, codes, refresh and access tokens.
final class GoogleTokens: Sendable {
    struct State {
        var secrets = ClientSecrets()
        var codes: [String: PendingCode] = [:]
        /// By refresh token; `order` keeps their age.
        var grants: [String: Grant] = [:]
        var order: [String] = []
        /// Access tokens, by what they were refreshed or issued for: client and e-mail.
        var accessTokens: [String: (clientID: String, email: String)] = [:]
        /// Client and e-mail of every consent so far: only the first one yields a refresh token by itself.
        var consented: Set<String> = []
        var behaviour = Behaviour()
    }

    let state = Mutex(State())

    /// Stores a consent as a code: `4/0A…`.
    func issueCode(_ code: PendingCode) -> String {
        let text = "4/0A" + Identifiers.random(62)
        state.withLock { $0.codes[text] = code }
        return text
    }

    /// Google's stable subject: 21 digits per account.
    static func subject(_ email: String) -> String { Identifiers.digits(21, from: "google", email) }

    /// Clients of one project share the number before the dash; revoking reaches all of them (facts 1.6).
    static func project(_ clientID: String) -> Substring { clientID.split(separator: "-").first ?? clientID[...] }

    /// Revokes every grant of the project and person that `token` belongs to; false when the token is unknown or dead.
    func revoke(_ token: String) -> Bool {
        state.withLock { state in
            let owner: (clientID: String, email: String)
            if let grant = state.grants[token], !grant.revoked {
                owner = (grant.clientID, grant.email)
            } else if let access = state.accessTokens[token] {
                owner = access
            } else {
                return false
            }
            GoogleTokens.kill(&state) {
                $0.email == owner.email && GoogleTokens.project($0.clientID) == GoogleTokens.project(owner.clientID)
            }
            state.accessTokens = state.accessTokens.filter {
                $0.value.email != owner.email
                    || GoogleTokens.project($0.value.clientID) != GoogleTokens.project(owner.clientID)
            }
            return true
        }
    }

    /// The person removed the access in their account: everything dies.
    func revokeAll(of email: String) -> Int {
        state.withLock { state in
            state.accessTokens = state.accessTokens.filter { $0.value.email != email }
            return GoogleTokens.kill(&state) { $0.email == email }
        }
    }

    /// Every grant that is neither revoked nor superseded.
    var liveGrants: [JSON] {
        state.withLock { state in
            state.order.compactMap { token -> JSON? in
                guard let grant = state.grants[token], !grant.revoked else { return JSON?.none }
                return grant.json(token: token)
            }
        }
    }

    @discardableResult
    private static func kill(_ state: inout State, where dies: (Grant) -> Bool) -> Int {
        var count = 0
        for (token, grant) in state.grants where !grant.revoked && dies(grant) {
            state.grants[token]?.revoked = true
            // A user who consents again after a removal sees the first consent page.
            state.consented.remove(grant.clientID + " " + grant.email)
            count += 1
        }
        return count
    }
}

extension GoogleTokens.State {
    /// A new refresh token. The 101st of one account and client silently kills the oldest (facts 1.5).
    mutating func issueRefreshToken(_ code: PendingCode) -> String {
        let token = "1//0" + Identifiers.random(98)
        let live = order.filter { other in
            guard let grant = grants[other] else { return false }
            return !grant.revoked && grant.clientID == code.clientID && grant.email == code.email
        }
        if live.count >= 100, let oldest = live.first { grants[oldest]?.revoked = true }
        grants[token] = Grant(
            clientID: code.clientID, email: code.email, scopes: code.scopes, tenant: "", directory: "")
        order.append(token)
        return token
    }

    mutating func issueAccessToken(_ clientID: String, _ email: String) -> String {
        let token = "ya29." + Identifiers.random(180)
        accessTokens[token] = (clientID, email)
        return token
    }
}

extension GoogleTokens: CalendarProvider {
    func access(refreshToken: String, clientID: String, clientSecret: String, tenant: String) throws(RefreshFailure)
        -> Access
    {
        let result: Result<Access, RefreshFailure> = state.withLock { state in
            guard state.secrets.accepts(clientID, clientSecret) else {
                return .failure(RefreshFailure(reason: "invalid_client: The provided client secret is invalid."))
            }
            guard let grant = state.grants[refreshToken], !grant.revoked else {
                return .failure(RefreshFailure(reason: "invalid_grant: Token has been expired or revoked."))
            }
            guard grant.clientID == clientID else {
                return .failure(RefreshFailure(reason: "unauthorized_client: Unauthorized"))
            }
            guard !state.behaviour.blocked.contains(grant.email) else {
                return .failure(RefreshFailure(reason: "admin_policy_enforced: Blocked by an administrator."))
            }
            return .success(Access(email: grant.email, scopes: grant.scopes, refreshToken: refreshToken))
        }
        return try result.get()
    }

    func mayReadCalendars(_ scopes: [String]) -> Bool {
        ["https://www.googleapis.com/auth/calendar.readonly", "https://www.googleapis.com/auth/calendar"]
            .contains { scopes.contains($0) }
    }
}
