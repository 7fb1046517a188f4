/// The owner of an `Idempotency-Key`.
struct IdempotencyOwner: Sendable {
    /// Empty for the operator.
    let tenant: String
    /// The key, and the user it speaks for; or the user whose session it is. Two keys share nothing: one may have
    /// scopes that the other has not, and a stored reply may hold what they give.
    let actor: String
    /// The user that the caller speaks for.
    let user: String?

    static let `operator` = IdempotencyOwner(tenant: "", actor: "operator", user: nil)
}
