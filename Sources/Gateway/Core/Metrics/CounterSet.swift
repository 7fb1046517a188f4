import CoreMetrics
import Synchronization

/// The counters of one family that differ in its last label. Each is made when its value is first counted.
///
/// For values that the code knows but no list has, such as statuses and kinds of errors. Counting takes no lock and no
/// look-up in a dictionary: the counters form a list that only grows, and few values are in use. After `limit` values, all
/// others count as `other`.
final class CounterSet: Sendable {
    private final class Entry: Sendable {
        let value: String
        let counter: Counter
        let next = AtomicLazyReference<Entry>()

        init(_ value: String, _ counter: Counter) { (self.value, self.counter) = (value, counter) }
    }

    static let limit = 64

    private let family: MetricFamily
    private let labels: [String]
    private let factory: any MetricsFactory
    private let first = AtomicLazyReference<Entry>()

    /// - Parameter labels: the values of all labels but the last.
    init(_ family: MetricFamily, labels: [String] = [], factory: any MetricsFactory) {
        (self.family, self.labels, self.factory) = (family, labels, factory)
    }

    /// - Parameter value: of the last label; one of a few fixed strings.
    func count(_ value: String) { counter(value).increment() }

    private func counter(_ value: String) -> Counter {
        var entry = first.load() ?? first.storeIfNil(make(value))
        for _ in 1..<Self.limit where entry.value != value {
            entry = entry.next.load() ?? entry.next.storeIfNil(make(value))
        }
        return entry.value == value ? entry.counter : make(PrometheusFactory.other).counter
    }

    private func make(_ value: String) -> Entry { Entry(value, family.counter(labels + [value], factory)) }
}
