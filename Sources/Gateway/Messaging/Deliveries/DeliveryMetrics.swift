import CoreMetrics

/// The metrics of attempts of deliveries, by the class of the receiver's status.
struct DeliveryMetrics: Sendable {
    private let attempts: TimedOutcomes

    init(_ factory: any MetricsFactory) { attempts = TimedOutcomes(.deliveries, .deliverySeconds, factory: factory) }

    /// - Parameter status: nil when there was no answer.
    func record(_ status: Int?, took: Duration) {
        attempts.record(status.map { "\($0 / 100)xx" } ?? "no_answer", took: took)
    }
}

extension MetricFamily {
    static let deliveries = MetricFamily(
        "gateway_delivery_attempts_total", .counter, "Attempts of deliveries by outcome.", labels: ["outcome"])
    static let deliverySeconds = MetricFamily(
        "gateway_delivery_attempt_duration_seconds", .histogram, "Seconds of attempts of deliveries.")
}
