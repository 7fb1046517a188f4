import JSONValue
import SQL

/// Generations of things that can end and come back under the same name: users, provider apps, Meeting BaaS accounts.
///
/// A generation starts at 0 and grows each time its object is deleted or replaced. Code that waits carries the
/// generation from before the wait; the transaction that stores the effect compares it (`Admission`). Keys, sessions,
/// connections and tenants have ids that are never used twice, so it is enough to check that they exist.
enum GenerationStore {
    enum Kind: String, Sendable {
        case user, app, account
    }

    struct Generation: Sendable, Equatable {
        var number: Int64 = 0
        /// The time at which the former one ended; nil for the first.
        var since: Timestamp?
    }

    static func current(_ tenant: String, _ kind: Kind, _ id: String, in tx: any Transaction) throws -> Generation {
        let row = try tx.first(
            """
            SELECT generation, changed_at FROM generations
            WHERE tenant_id = \(tenant) AND kind = \(kind.rawValue) AND id = \(id)
            """)
        guard let row else { return Generation() }
        return Generation(
            number: try row.integer("generation"), since: try row.time("changed_at"))
    }

    /// Ends the present generation: everything that was admitted in it is refused from now on.
    static func advance(
        _ tenant: String, _ kind: Kind, _ id: String, at now: Timestamp, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            INSERT INTO generations (tenant_id, kind, id, generation, changed_at)
            VALUES (\(tenant), \(kind.rawValue), \(id), 1, \(now.milliseconds))
            ON CONFLICT (tenant_id, kind, id) DO UPDATE SET generation = generations.generation + 1,
                changed_at = excluded.changed_at
            """)
        switch kind {
        case .user: tx.notify(ChangeNotice(.user, "\(tenant) \(id)"))
        case .account: tx.notify(ChangeNotice(.account, tenant))
        // Provider apps are not cached.
        case .app: break
        }
    }

    /// A user's own objects, for `WHERE`: those made since the user of that id was deleted last. Older objects belong
    /// to the tenant alone, never to a later user with the same id.
    /// - Parameters:
    ///   - user: nil: everything of the tenant.
    ///   - column: the column with the user's id.
    ///   - made: the column with the time at which the row was made.
    static func owned(
        by user: String?, tenant: String, column: Query = "user_id", made: Query = "created_at"
    ) -> Query {
        """
        (CAST(\(user) AS TEXT) IS NULL OR (\(column) = \(user) AND \(made) > COALESCE(
            (SELECT changed_at FROM generations WHERE tenant_id = \(tenant) AND kind = 'user' AND id = \(user)), -1)))
        """
    }

    /// The user that a thing belongs to, unless that user was deleted since it was made.
    static func present(
        _ user: String?, of tenant: String, made: Timestamp, in tx: any Transaction
    ) throws -> String? {
        guard let user else { return nil }
        let generation = try current(tenant, .user, user, in: tx)
        return generation.since.map { made > $0 } ?? true ? user : nil
    }

    /// The id under which the generation of an account is kept; its tenant is the account's id.
    static let account = "meeting-baas"

    /// An account's generation, for a row that is made in it.
    static func present(ofAccount id: String) -> Query {
        """
        COALESCE((SELECT generation FROM generations
            WHERE tenant_id = \(id) AND kind = 'account' AND id = \(account)), 0)
        """
    }

    /// Users that were deleted in a span of time, with the time of it.
    static func users(
        _ tenant: String, deletedIn span: Range<Timestamp>, in tx: any Transaction
    ) throws -> [String: Timestamp] {
        var users: [String: Timestamp] = [:]
        for row in try tx.run(
            """
            SELECT id, changed_at FROM generations WHERE tenant_id = \(tenant) AND kind = 'user'
                AND changed_at >= \(span.lowerBound.milliseconds) AND changed_at < \(span.upperBound.milliseconds)
            """)
        {
            users[try row.text("id")] = try row.time("changed_at")
        }
        return users
    }
}
