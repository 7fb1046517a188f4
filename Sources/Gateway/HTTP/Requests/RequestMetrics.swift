import CoreMetrics
import HTTPTypes
import Synchronization

/// The metrics of requests. A route's are found once, when the router is built.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
    }

    /// Requests refused before a route was looked for, by problem code.
    let refused: CounterSet
    /// Requests that a fast path answered, by its name.
    let fastPaths: CounterSet
    private let factory: any MetricsFactory
    private let routes = Mutex<[Key: RouteMetrics]>([:])

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        refused = CounterSet(.refusedRequests, factory: factory)
        fastPaths = CounterSet(.fastPathRequests, factory: factory)
    }

    private static let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .options, .head]

    /// - Parameter route: the pattern, never a path; nil for a request that no route was looked for.
    func route(_ method: HTTPRequest.Method, _ route: String?) -> RouteMetrics {
        let method = Self.methods.contains(method) ? method.rawValue : PrometheusFactory.other
        let key = Key(method: method, route: route ?? "none")
        return routes.withLock { routes in
            if let known = routes[key] { return known }
            let made = RouteMetrics(method, key.route, factory)
            if routes.count < PrometheusFactory.seriesLimit { routes[key] = made }
            return made
        }
    }
}

/// The metrics of one route and method.
final class RouteMetrics: Sendable {
    private final class Handles: Sendable {
        let requests: TimedOutcomes
        let broken: CounterSet

        init(_ route: RouteMetrics) {
            requests = TimedOutcomes(
                .requests, .requestSeconds, labels: [route.method, route.route], factory: route.factory)
            broken = CounterSet(.brokenReplies, labels: [route.route], factory: route.factory)
        }
    }

    private let method: String
    private let route: String
    private let factory: any MetricsFactory
    /// Made with the first request: most routes of an idle gateway have none.
    private let handles = AtomicLazyReference<Handles>()

    fileprivate init(_ method: String, _ route: String, _ factory: any MetricsFactory) {
        (self.method, self.route, self.factory) = (method, route, factory)
    }

    /// - Parameter broken: the side at which the reply broke after its head was sent. Unless it is the client's, the
    ///   request is counted with the status `broken`.
    func record(_ status: HTTPResponse.Status, took: Duration, broken: BrokenReply?) {
        let handles = self.handles.load() ?? self.handles.storeIfNil(Handles(self))
        handles.requests.record(broken?.isError ?? false ? "broken" : String(status.code), took: took)
        if let broken { handles.broken.count(broken.rawValue) }
    }
}

extension MetricFamily {
    static let requests = MetricFamily(
        "gateway_http_requests_total", .counter, "Requests by route and status.", labels: ["method", "route", "status"])
    static let requestSeconds = MetricFamily(
        "gateway_http_request_duration_seconds", .histogram,
        "Seconds from a request's head to its reply's end, by route.", labels: ["method", "route"])
    static let brokenReplies = MetricFamily(
        "gateway_http_replies_broken_total", .counter,
        "Replies that broke after their head was sent, by route and side.", labels: ["route", "by"])
    static let fastPathRequests = MetricFamily(
        "gateway_http_fast_path_requests_total", .counter,
        "Requests answered on their connection's event loop, without the router, by fast path.", labels: ["path"])
    static let refusedRequests = MetricFamily(
        "gateway_http_refused_total", .counter, "Requests refused before a route was looked for, by problem code.",
        labels: ["code"])
}
