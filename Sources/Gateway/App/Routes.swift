extension APISurfaces {
    /// The surfaces of all features.
    init(metricsNeedToken: Bool) {
        self.init(
            IdentitySurfaces.all + Readiness.surfaces + [
                CallbackRoute.surface, InboundWebhookRoutes.surface, BotCallbackReceiver.surface, MirrorAPI.surface,
                MetricsRoutes.surface(needsToken: metricsNeedToken),
            ], fallback: IdentitySurfaces.fallback)
    }
}

extension RouteTable {
    /// The routes of all features, in the contract's order.
    init(_ features: [any Feature]) {
        let all = features.flatMap(\.routes)
        func first(_ prefixes: [String]) -> [Route] {
            prefixes.flatMap { prefix in all.filter { $0.path.hasPrefix(prefix) } }
        }
        let ordered = first(["/healthz", "/readyz", "/openapi.json", "/metrics", "/docs", "/admin/", "/api/"])
        let paths = Set(ordered.map(\.path))
        self.init(ordered + all.filter { !paths.contains($0.path) })
    }
}
