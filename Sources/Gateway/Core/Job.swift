import JSONValue
import SQL

/// Work that must be done whatever happens to this process: a row is written in the transaction that makes it
/// necessary, and goes when the work is done. Each kind of work can be repeated without harm.
struct Job: Sendable {
    let id: String
    let tenant: String
    let kind: Kind
    let subject: String
    /// Tries that failed.
    let attempts: Int
    /// From then on a try is the last one.
    let deadline: Timestamp
    /// Grows when the work is added again.
    let version: Int64
    /// Grows with each claim: the fencing number of the lease under which it runs.
    let lease: Int64

    /// Does the work; throws to be tried again. `lastTry` is set once the deadline has passed.
    typealias Handler = @Sendable (_ job: Job, _ lastTry: Bool) async throws -> Void

    /// Seven days, in seconds.
    static let life = 604_800.0

    enum Kind: String, Sendable, CaseIterable {
        case deleteConnection, deleteTenant, deleteCalendar, renewCalendars, recoverCalendar, fillCalendar
        case checkConnection, deleteUserBots, replay
        case endBot, endCredential, anonymiseUser
        case revokeGrant, renewAppCalendars
        case updateDeliveries, hastenDeliveries, endSessions, bindHeld

        /// True if the work is given up when its last try fails. Deletions end by themselves with their last try, and
        /// must not leave a secret behind because storage failed at that moment.
        var mayBeGivenUp: Bool {
            switch self {
            case .deleteConnection, .deleteTenant, .deleteCalendar, .deleteUserBots, .endBot, .endCredential,
                .anonymiseUser, .revokeGrant, .updateDeliveries, .endSessions, .bindHeld:
                false
            case .renewCalendars, .recoverCalendar, .fillCalendar, .checkConnection, .replay, .renewAppCalendars,
                .hastenDeliveries:
                true
            }
        }

        var priority: Priority {
            switch self {
            case .deleteConnection, .deleteTenant, .deleteCalendar, .deleteUserBots, .endBot, .endCredential,
                .revokeGrant, .checkConnection:
                .urgent
            case .replay, .updateDeliveries, .hastenDeliveries, .endSessions, .bindHeld, .renewCalendars,
                .recoverCalendar,
                .renewAppCalendars, .anonymiseUser:
                .usual
            case .fillCalendar: .background
            }
        }
    }

    /// Each class has slots of its own, so no class waits for another.
    enum Priority: Sendable, CaseIterable {
        /// A person waits for it, or something must end.
        case urgent
        case usual
        /// Nobody waits for it: backfills.
        case background
    }
}
