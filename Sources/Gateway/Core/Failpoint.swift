import Foundation
import Synchronization

/// Named moments at which a crash test lets a debug build die, or stand still. A release build has none of them.
enum Failpoint: String, CaseIterable, Sendable {
    /// The webhook's rows are written, the commit is still to come.
    case afterInsert = "after_insert"
    case afterCommit = "after_commit"
    /// A delivery was given a place; nothing has been sent.
    case afterClaim = "after_claim"
    /// The receiver has answered; the outcome is not stored.
    case afterSend = "after_send"
    case midReplay = "mid_replay"
    /// A step's tables are made, the step itself not noted.
    case midMigration = "mid_migration"
    /// An Idempotency-Key is claimed; nothing is done.
    case afterKeyClaim = "after_key_claim"
    /// The key says that something may have been sent; nothing has been.
    case beforeSending = "before_sending"
    /// Meeting BaaS has answered a write; nothing of that is stored.
    case afterAnswer = "after_answer"
    /// The work is done, or about to be committed; its reply is not stored.
    case beforeReplyStored = "before_reply_stored"
    /// The reply is stored; the caller is not answered.
    case afterReplyStored = "after_reply_stored"

    #if DEBUG
        /// `MEETING_GATEWAY_CRASH_AT=after_send:3`: the third time.
        private static let armed: (point: Failpoint, count: Int)? = {
            guard let text = ProcessInfo.processInfo.environment["MEETING_GATEWAY_CRASH_AT"] else { return nil }
            let parts = text.split(separator: ":").map(String.init)
            return Failpoint(rawValue: parts[0]).map { ($0, parts.count > 1 ? Int(parts[1]) ?? 1 : 1) }
        }()
        private static let reached = Atomic(0)

        /// `MEETING_GATEWAY_STOP_AT=after_send:3,after_commit:5`: the process is stopped when the first point is reached the
        /// third time; after that, when the second is reached the fifth time; and so on. A test lets it go on (SIGCONT).
        private static let stops = Mutex(
            (ProcessInfo.processInfo.environment["MEETING_GATEWAY_STOP_AT"] ?? "").split(separator: ",").compactMap {
                text -> (point: Failpoint, count: Int)? in
                let parts = text.split(separator: ":").map(String.init)
                return Failpoint(rawValue: parts[0]).map { ($0, parts.count > 1 ? Int(parts[1]) ?? 1 : 1) }
            })

        static func reach(_ point: Failpoint) {
            let isStop = stops.withLock { stops in
                guard stops.first?.point == point else { return false }
                stops[0].count -= 1
                guard stops[0].count <= 0 else { return false }
                stops.removeFirst()
                return true
            }
            if isStop { kill(getpid(), SIGSTOP) }
            guard let armed, armed.point == point else { return }
            if reached.add(1, ordering: .relaxed).newValue == armed.count { kill(getpid(), SIGKILL) }
        }
    #else
        @inline(__always) static func reach(_ point: Failpoint) {}
    #endif
}
