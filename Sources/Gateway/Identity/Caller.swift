/// A proven tenant, and within it the user whose things the request may touch.
/// Only `Authenticator` makes one, so a handler that takes one cannot be reached without.
struct Caller: Sendable {
    let tenant: Tenant
    /// nil: a key that speaks for its whole tenant.
    let user: String?
    let scopes: Set<Scope>
    let credential: Credential
    /// The credential's digest, by which it is looked up again.
    var proof: [UInt8]?
    /// The generation of the user that a key names, when the request's head came; nil for reads and for sessions, which
    /// end with their user.
    var userGeneration: Int64?

    enum Credential: Sendable, Equatable {
        case key(String)
        case session(String)
    }

    var isKey: Bool { if case .key = credential { true } else { false } }

    /// The user that something is made for: the caller's own, or the one that a key names. A reply that is stored for the
    /// request's Idempotency-Key is erased with this user.
    /// - Throws: `validation` if no user or another user is named.
    func user(named given: String?) throws -> String {
        let user = try owner(named: given)
        IdempotencyClaim.current?.concern(user: user)
        return user
    }

    private func owner(named given: String?) throws -> String {
        switch (user, given) {
        case (let user?, nil): return user
        case (let user?, let given?):
            guard user == given else { throw Problem.invalid("/user_id", "must be the caller's own user, or left out") }
            return user
        case (nil, let given?): return given
        case (nil, nil): throw Problem.invalid("/user_id", "is required with a key (or send the header Gateway-User)")
        }
    }
}

/// The proof that a request has the admin token.
struct Operator: Sendable {}
