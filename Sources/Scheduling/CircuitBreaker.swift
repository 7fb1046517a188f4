/// A circuit breaker with half-open probes. A pure state machine: the caller gives the time.
public struct CircuitBreaker: Sendable {
    public typealias Instant = ContinuousClock.Instant

    /// Failures in a row that open it.
    public static let threshold = 8
    /// The first pause, doubled with each probe that fails, up to the last.
    public static let (firstPause, lastPause): (Duration, Duration) = (.seconds(2), .seconds(30))

    private enum State: Sendable {
        case closed(failures: Int)
        case open(until: Instant, pause: Duration)
        /// One call is under way to see.
        case halfOpen(since: Instant, pause: Duration)
    }
    private var state = State.closed(failures: 0)

    public init() {}

    /// - Returns: seconds to wait; nil when the call may be made.
    public mutating func refusal(at now: Instant) -> Double? {
        switch state {
        case .closed: return nil
        case .open(let until, let pause):
            guard now >= until else { return (until - now) / .seconds(1) }
            state = .halfOpen(since: now, pause: pause)
            return nil
        case .halfOpen(let since, let pause):
            // A probe that never ends is no answer.
            guard now >= since + .seconds(35) else { return 1 }
            state = .halfOpen(since: now, pause: pause)
            return nil
        }
    }

    /// - Returns: seconds until anything may be sent; nil when it may, or when a probe is due.
    public func closedUntil(_ now: Instant) -> Double? {
        var copy = self
        return copy.refusal(at: now)
    }

    /// The probe was given up before it had an answer: the next call is one.
    public mutating func abandon(at now: Instant) {
        if case .halfOpen(_, let pause) = state { state = .open(until: now, pause: pause) }
    }

    public mutating func recordResult(success: Bool, at now: Instant) {
        switch (state, success) {
        case (_, true): state = .closed(failures: 0)
        case (.closed(let failures), false):
            state =
                failures + 1 >= Self.threshold
                ? .open(until: now + Self.firstPause, pause: Self.firstPause) : .closed(failures: failures + 1)
        case (.halfOpen(_, let pause), false):
            let longer = min(pause * 2, Self.lastPause)
            state = .open(until: now + longer, pause: longer)
        case (.open, false): break
        }
    }

    public var isOpen: Bool { if case .closed = state { false } else { true } }
}
