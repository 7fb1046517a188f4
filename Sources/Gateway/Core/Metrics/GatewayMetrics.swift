import HTTPTypes
import MeetingBaaS
import Synchronization

/// Counters and durations of this process, in memory, and their text for Prometheus (exposition format 0.0.4).
///
/// Labels are bounded: routes, operations and outcomes of the code, never an id, a tenant or a path.
final class GatewayMetrics: Sendable {
    /// The families there are. Labels stand in the order of `labels`.
    enum Family: String, CaseIterable {
        case requests = "gateway_http_requests_total"
        case requestSeconds = "gateway_http_request_duration_seconds"
        case brokenReplies = "gateway_http_replies_broken_total"
        case refusedRequests = "gateway_http_refused_total"
        case closedConnections = "gateway_http_connections_closed_total"
        case upstream = "gateway_upstream_requests_total"
        case upstreamSeconds = "gateway_upstream_request_duration_seconds"
        case provider = "gateway_provider_requests_total"
        case providerSeconds = "gateway_provider_request_duration_seconds"
        case webhooks = "gateway_webhooks_received_total"
        case deliveries = "gateway_delivery_attempts_total"
        case deliverySeconds = "gateway_delivery_attempt_duration_seconds"
        case jobs = "gateway_jobs_total"

        var help: String {
            switch self {
            case .requests: "Requests by route and status."
            case .requestSeconds: "Seconds from a request's head to its reply's end, by route."
            case .brokenReplies: "Replies that broke after their head was sent, by route and side."
            case .refusedRequests: "Requests refused before a route was looked for, by problem code."
            case .closedConnections: "Connections closed for want of room, by reason."
            case .upstream: "Calls of Meeting BaaS by operation and outcome."
            case .upstreamSeconds: "Seconds of calls of Meeting BaaS, by operation."
            case .provider: "Calls of Google's and Microsoft's token endpoints by outcome."
            case .providerSeconds: "Seconds of calls of token endpoints."
            case .webhooks: "Webhooks received from Meeting BaaS by outcome."
            case .deliveries: "Attempts of deliveries by outcome."
            case .deliverySeconds: "Seconds of attempts of deliveries."
            case .jobs: "Background jobs run, by kind and outcome."
            }
        }

        var labels: [String] {
            switch self {
            case .requests: ["method", "route", "status"]
            case .requestSeconds: ["method", "route"]
            case .brokenReplies: ["route", "by"]
            case .refusedRequests: ["code"]
            case .closedConnections: ["reason"]
            case .upstream: ["version", "operation", "outcome"]
            case .upstreamSeconds: ["version", "operation"]
            case .provider: ["provider", "call", "outcome"]
            case .providerSeconds: ["provider", "call"]
            case .webhooks, .deliveries: ["outcome"]
            case .deliverySeconds: []
            case .jobs: ["kind", "outcome"]
            }
        }

        var isHistogram: Bool { rawValue.hasSuffix("_seconds") }
    }

    private struct Histogram {
        var counts = [Int](repeating: 0, count: GatewayMetrics.bounds.count)
        var count = 0
        var sum = 0.0
    }

    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    private let counters = Mutex<[Family: [[String]: Int]]>([:])
    private let histograms = Mutex<[Family: [[String]: Histogram]]>([:])

    func count(_ family: Family, _ labels: String...) {
        counters.withLock { $0[family, default: [:]][labels, default: 0] += 1 }
    }

    func observe(_ family: Family, _ labels: String..., took: Duration) {
        let seconds = took.seconds
        histograms.withLock { all in
            var histogram = all[family]?[labels] ?? Histogram()
            histogram.count += 1
            histogram.sum += seconds
            if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) { histogram.counts[bucket] += 1 }
            all[family, default: [:]][labels] = histogram
        }
    }

    /// - Parameter isBroken: the reply broke after its head was sent, which is counted as the status `broken`.
    func request(
        _ method: HTTPRequest.Method, _ route: String?, _ status: HTTPResponse.Status, _ took: Duration,
        isBroken: Bool = false
    ) {
        let known: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .options, .head]
        let method = known.contains(method) ? method.rawValue : "other"
        let route = route ?? "none"
        count(.requests, method, route, isBroken ? "broken" : String(status.code))
        observe(.requestSeconds, method, route, took: took)
    }

    /// - Parameter outcome: one of a few fixed strings.
    func upstreamCall(_ operation: UpstreamOperation, _ outcome: String, _ took: Duration) {
        count(.upstream, operation.version.rawValue, operation.name, outcome)
        observe(.upstreamSeconds, operation.version.rawValue, operation.name, took: took)
    }

    /// The text of all families, each with its samples in a fixed order.
    var text: String {
        let (counters, histograms) = (self.counters.withLock { $0 }, self.histograms.withLock { $0 })
        var out = MetricsText()
        for family in Family.allCases {
            if family.isHistogram {
                out.begin(family.rawValue, "histogram", family.help)
                for (labels, histogram) in (histograms[family] ?? [:]).sorted(by: {
                    $0.key.lexicographicallyPrecedes($1.key)
                }) {
                    Self.write(histogram, family, labels, &out)
                }
            } else {
                out.begin(family.rawValue, "counter", family.help)
                for (labels, count) in (counters[family] ?? [:]).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }
                ) {
                    out.sample(family.rawValue, Array(zip(family.labels, labels)), "\(count)")
                }
            }
        }
        return out.text
    }

    private static func write(
        _ histogram: Histogram, _ family: Family, _ values: [String], _ out: inout MetricsText
    ) {
        let labels = Array(zip(family.labels, values))
        var below = 0
        for (bound, count) in zip(bounds, histogram.counts) {
            below += count
            out.sample(family.rawValue + "_bucket", labels + [("le", "\(bound)")], "\(below)")
        }
        out.sample(family.rawValue + "_bucket", labels + [("le", "+Inf")], "\(histogram.count)")
        out.sample(family.rawValue + "_sum", labels, "\(histogram.sum)")
        out.sample(family.rawValue + "_count", labels, "\(histogram.count)")
    }
}

/// The exposition format, line by line.
struct MetricsText {
    private(set) var text = ""

    mutating func begin(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        let presented = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += presented.isEmpty ? "\(name) \(value)\n" : "\(name){\(presented)} \(value)\n"
    }

    /// A family of one sample.
    mutating func gauge(_ name: String, _ help: String, _ value: some Numeric) {
        begin(name, "gauge", help)
        sample(name, [], "\(value)")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
