import Synchronization

/// Microsoft's memory: clients, codes and refresh tokens.
final class MicrosoftTokens: Sendable {
    struct State {
        var secrets = ClientSecrets()
        var codes: [String: PendingCode] = [:]
        /// Redeemed codes: a second use gets an error of its own (AADSTS54005).
        var spent: Set<String> = []
        /// By refresh token. Rotation adds, and never takes the old one away (facts 1.11).
        var grants: [String: Grant] = [:]
        var behaviour = Behaviour()
    }

    let state = Mutex(State())

    /// - Parameter text: nil for a random one.
    func issueCode(_ code: PendingCode, text: String? = nil) -> String {
        let text = text ?? "1.A" + Identifiers.random(120)
        state.withLock { $0.codes[text] = code }
        return text
    }

    /// The person (or an administrator) removed the access: every refresh token dies (AADSTS50173).
    func revokeAll(of email: String) -> Int {
        state.withLock { state in
            var count = 0
            for (token, grant) in state.grants where grant.email == email && !grant.revoked {
                state.grants[token]?.revoked = true
                count += 1
            }
            return count
        }
    }

    /// Every refresh token that still works, the ones before a rotation included.
    var liveGrants: [JSON] {
        state.withLock { state in state.grants.filter { !$0.value.revoked }.map { $0.value.json(token: $0.key) } }
    }

    /// The directory of personal accounts.
    static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"

    static func isPersonal(_ email: String) -> Bool {
        ["outlook.com", "hotmail.com", "live.com", "msn.com"].contains { email.hasSuffix("@" + $0) }
    }

    /// The `tid` of a person who signs in at a tenant segment; nil if they may not. A directory named by the segment
    /// admits all persons, as guests.
    static func directory(of email: String, at segment: String) -> String? {
        let personal = isPersonal(email)
        let domain = email.split(separator: "@").last.map { String($0) } ?? ""
        let home = personal ? consumers : Identifiers.uuid(from: "directory", domain)
        switch segment {
        case "common": return home
        case "organizations": return personal ? nil : home
        case "consumers", consumers: return personal ? consumers : nil
        default:
            if Identifiers.isUUID(segment) { return segment.lowercased() }
            return Identifiers.uuid(from: "directory", segment.lowercased())
        }
    }

    /// Returns true if the segment can exist: one of the three names, an id, or a domain.
    static func isSegment(_ segment: String) -> Bool {
        ["common", "organizations", "consumers"].contains(segment) || Identifiers.isUUID(segment)
            || segment.contains(".")
    }
}

extension MicrosoftTokens.State {
    mutating func issueRefreshToken(_ grant: Grant) -> String {
        let token = "1.AQ" + Identifiers.random(200)
        grants[token] = grant
        return token
    }
}

extension MicrosoftTokens: CalendarProvider {
    func access(refreshToken: String, clientID: String, clientSecret: String, tenant: String) throws(RefreshFailure)
        -> Access
    {
        let result: Result<Access, RefreshFailure> = state.withLock { state in
            guard state.secrets.accepts(clientID, clientSecret) else {
                return .failure(
                    RefreshFailure(reason: "invalid_client: AADSTS7000215: Invalid client secret provided."))
            }
            guard let grant = state.grants[refreshToken], grant.clientID == clientID, !grant.revoked else {
                return .failure(RefreshFailure(reason: "invalid_grant: AADSTS70000: The refresh token is not valid."))
            }
            guard tenant == grant.tenant || tenant == grant.directory else {
                return .failure(RefreshFailure(reason: "invalid_grant: AADSTS700005: Issued for another tenant."))
            }
            guard !state.behaviour.blocked.contains(grant.email) else {
                return .failure(RefreshFailure(reason: "access_denied: AADSTS50105: Not assigned to a role."))
            }
            let newest = state.issueRefreshToken(grant)
            return .success(Access(email: grant.email, scopes: grant.scopes, refreshToken: newest))
        }
        return try result.get()
    }

    func mayReadCalendars(_ scopes: [String]) -> Bool {
        Microsoft.short(scopes).contains { ["calendars.read", "calendars.readwrite"].contains($0.lowercased()) }
    }
}
