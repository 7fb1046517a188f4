/// When a delivery is tried again: the ten steps of Standard Webhooks 1.0.0, 75 h 35 min in all, each with ±20 % jitter.
public struct RetrySchedule: Sendable {
    /// Seconds before each attempt, counted from the one before.
    public let steps: [Double]

    public static let standard = RetrySchedule(
        steps: [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])

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
