/// The delays between attempts that fail, each with ±20 % jitter.
public struct RetrySchedule: Sendable {
    /// Seconds before each attempt, counted from the one before.
    public let steps: [Double]

    public init(steps: [Double]) { self.steps = steps }

    /// Seconds until the next attempt after `made` attempts; nil when there is none left.
    /// - Parameters:
    ///   - retryAfter: what a 429 or 503 asked for, in seconds; kept if longer, up to 6 h.
    ///   - random: uniform in 0..<1.
    public func delay(after made: Int, retryAfter: Double? = nil, random: Double) -> Double? {
        guard made < steps.count else { return nil }
        let jittered = steps[made] * (0.8 + 0.4 * random)
        return max(jittered, min(retryAfter ?? 0, 21_600))
    }
}
