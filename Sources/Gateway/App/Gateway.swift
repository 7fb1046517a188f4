public import Logging
public import ServiceLifecycle
import SQL

/// The application: all features, in the order of dependence, and the services that run them.
public struct Gateway: Sendable {
    public let services: [any Service]
    let routes: RouteTable
    let features: [any Feature]
    private let core: Core

    /// - Parameter onReady: called with the port once the server listens.
    public static func build(
        _ settings: GatewayConfiguration, logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws -> Gateway {
        let core = try await Core.open(settings, logger: logger)
        do {
            return try await Gateway(core, onReady: onReady)
        } catch {
            await close(core)
            throw error
        }
    }

    /// After the services have ended, or when none was run.
    public func close() async { await Self.close(core) }

    private static func close(_ core: Core) async {
        await core.http.close()
        await core.replica.leave()
        await core.database.close()
    }

    private init(_ core: Core, onReady: @escaping @Sendable (Int) async -> Void) async throws {
        let surfaces = APISurfaces(metricsNeedToken: core.settings.metricsToken != nil)
        let limits = RequestLimits(core)
        let deletion = ConnectionDeletion(dependents: .calendars)
        let idempotency = Idempotency(
            database: core.database, tenantKeys: core.keys, replica: core.replica, clock: core.clock,
            logger: core.logger)
        let identity = Identity(
            core, limits, holdDeliveries: { try DeliveryUpdates.begin($0, at: $1, in: $2) },
            deletionSteps: [deletion.step, ConsentStore.deletionStep])
        let accounts = Accounts(core, identity, contents: .calendars)
        let messaging = try Messaging(core, identity, accounts) {
            try BotStore.owner(account: $0, bot: $1, in: $2)?.tenant
        }
        let connections = Connections(core, identity, limits, copies: .calendars, deletion: deletion)
        let calendars = Calendars(core, identity, accounts, connections, .features(core, accounts))
        let bots = Bots(core, accounts, calendars)
        let recordings = Recordings(core, identity, accounts, calendars, bots)
        let webhooks = InboundWebhooks(core, identity, limits, accounts, messaging, calendars, bots)
        let mirror = MirrorAPI(core, identity, accounts, connections, calendars, bots, webhooks)
        let clients = ClientConnections(core.settings, metrics: core.metrics, logger: core.logger)
        var features: [any Feature] = [
            idempotency, identity, accounts, messaging, connections, calendars, bots, recordings, webhooks, mirror,
        ]
        let operations = Operations(
            core, identity, limits, accounts, messaging, connections, bots, clients: clients, features)
        features += [
            Erasure(core, features), operations, Docs(identity: identity),
        ]
        for feature in features { try await feature.prepare() }

        self.core = core
        routes = RouteTable(features)
        self.features = features
        let runner = try JobRunner(
            jobs: features.flatMap(\.jobs), database: core.database, replica: core.replica, clock: core.clock,
            logger: core.logger, metrics: core.metrics)
        let abandoned = AbandonedWork(
            database: core.database, replica: core.replica,
            rows: [JobStore.abandoned, IdempotencyStore.abandoned, ConsentStore.abandoned], logger: core.logger)
        core.database.listen(
            ChangeDispatcher(features.flatMap(\.invalidations) + runner.invalidations + core.replica.invalidations)
                .dispatch)
        let pipeline = RequestPipeline(
            logger: core.logger, table: routes, surfaces: surfaces,
            cors: CORSPolicy(surfaces: surfaces, isListed: identity.origins.contains), limits: limits,
            idempotency: idempotency, metrics: RequestMetrics(core.metrics))
        let bound = StartGate()
        let server = GatewayServer(
            settings: core.settings, pipeline: pipeline, connections: clients,
            fastPaths: features.flatMap { $0.fastPaths(pipeline) },
            logger: core.logger
        ).service { port in
            bound.open()
            await onReady(port)
        }
        // In the order of dependence; they end in the reverse, so the server stops taking requests first. Streams of
        // messages end before the server, which waits for its replies. First of all the readiness ends.
        //
        // Background work starts once the port is bound: a start that fails there has sent nothing.
        let background = features.flatMap(\.services) + [runner, abandoned]
        services =
            [core.http, core.replica, RequestReports(limits.byTenant, core)]
            + background.map { GatedService(service: $0, gate: bound) } + [
                server, messaging.broadcaster, operations.readinessEnd,
            ]
    }
}
