extension APISurfaces {
    /// The API surfaces of all features.
    init(metricsNeedToken: Bool) {
        self.init(
            IdentitySurfaces.all + Readiness.surfaces + [
                CallbackRoute.surface, InboundWebhookRoutes.surface, BotCallbackReceiver.surface, MirrorAPI.surface,
                MetricsRoutes.surface(needsToken: metricsNeedToken),
            ], fallback: IdentitySurfaces.fallback)
    }
}
