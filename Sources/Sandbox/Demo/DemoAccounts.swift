import Synchronization

/// The users signed in at the demo product: a login without a password, kept in memory.
final class DemoAccounts: Sendable {
    struct Person: Sendable, Equatable {
        /// The `user_id` at the gateway.
        let id: String
        let name: String
        let email: String

        /// A person of this name; nil when there is no letter in it.
        init?(named text: String) {
            let name = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard name.contains(where: \.isLetter), name.count <= 60 else { return nil }
            let plain = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
            let id = String(plain).split(separator: "-").joined(separator: "-")
            // A name in another script is distinguished by its digest.
            self.id = id.isEmpty ? "user-" + Identifiers.digits(8, from: "person", name) : id
            self.name = name
            email = self.id + "@example.com"
        }
    }

    /// One browser that is signed in, and the gateway's sessions that were minted for it.
    struct SignedIn: Sendable {
        let person: Person
        var sessions: [String] = []
    }

    private static let cookie = "northwind_session"
    private let browsers = Mutex<[String: SignedIn]>([:])

    /// - Returns: the `Set-Cookie` value. No `__Host-` name and no `Secure`: this is plain http on loopback.
    func signIn(_ person: Person) -> String {
        let id = Identifiers.random(43)
        browsers.withLock { $0[id] = SignedIn(person: person) }
        return "\(Self.cookie)=\(id); Path=/; HttpOnly; SameSite=Lax"
    }

    func signedIn(_ call: Call) -> SignedIn? {
        guard let id = Self.id(call) else { return nil }
        return browsers.withLock { $0[id] }
    }

    func remember(session: String, of call: Call) {
        guard let id = Self.id(call) else { return }
        browsers.withLock { $0[id]?.sessions.append(session) }
    }

    /// - Returns: what ended, and the `Set-Cookie` value that removes the cookie.
    func signOut(_ call: Call) -> (SignedIn?, String) {
        let ended = Self.id(call).flatMap { id in browsers.withLock { $0.removeValue(forKey: id) } }
        return (ended, "\(Self.cookie)=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    private static func id(_ call: Call) -> String? {
        for pair in (call.headers["cookie"] ?? "").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
            if parts.count == 2, parts[0] == cookie { return String(parts[1]) }
        }
        return nil
    }
}
