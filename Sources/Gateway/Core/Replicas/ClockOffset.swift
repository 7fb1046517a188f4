import Foundation
import JSONValue
import Synchronization

/// The difference of the database's clock to this machine's, in milliseconds.
///
/// It moves by at most a tenth of the time that has passed, so that the time never stands still or goes back for long; the
/// first measurement, and one that is off by more than 30 s, is taken at once.
final class ClockOffset: Sendable {
    private struct State {
        var milliseconds = 0.0
        var measured: Date?
    }
    private static let largest = 30_000.0
    private let state = Mutex(State())

    /// The offset now, in whole milliseconds.
    var milliseconds: Int64 { state.withLock { Int64($0.milliseconds.rounded()) } }

    /// - Parameters:
    ///   - time: the database's, read between `sent` and `answered` by this machine's clock.
    func follow(_ time: Timestamp, sent: Date, answered: Date) {
        let middle = sent.addingTimeInterval(answered.timeIntervalSince(sent) / 2)
        let found = Double(time.milliseconds - Timestamp(middle).milliseconds)
        state.withLock { state in
            let difference = found - state.milliseconds
            guard let last = state.measured, abs(difference) < Self.largest else {
                (state.milliseconds, state.measured) = (found, answered)
                return
            }
            let most = max(answered.timeIntervalSince(last), 0) * 100
            state.milliseconds += min(max(difference, -most), most)
            state.measured = answered
        }
    }
}
