import JSONValue
import SQL

/// Begins the deletion of what a feature keeps of a tenant, or of one of its users.
///
/// Runs in the transaction that marks the deletion, and queues a job for what one transaction must not do.
/// - Parameter user: nil: all of the tenant's.
typealias DeletionStep =
    @Sendable (
        _ tenant: Tenant, _ user: String?, _ now: Timestamp, _ tx: any Transaction
    ) throws -> Void
