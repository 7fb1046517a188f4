import Hummingbird
import Sealing

/// `/metrics`, for Prometheus. Public, or with `GATEWAY_METRICS_TOKEN` only with that token. It names no tenant, no
/// user and no id.
struct MetricsRoutes: Sendable {
    let metrics: PrometheusFactory
    let gauges: Gauges
    let token: SecretBytes?

    /// - Parameter needsToken: any token is worth a look then: comparing it costs no look-up in storage.
    static func surface(needsToken: Bool) -> APISurface {
        APISurface("/metrics", takesAnyToken: needsToken)
    }

    func add(to routes: inout RouteList) {
        let (metrics, gauges, token) = (self.metrics, self.gauges, self.token)
        let reply: RequestHandler = { _ in
            .text(
                metrics.text(MetricFamily.all) + (try await gauges.text()),
                type: "text/plain; version=0.0.4; charset=utf-8")
        }
        routes.verified(.get, "/metrics") { _, metadata, _ in
            guard let token else { return .unverified(reply) }
            try Authenticator.check(metadata.credential, against: token)
            return .verified(reply)
        }
    }
}
