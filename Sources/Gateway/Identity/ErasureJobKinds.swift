import JSONValue
import SQL

/// Jobs that erase tenants and users.
extension JobKind {
    /// Its subject is the tenant.
    static let deleteTenant = JobKind("deleteTenant", priority: .high, mayBeGivenUp: false)
    /// Its subject is the user.
    static let deleteUserBots = JobKind("deleteUserBots", priority: .high, mayBeGivenUp: false)
    /// Its subject is the hour of the users' deletion, since 1970.
    static let anonymiseUser = JobKind("anonymiseUser", priority: .normal, mayBeGivenUp: false)
}

/// The erasure of what a tenant keeps of deleted users' time.
///
/// One job does it for all users whose deletion falls into the same hour of the clock, an hour after that hour, since it
/// reads through the tenant's messages.
enum UserAnonymisation {
    /// An hour, in milliseconds.
    static let hour: Int64 = 3_600_000

    /// Queues the erasure of what is kept of a user.
    /// - Parameter deletedAt: nil: the user is deleted now.
    static func queue(
        _ tenant: String, deletedAt time: Timestamp? = nil, at now: Timestamp, in tx: any Transaction
    ) throws {
        let hour = (time ?? now).milliseconds / Self.hour
        let due = max(Timestamp(milliseconds: (hour + 2) * Self.hour), now)
        try JobStore.add(.anonymiseUser, tenant, String(hour), at: now, delay: due.seconds(since: now), in: tx)
    }

    /// The hour that a job's subject names.
    static func span(_ subject: String) -> Range<Timestamp>? {
        Int64(subject).map {
            Timestamp(milliseconds: $0 * hour)..<Timestamp(milliseconds: ($0 + 1) * hour)
        }
    }
}
