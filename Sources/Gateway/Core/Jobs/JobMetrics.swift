import CoreMetrics

/// The counts of one kind's jobs.
struct JobMetrics: Sendable {
    let done: Counter
    let failed: Counter
    let givenUp: Counter

    init(_ kind: JobKind, _ factory: any MetricsFactory) {
        func counter(_ outcome: String) -> Counter { MetricFamily.jobs.counter([kind.name, outcome], factory) }
        (done, failed, givenUp) = (counter("done"), counter("failed"), counter("given_up"))
    }
}

extension MetricFamily {
    static let jobs = MetricFamily(
        "gateway_jobs_total", .counter, "Background jobs run, by kind and outcome.", labels: ["kind", "outcome"])
}
