import CoreMetrics

/// A family of metrics: its name, its type, its help text, and the names of its labels in their order.
///
/// The feature that records it declares it. `MetricFamily.all` has the order of `/metrics`.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter, histogram
    }

    let name: String
    let kind: Kind
    let help: String
    let labels: [String]

    init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
        (self.name, self.kind, self.help, self.labels) = (name, kind, help, labels)
    }

    /// - Parameter values: one for each label, in the order of the labels. None may be an id, a tenant or a path.
    func counter(_ values: [String], _ factory: any MetricsFactory) -> Counter {
        Counter(label: name, dimensions: dimensions(values), factory: factory)
    }

    /// - Parameter values: as for `counter`.
    func timer(_ values: [String], _ factory: any MetricsFactory) -> CoreMetrics.Timer {
        CoreMetrics.Timer(label: name, dimensions: dimensions(values), factory: factory)
    }

    private func dimensions(_ values: [String]) -> [(String, String)] {
        assert(values.count == labels.count, "\(name) has the labels \(labels)")
        return Array(zip(labels, values))
    }
}
