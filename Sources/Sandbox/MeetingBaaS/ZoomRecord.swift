import Synchronization

/// A Zoom app of the account, on v2 perhaps with a user who authorized it, on v1 always.
struct ZoomRecord: Sendable {
    struct User: Sendable {
        let id: String
        let accountID: String
        let email: String
        let name: String
        let scopes: String

        /// The Zoom user of a code: a different one for every code.
        init(code: String) {
            id = String(Identifiers.opaque(from: "zoom user", code).prefix(22))
            accountID = String(Identifiers.opaque(from: "zoom account", code).prefix(22))
            email = "zoom\(Identifiers.digits(6, from: "zoom", code))@example.com"
            name = "Zoom User \(Identifiers.digits(6, from: "zoom", code))"
            scopes = "user:read:token user:read:user user:read:zak"
        }
    }

    let id: String
    let account: String
    let version: APIVersion
    var name: String
    var clientID: String
    var clientSecret: String
    var user: User?
    var extra: JSON = .null
    let createdAt: Moment
    var updatedAt: Moment
}

extension Upstream.State {
    /// Oldest first.
    func zoom(of account: String, _ version: APIVersion) -> [ZoomRecord] {
        zoom.values.filter { $0.account == account && $0.version == version }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    func zoom(_ id: String, of account: String, _ version: APIVersion) -> ZoomRecord? {
        guard let record = zoom[id.lowercased()], record.account == account, record.version == version else {
            return nil
        }
        return record
    }

    /// Exchanges an authorization code; nil when it was used before.
    mutating func zoomUser(_ code: String) -> ZoomRecord.User? {
        zoomCodes.insert(code).inserted ? ZoomRecord.User(code: code) : nil
    }
}
