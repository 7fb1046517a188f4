import SQL

/// The objects in a tenant's own Meeting BaaS account. The feature above that makes these objects gives the look-ups and the
/// step, which run in the caller's transaction.
struct AccountContents: Sendable {
    /// A calendar of a tenant, and the account that made it.
    struct Object: Sendable {
        let account: String
        /// Meeting BaaS's id; nil while it is being made.
        let id: String?
    }

    /// Returns true if one of these ids of Meeting BaaS is known here as an object of another account.
    let isAnyElsewhere: @Sendable (_ ids: [String], _ account: String, any Transaction) throws -> Bool
    /// Returns true if something of the tenant lives, or may live in its own account without anybody knowing.
    let isInUse: @Sendable (_ tenant: String, any Transaction) throws -> Bool
    /// The first hundred calendars of a tenant.
    let calendars: @Sendable (_ tenant: String, any Transaction) throws -> [Object]
    /// Forgets what is kept of an account that is deleted.
    let delete: @Sendable (_ account: String, any Transaction) throws -> Void
}
