/// A token bucket so small that no second holds more than its limit: a fifth of it may go at once, the rest over the
/// second.
public struct TokenBucket: Sendable {
    public typealias Instant = ContinuousClock.Instant

    public private(set) var limit: Int
    private var tokens: Double
    private var at: Instant?
    private var pausedUntil: Instant?

    /// - Parameter limit: what may go in a second, 1 at least.
    public init(limit: Int) {
        self.limit = limit
        tokens = Double(max(1, limit / 5))
    }

    /// The burst.
    public var burst: Double { Double(max(1, limit / 5)) }
    /// And then in a second. After a burst of b, a rate of limit - b + 1 would still hold to the limit; a tenth less of
    /// that leaves room for what is late on its way.
    public var perSecond: Double { max(Double(limit) - burst, 0.9 * (Double(limit) - burst + 1)) }

    /// - Parameter kept: tokens that must be left over.
    public mutating func take(at now: Instant, keeping kept: Double = 0) -> Bool {
        refill(at: now)
        if let pausedUntil, pausedUntil > now { return false }
        guard tokens >= 1 + kept else { return false }
        tokens -= 1
        return true
    }

    /// Seconds until so many more may have gone.
    public mutating func wait(for count: Int, keeping kept: Double = 0, at now: Instant) -> Double {
        refill(at: now)
        let paused = pausedUntil.map { max(($0 - now) / .seconds(1), 0) } ?? 0
        return paused + max(Double(count) + kept - tokens, 0) / perSecond
    }

    public mutating func change(limit: Int, at now: Instant) {
        guard limit != self.limit else { return }
        refill(at: now)
        self.limit = limit
        tokens = min(tokens, burst)
    }

    public mutating func pause(until: Instant) { pausedUntil = max(pausedUntil ?? until, until) }

    private mutating func refill(at now: Instant) {
        let elapsed = at.map { max((now - $0) / .seconds(1), 0) } ?? 0
        tokens = min(tokens + elapsed * perSecond, burst)
        at = now
    }
}
