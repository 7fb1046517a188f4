/// Repeats are a share of the calls: one for five, and three a second. Else they would double an upstream's trouble.
public struct RetryBudget: Sendable {
    public typealias Instant = ContinuousClock.Instant

    public static let share = 0.2
    public static let perSecond = 3.0
    public static let most = 30.0
    private static let rate = TokenBucket.Rate(perSecond: perSecond, burst: most)
    private var bucket = TokenBucket(tokens: RetryBudget.perSecond)

    public init() {}

    public mutating func noteCall(at now: Instant) {
        bucket.refill(Self.rate, at: now)
        bucket.add(Self.share, Self.rate)
    }

    public mutating func take(at now: Instant) -> Bool { bucket.take(Self.rate, at: now) }
}
