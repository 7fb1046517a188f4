import JSONValue
import SQL

/// A feature's part in the erasure of a tenant or of one of its users.
///
/// The jobs of the folder `Erasure` run these parts of all steps, in the order of the steps: features that use others come
/// first, so that no row is deleted before those that name it.
struct ErasureStep: Sendable {
    let name: String

    /// Takes down what Meeting BaaS or a provider has. Can be repeated.
    /// - Returns: what remained there, in words for the tenant; empty unless it is the last try.
    /// - Throws: to be tried again.
    typealias TakeDown = @Sendable (_ tenant: String, _ user: String?, _ isLastTry: Bool) async throws -> [String]

    /// Begins what ends by itself, by jobs of its own, and deletes what stands in its way. Can be repeated.
    /// - Parameter user: nil: the tenant's erasure.
    var begin: (@Sendable (_ tenant: String, _ user: String?) async throws -> Void)?

    /// Returns whether something is still to end first. On the last try only what ends by itself counts.
    var isPending:
        (@Sendable (_ tenant: String, _ user: String?, _ isLastTry: Bool, _ tx: any Transaction) throws -> Bool)?

    var takeDown: TakeDown?

    /// True if its rows go before those of all other steps. Webhooks that come meanwhile still find their tenant by the
    /// other steps' rows, and go with it.
    var goesFirst = false

    /// The rows of a tenant in the feature's tables, children before parents so that nothing cascades.
    var rows: (@Sendable (_ tenant: String) -> [ExpiredRows])?

    /// Empties what the tenant keeps of the time of deleted users. Can be repeated.
    /// - Returns: how many rows are still needed and keep their content for now.
    var anonymise: (@Sendable (_ tenant: String, _ users: DeletedUsers) async throws -> Int)?

    init(_ name: String, rows: (@Sendable (_ tenant: String) -> [ExpiredRows])? = nil) {
        self.name = name
        self.rows = rows
    }
}

/// Users of a tenant that were deleted in one span of time.
struct DeletedUsers: Sendable {
    /// The time of each user's deletion. What was made after it belongs to whoever has the id now.
    let deletedAt: [String: Timestamp]
    /// All of them were deleted by then.
    let end: Timestamp
}

extension ExpiredRows {
    /// All rows of a tenant in a table.
    /// - Parameters:
    ///   - key: the columns of the primary key.
    ///   - atOnce: the most rows that one transaction deletes, where they are large.
    static func all(of tenant: String, in table: String, key: Query, atOnce: Int = .max) -> ExpiredRows {
        ExpiredRows(table, key: key, where: "tenant_id = \(tenant)", atOnce: atOnce)
    }
}
