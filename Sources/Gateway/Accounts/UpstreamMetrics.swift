import CoreMetrics
import MeetingBaaS

/// The metrics of calls of Meeting BaaS, by operation.
struct UpstreamMetrics: Sendable {
    private let operations: [UpstreamOperation: TimedOutcomes]

    init(_ factory: any MetricsFactory) {
        operations = Dictionary(
            uniqueKeysWithValues: Catalogue.all.map { operation in
                (
                    operation,
                    TimedOutcomes(
                        .upstream, .upstreamSeconds, labels: [operation.version.rawValue, operation.name],
                        factory: factory)
                )
            })
    }

    /// - Parameters:
    ///   - operation: one of the catalogue.
    ///   - outcome: one of a few fixed strings.
    func upstreamCall(_ operation: UpstreamOperation, _ outcome: String, _ took: Duration) {
        operations[operation]?.record(outcome, took: took)
    }
}

extension MetricFamily {
    static let upstream = MetricFamily(
        "gateway_upstream_requests_total", .counter, "Calls of Meeting BaaS by operation and outcome.",
        labels: ["version", "operation", "outcome"])
    static let upstreamSeconds = MetricFamily(
        "gateway_upstream_request_duration_seconds", .histogram, "Seconds of calls of Meeting BaaS, by operation.",
        labels: ["version", "operation"])
}
