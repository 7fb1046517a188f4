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
        APISurface("/metrics") { request in
            needsToken && Credential.bearer(in: request) != nil || Credential.isWellFormed(in: request)
        }
    }

    func add(to routes: inout RouteList) {
        routes.anyone(.get, "/metrics") { request, context, _ in
            if let token {
                try Authenticator.check(request, against: token)
                context.metadata.isAuthenticated = true
            }
            return .text(
                metrics.text(MetricFamily.all) + (try await gauges.text()),
                type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }
}
