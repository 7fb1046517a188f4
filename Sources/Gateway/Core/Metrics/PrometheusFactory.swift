import CoreMetrics
import Synchronization

/// Makes the metrics of one gateway and presents them as Prometheus' text (exposition format 0.0.4).
///
/// It is passed to what records metrics. There is none for the whole process, so gateways in one process do not see each
/// other's values. Handles of one name and the same labels share a series. A series is in the text from its first value on.
///
/// Not swift-prometheus: that does not escape label values, writes families and series in no fixed order, and takes a lock
/// for each value of a histogram.
final class PrometheusFactory: MetricsFactory {
    private struct Labels: Hashable, Sendable {
        let names: [String]
        var values: [String]

        init(_ dimensions: [(String, String)]) { (names, values) = (dimensions.map(\.0), dimensions.map(\.1)) }
    }

    private struct Family: Sendable {
        let type: String
        var series: [Labels: any PrometheusSeries] = [:]

        /// Those that have a value, in a fixed order.
        var written: [(labels: Labels, series: any PrometheusSeries)] {
            series.filter { !$0.value.isEmpty }.sorted { $0.key.values.lexicographicallyPrecedes($1.key.values) }
                .map { ($0.key, $0.value) }
        }
    }

    /// Series of one family. Further labels share a series, so that a mistake cannot fill the memory.
    static let seriesLimit = 4_096
    /// The value of each label of the series that further labels share.
    static let other = "other"

    private let families = Mutex<[String: Family]>([:])

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, PrometheusCounter.init)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, PrometheusHistogram.init)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, PrometheusGauge.init)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? series(label, dimensions, PrometheusHistogram.init) : series(label, dimensions, PrometheusGauge.init)
    }

    func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }
    func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }

    /// The series of these labels. A family has one type: a handle of another type records into no series.
    private func series<Series: PrometheusSeries>(
        _ name: String, _ dimensions: [(String, String)], _ make: () -> Series
    ) -> Series {
        families.withLock { families in
            var family = families[name] ?? Family(type: Series.type)
            guard family.type == Series.type else { return make() }
            var labels = Labels(dimensions)
            if family.series[labels] == nil, family.series.count >= Self.seriesLimit {
                labels.values = labels.values.map { _ in Self.other }
            }
            if let known = family.series[labels] as? Series { return known }
            let made = make()
            family.series[labels] = made
            families[name] = family
            return made
        }
    }

    private func destroy(_ handler: AnyObject) {
        families.withLock { families in
            for (name, family) in families {
                guard let labels = family.series.first(where: { $0.value === handler })?.key else { continue }
                families[name]?.series[labels] = nil
            }
        }
    }

    /// The text of all families.
    /// - Parameter described: these come first, in this order, each also without a series. Others follow without a help
    ///   text.
    func text(_ described: [MetricFamily]) -> String {
        let all = families.withLock { $0 }
        var out = MetricsText()
        for family in described {
            out.begin(family.name, family.kind.rawValue, family.help)
            Self.write(all[family.name], family.name, to: &out)
        }
        let names = Set(described.map(\.name))
        for (name, family) in all.sorted(by: { $0.key < $1.key }) where !names.contains(name) {
            out.begin(name, family.type, nil)
            Self.write(family, name, to: &out)
        }
        return out.text
    }

    private static func write(_ family: Family?, _ name: String, to out: inout MetricsText) {
        for (labels, series) in family?.written ?? [] {
            series.write(name, Array(zip(labels.names, labels.values)), to: &out)
        }
    }
}
