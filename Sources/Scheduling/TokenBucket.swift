/// A token bucket: it holds at most `burst` tokens, and `perSecond` of them come back. A pure state machine; the caller gives
/// the time.
///
/// The rate is an argument of each call, so that a limit may change while the bucket keeps its tokens. A clock that was set
/// back gives nothing and takes nothing.
public struct TokenBucket: Sendable {
    public typealias Instant = ContinuousClock.Instant

    public struct Rate: Sendable, Equatable {
        /// Tokens that come back in a second.
        public let perSecond: Double
        /// The most tokens that the bucket holds.
        public let burst: Double

        public init(perSecond: Double, burst: Double) {
            self.perSecond = perSecond
            self.burst = burst
        }
    }

    /// Two clocks' readings of one moment, or a sum of tenths, may differ by so much of a token.
    private static let tolerance = 1e-9

    private var level: Double
    private var refilledAt: Instant?

    /// - Parameters:
    ///   - tokens: held at the beginning; the first use cuts them to the burst.
    ///   - now: the beginning; nil: the first use.
    public init(tokens: Double, at now: Instant? = nil) {
        level = tokens
        refilledAt = now
    }

    /// Tokens at the last use; whole ones are whole.
    public var tokens: Double { (level - level.rounded()).magnitude < Self.tolerance ? level.rounded() : level }

    /// Adds the tokens that came back since the last use.
    public mutating func refill(_ rate: Rate, at now: Instant) {
        let elapsed = refilledAt.map { max((now - $0) / .seconds(1), 0) } ?? 0
        level = min(level + elapsed * rate.perSecond, rate.burst)
        refilledAt = now
    }

    /// Returns true if so many tokens were left at the last use.
    public func hasTokens(_ count: Double) -> Bool { level >= count - Self.tolerance }

    /// Takes tokens without asking for them.
    public mutating func spend(_ count: Double = 1) { level -= count }

    /// Adds tokens beside those that come back with time.
    public mutating func add(_ count: Double, _ rate: Rate) { level = min(level + count, rate.burst) }

    /// Takes one token.
    /// - Parameter kept: tokens that must be left over.
    /// - Returns: false when there are too few; none is taken then.
    public mutating func take(_ rate: Rate, keeping kept: Double = 0, at now: Instant) -> Bool {
        refill(rate, at: now)
        guard hasTokens(1 + kept) else { return false }
        spend()
        return true
    }

    /// Seconds from the last use until the bucket holds so many tokens; 0 when it does.
    public func wait(for count: Double, _ rate: Rate) -> Double {
        hasTokens(count) ? 0 : (count - level) / rate.perSecond
    }
}
