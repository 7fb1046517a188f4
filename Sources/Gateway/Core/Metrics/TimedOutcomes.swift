import CoreMetrics
import Metrics
import Synchronization

/// Work that is counted by outcome and whose duration is measured.
final class TimedOutcomes: Sendable {
    private final class Handles: Sendable {
        let counts: CounterSet
        let seconds: CoreMetrics.Timer

        init(_ counts: CounterSet, _ seconds: CoreMetrics.Timer) { (self.counts, self.seconds) = (counts, seconds) }
    }

    private let counted: MetricFamily
    private let timed: MetricFamily
    private let labels: [String]
    private let factory: any MetricsFactory
    /// Made with the first value: most routes and operations are never used, and a histogram takes half a kilobyte.
    private let handles = AtomicLazyReference<Handles>()

    /// - Parameters:
    ///   - counted: has the labels of `timed`, and then the outcome.
    ///   - labels: the values of the labels of `timed`.
    init(_ counted: MetricFamily, _ timed: MetricFamily, labels: [String] = [], factory: any MetricsFactory) {
        (self.counted, self.timed, self.labels, self.factory) = (counted, timed, labels, factory)
    }

    /// - Parameter outcome: one of a few fixed strings.
    func record(_ outcome: String, took: Duration) {
        let handles = self.handles.load() ?? self.handles.storeIfNil(make())
        handles.counts.count(outcome)
        handles.seconds.record(duration: took)
    }

    private func make() -> Handles {
        Handles(CounterSet(counted, labels: labels, factory: factory), timed.timer(labels, factory))
    }
}
