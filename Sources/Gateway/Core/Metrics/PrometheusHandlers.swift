import CoreMetrics
import Synchronization

/// One series of a family. Recording a value takes no lock.
protocol PrometheusSeries: AnyObject, Sendable {
    static var type: String { get }
    /// True until the first value: the text has no such series.
    var isEmpty: Bool { get }
    func write(_ name: String, _ labels: [(String, String)], to out: inout MetricsText)
}

final class PrometheusCounter: CounterHandler, PrometheusSeries {
    static let type = "counter"
    private let value = Atomic<Int64>(0)

    var count: Int64 { value.load(ordering: .relaxed) }
    var isEmpty: Bool { count == 0 }

    /// A counter never falls: an amount below 1 is ignored.
    func increment(by amount: Int64) {
        if amount > 0 { value.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(_ name: String, _ labels: [(String, String)], to out: inout MetricsText) {
        out.sample(name, labels, "\(count)")
    }
}

/// A histogram with fixed bounds, in seconds for a timer.
final class PrometheusHistogram: TimerHandler, RecorderHandler, PrometheusSeries {
    static let type = "histogram"
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    /// One for each bound, and one for what lies above all of them.
    private let buckets = (0...PrometheusHistogram.bounds.count).map { _ in PrometheusCounter() }
    private let sum = Atomic<Double>(0)

    var isEmpty: Bool { buckets.allSatisfy(\.isEmpty) }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        sum.add(value)
        buckets[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count].increment(by: 1)
    }

    /// `_count` is read from the buckets, so that it equals the last of them whatever is recorded meanwhile.
    func write(_ name: String, _ labels: [(String, String)], to out: inout MetricsText) {
        var below: Int64 = 0
        for (bound, bucket) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], buckets) {
            below += bucket.count
            out.sample(name + "_bucket", labels + [("le", bound)], "\(below)")
        }
        out.sample(name + "_sum", labels, "\(sum.load(ordering: .relaxed))")
        out.sample(name + "_count", labels, "\(below)")
    }
}

/// The last value that was set.
final class PrometheusGauge: MeterHandler, RecorderHandler, PrometheusSeries {
    static let type = "gauge"
    private let value = Atomic<Double>(0)
    private let isSet = Atomic<Bool>(false)

    var isEmpty: Bool { !isSet.load(ordering: .relaxed) }

    func set(_ value: Int64) { set(Double(value)) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func set(_ value: Double) {
        self.value.store(value, ordering: .relaxed)
        isSet.store(true, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        value.add(amount)
        isSet.store(true, ordering: .relaxed)
    }

    func decrement(by amount: Double) { increment(by: -amount) }

    func write(_ name: String, _ labels: [(String, String)], to out: inout MetricsText) {
        out.sample(name, labels, "\(value.load(ordering: .relaxed))")
    }
}

extension Atomic<Double> {
    /// Adds without a lock: a value that another thread changed meanwhile is read again.
    fileprivate borrowing func add(_ amount: Double) {
        var (isDone, current) = (false, load(ordering: .relaxed))
        while !isDone {
            (isDone, current) = weakCompareExchange(
                expected: current, desired: current + amount, ordering: .relaxed)
        }
    }
}
