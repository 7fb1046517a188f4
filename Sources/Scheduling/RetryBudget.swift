/// Repeats are a share of the calls: one for five, and three a second. Else they would double an upstream's trouble.
public struct RetryBudget: Sendable {
    public typealias Instant = ContinuousClock.Instant

    public static let share = 0.2
    public static let perSecond = 3.0
    public static let most = 30.0
    private var tokens = RetryBudget.perSecond
    private var at: Instant?

    public init() {}

    public mutating func noteCall(at now: Instant) {
        refill(at: now)
        tokens = min(tokens + Self.share, Self.most)
    }

    public mutating func take(at now: Instant) -> Bool {
        refill(at: now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    private mutating func refill(at now: Instant) {
        let elapsed = at.map { max((now - $0) / .seconds(1), 0) } ?? 0
        tokens = min(tokens + elapsed * Self.perSecond, Self.most)
        at = now
    }
}
