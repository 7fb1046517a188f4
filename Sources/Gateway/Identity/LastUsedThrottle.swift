import JSONValue
import Synchronization

/// The times at which the last uses of keys were written down, so that each is written once a minute at most.
///
/// A write for each request would cost more than the request. A key without use for a minute is dropped: it is due at
/// its next use, like one that was never used.
final class LastUsedThrottle: Sendable {
    /// Seconds between two writes for one key.
    static let interval = 60.0

    private struct State {
        var times: [String: Timestamp] = [:]
        var prunedAt: Timestamp?
    }
    private let state = Mutex(State())

    /// The keys used in the last two minutes.
    var count: Int { state.withLock { $0.times.count } }

    /// Returns true if the use is to be written down, and counts it as written.
    func isDue(_ key: String, at now: Timestamp) -> Bool {
        state.withLock { state in
            if let last = state.times[key], !Self.hasPassed(since: last, at: now) { return false }
            if state.prunedAt.map({ Self.hasPassed(since: $0, at: now) }) ?? true {
                state.times = state.times.filter { !Self.hasPassed(since: $0.value, at: now) }
                state.prunedAt = now
            }
            state.times[key] = now
            return true
        }
    }

    /// A clock that was set back counts as passed: nothing waits until it is where it was.
    private static func hasPassed(since last: Timestamp, at now: Timestamp) -> Bool {
        let seconds = now.seconds(since: last)
        return seconds >= interval || seconds < 0
    }
}
