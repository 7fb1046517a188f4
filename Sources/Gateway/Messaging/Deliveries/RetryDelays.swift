import Scheduling

extension RetrySchedule {
    /// The delays between attempts of a delivery: the ten steps of Standard Webhooks 1.0.0, 75 h 35 min in all.
    static let deliveries = RetrySchedule(
        steps: [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])
}
