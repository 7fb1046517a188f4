import ServiceLifecycle

/// Probes, metrics and regular upkeep.
struct Operations: Feature {
    private let core: Core
    private let identity: Identity
    private let maintenance: Maintenance
    private let gauges: Gauges
    private let readiness: Readiness

    /// - Parameter features: all that have rules about rows that go after some time.
    init(
        _ core: Core, _ identity: Identity, _ limits: RequestLimits, _ accounts: Accounts, _ messaging: Messaging,
        _ connections: Connections, _ bots: Bots, clients: ClientConnections, _ features: [any Feature]
    ) {
        (self.core, self.identity) = (core, identity)
        readiness = Readiness(
            database: core.database, logger: core.logger,
            number: core.replica.isShared ? .random(in: 1..<(1 << 30)) : 0)
        maintenance = Maintenance(
            database: core.database, replica: core.replica, clock: core.clock, broker: connections.broker,
            storage: messaging.trimming,
            retention: RetentionRound(database: core.database, rules: features.flatMap(\.retention)),
            logger: core.logger)
        gauges = Gauges(
            memory: {
                [
                    ("callers", identity.authenticator.misses), ("tenants", identity.authenticator.tenantMisses),
                    ("owners", bots.ownership.misses), ("accounts", accounts.directory.misses),
                    ("lookups", limits.lookups.databaseReads),
                ]
            },
            limiter: accounts.upstream.limiter, database: core.database, clock: core.clock, connections: clients,
            clients: core.http, deliveries: messaging.worker, started: core.clock.now)
    }

    var routes: [Route] {
        identity.routes { list in
            ServiceRoutes(readiness: readiness).add(to: &list)
            MetricsRoutes(metrics: core.metrics, gauges: gauges, token: core.settings.metricsToken).add(to: &list)
        }
    }

    var services: [any Service] { [maintenance] }

    /// Ends before the server.
    var readinessEnd: ReadinessEnd {
        ReadinessEnd(readiness: readiness, pause: core.replica.isShared ? ReadinessEnd.pauseOfReplicas : .zero)
    }
}
