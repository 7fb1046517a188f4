/// A limit that no second exceeds: a fifth of it may go at once, the rest over the second. A token bucket with a burst that
/// small, which can be paused.
public struct PerSecondLimit: Sendable {
    public typealias Instant = ContinuousClock.Instant

    public private(set) var limit: Int
    private var bucket: TokenBucket
    private var pausedUntil: Instant?

    /// - Parameter limit: the most that may go in a second, 1 at least.
    public init(limit: Int) {
        self.limit = limit
        bucket = TokenBucket(tokens: Double(max(1, limit / 5)))
    }

    /// - Parameter tokens: those that may go at once at the time `now`.
    public init(limit: Int, tokens: Double, at now: Instant) {
        self.limit = limit
        bucket = TokenBucket(tokens: tokens, at: now)
    }

    /// The burst.
    public var burst: Double { Double(max(1, limit / 5)) }
    /// And then in a second. After a burst of b, a rate of limit - b + 1 would still hold to the limit; a tenth less of
    /// that leaves room for what is late on its way.
    public var perSecond: Double { max(Double(limit) - burst, 0.9 * (Double(limit) - burst + 1)) }

    private var rate: TokenBucket.Rate { .init(perSecond: perSecond, burst: burst) }

    /// - Parameter kept: tokens that must be left over.
    public mutating func take(at now: Instant, keeping kept: Double = 0) -> Bool {
        bucket.refill(rate, at: now)
        if let pausedUntil, pausedUntil > now { return false }
        return bucket.take(rate, keeping: kept, at: now)
    }

    /// Seconds until so many more may have gone.
    public mutating func wait(for count: Int, keeping kept: Double = 0, at now: Instant) -> Double {
        bucket.refill(rate, at: now)
        let paused = pausedUntil.map { max(($0 - now) / .seconds(1), 0) } ?? 0
        return paused + bucket.wait(for: Double(count) + kept, rate)
    }

    public mutating func change(limit: Int, at now: Instant) {
        guard limit != self.limit else { return }
        bucket.refill(rate, at: now)
        self.limit = limit
        // Cuts the tokens to the new burst.
        bucket.refill(rate, at: now)
    }

    public mutating func pause(until: Instant) { pausedUntil = max(pausedUntil ?? until, until) }
}
