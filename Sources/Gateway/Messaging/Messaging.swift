import HTTPTransport
import NIOPosix
import ServiceLifecycle

/// Messages of tenants, their delivery to endpoints, replays, and the stream.
struct Messaging: Feature {
    let broadcaster = MessageBroadcaster()
    let worker: DeliveryWorker
    let trimming: MessageTrimming
    private let core: Core
    private let identity: Identity

    /// - Parameter tenantOfBot: finds the tenant whose bot it is, so that its artifact links can be renewed.
    init(
        _ core: Core, _ identity: Identity, _ accounts: Accounts,
        tenantOfBot: @escaping ArtifactLinkRefresher.TenantOfBot
    ) throws {
        self.core = core
        self.identity = identity
        let (database, clock) = (core.database, core.clock)
        let client = try DeliveryClient(
            policy: EgressPolicy(allowed: core.settings.egressAllow), proxy: core.settings.egressProxy,
            authorities: core.settings.egressAuthorities, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        worker = DeliveryWorker(
            database: database, clock: clock, client: client,
            attempt: DeliveryAttempt(
                database: database, tenantKeys: core.keys, replica: core.replica, clock: clock, client: client,
                schedule: .deliveries,
                links: ArtifactLinkRefresher(
                    database: database, upstream: accounts.upstream, tenantOfBot: tenantOfBot),
                logger: core.logger, metrics: DeliveryMetrics(core.metrics)),
            logger: core.logger)
        trimming = MessageTrimming(database: database, clock: clock, logger: core.logger)
    }

    var routes: [Route] {
        let (database, keys, clock) = (core.database, core.keys, core.clock)
        return identity.routes { list in
            EndpointRoutes(database: database, tenantKeys: keys, clock: clock).add(to: &list)
            ReplayRoutes(database: database, clock: clock).add(to: &list)
            MessageRoutes(
                database: database, clock: clock, authenticator: identity.authenticator, broadcaster: broadcaster,
                logger: core.logger
            ).add(to: &list)
            AttemptRoutes(database: database, tenantKeys: keys).add(to: &list)
        }
    }

    var jobs: [any Job] {
        [
            UpdateDeliveriesJob(database: core.database, clock: core.clock),
            HastenDeliveriesJob(database: core.database, clock: core.clock),
            ReplayJob(database: core.database, clock: core.clock),
        ]
    }

    var services: [any Service] { [worker] }
    var retention: [RetentionRule] { RetentionRule.messaging(days: core.settings.retentionDays) }
    var invalidations: [Invalidation] { worker.invalidations + broadcaster.invalidations }
    var erasure: [ErasureStep] { [.messaging(core.database, core.clock)] }
}
