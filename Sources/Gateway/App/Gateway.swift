import Scheduling
import HTTPTransport
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import MeetingBaaS
import NIOCore
import NIOPosix
import OAuth
import Sealing
public import ServiceLifecycle
import SQL

/// The application, built from its configuration. With `Routes`, the only place that knows every room.
public struct Gateway: Sendable {
    public let services: [any Service]
    let routes: RouteList
    let jobs: [any Job]
    private let database: any Database

    /// - Parameter onReady: called with the port once the server listens.
    public static func build(
        _ configuration: GatewayConfiguration, logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws -> Gateway {
        let database = try await openDatabase(configuration.databasePath)
        do {
            return try await Gateway(configuration, database, logger: logger, onReady: onReady)
        } catch {
            await database.close()
            throw error
        }
    }

    /// After the services have ended.
    public func close() async { await database.close() }

    private init(
        _ configuration: GatewayConfiguration, _ database: any Database, logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void
    ) async throws {
        let clock = GatewayClock.system
        let master = try Keyring(current: configuration.masterKey, previous: configuration.previousMasterKeys)
        // Before anything is changed: with the wrong key this may be the wrong database, and an older build must still
        // find its own schema.
        try await TenantKeys.check(database, master: master)
        try await Schema.migrator.run(on: database) { Failpoint.reach(.midMigration) }
        // Nobody else needs the writer while a new build's steps run.
        database.forgetLargestWrite()
        let vault = try await TenantKeys.open(database, master: master)
        try await database.write { tx in
            try ConsentStore.voidTaken(in: tx)
            try IdempotencyStore.releaseUnsent(in: tx)
        }
        let metrics = GatewayMetrics()
        let connections = ClientConnections(configuration, metrics: metrics, logger: logger)
        let origins = ActiveOrigins(database: database)

        let clients = HTTPClients()
        let accounts = AccountDirectory(
            database: database, vault: vault, shared: configuration.sharedAccount.map(Account.init))
        let upstream = Upstream(
            database: database, accounts: accounts, baseURL: configuration.meetingBaaSURL, http: clients.upstream,
            gate: UpstreamLimiter(inFlight: clients.upstreamInFlight), logger: logger, metrics: metrics)
        try await AccountIdentity(database: database, vault: vault, upstream: upstream).noteStored(logger)
        let feed = MessageBroadcaster()
        let sender = try DeliveryClient(
            policy: EgressPolicy(allowed: configuration.egressAllow), proxy: configuration.egressProxy,
            authorities: configuration.egressAuthorities, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let worker = DeliveryWorker(
            database: database, clock: clock, client: sender,
            attempt: DeliveryAttempt(
                database: database, vault: vault, clock: clock, client: sender, schedule: .standard,
                links: ArtifactLinkRefresher(
                    database: database, upstream: upstream,
                    tenantOfBot: { try BotStore.owner(account: $0, bot: $1, in: $2)?.tenant }),
                logger: logger, metrics: metrics),
            logger: logger)
        let providers = Providers(
            google: Google(
                authorizeURL: configuration.googleAuthorizeURL, tokenURL: configuration.googleTokenURL,
                revokeURL: configuration.googleRevokeURL),
            microsoft: Microsoft(authority: configuration.microsoftURL), http: clients.identity, metrics: metrics)
        let broker = TokenBroker(
            database: database, vault: vault, clock: clock, providers: providers, copies: .calendars, logger: logger)
        let grants = GrantLinking(
            database: database, vault: vault, clock: clock, providers: providers, broker: broker, copies: .calendars,
            logger: logger)
        let consents = ConsentFlow(
            database: database, vault: vault, clock: clock, providers: providers, publicURL: configuration.publicURL,
            grants: grants)
        let revocation = GrantRevocation(database: database, clock: clock, providers: providers)
        let record = EventChangeLog(vault: vault)
        let binder = WebhookAttribution(record: record)
        let storage = MessageTrimming(database: database, clock: clock, logger: logger)
        let reconciler = Reconciler(
            database: database, clock: clock, accounts: accounts, upstream: upstream, binder: binder, storage: storage,
            metrics: metrics, logger: logger)
        let rescheduler = BotRescheduling(
            database: database, clock: clock, upstream: upstream, keys: RecordingKeys(vault: vault),
            marks: AttributionTags(vault: vault), requests: OrderRequests(vault: vault), logger: logger)
        let calendars = CalendarService(
            database: database, clock: clock, upstream: upstream, broker: broker, logger: logger,
            erasure: .withRecordings, reschedule: { try await rescheduler.reschedule($0) },
            attributeHeld: { try binder.bindHeld(account: $0, calendar: $1, at: $2, in: $3) })
        let events = EventService(
            database: database, clock: clock, vault: vault, upstream: upstream, record: record)
        let disconnector = ConnectionTeardown(
            database: database, clock: clock, revocation: revocation, broker: broker,
            calendars: calendars.ofConnections, logger: logger)
        let surfaces = APISurfaces(metricsNeedToken: configuration.metricsToken != nil)
        let limits = RequestLimits(
            clock: clock, addresses: ClientAddress(trusted: configuration.trustedProxies),
            anonymousPerSecond: configuration.anonymousRequestsPerSecond,
            surfaces: surfaces)
        let authenticator = Authenticator(
            database: database, vault: vault, adminToken: configuration.adminToken, clock: clock, limits: limits)

        let parts = JobParts(
            database: database, clock: clock, vault: vault, calendars: calendars, events: events, broker: broker,
            connectionTeardown: disconnector,
            upstreamTeardown: UpstreamTeardown(
                database: database, clock: clock, upstream: upstream.forRemoval, logger: logger),
            refusedGrants: RefusedGrants(
                database: database, vault: vault, clock: clock, revocation: revocation, logger: logger),
            binder: binder, logger: logger)
        jobs = parts.jobs
        let runner = try JobRunner(jobs: jobs, database: database, clock: clock, logger: logger, metrics: metrics)
        database.listen(Listeners(jobs: runner, feed: feed, worker: worker, vault: vault).hear)
        let maintenance = Maintenance(
            database: database, clock: clock, broker: broker, storage: storage,
            retention: RetentionRound(
                database: database, rules: FeatureLists.retention(days: configuration.retentionDays)),
            logger: logger)

        let ownership = OwnershipResolver(database: database)
        let idempotency = Idempotency(database: database, vault: vault, clock: clock, logger: logger)
        let callbacks = BotCallbacks(vault: vault, publicURL: configuration.publicURL)
        let mirror = MirrorAPI(
            database: database, clock: clock, vault: vault, authenticator: authenticator, idempotency: idempotency,
            upstream: upstream, stream: clients.upstreamStream, ownership: ownership, calendars: calendars,
            grants: TokenImport(consents: consents, providers: providers, grants: grants), binder: binder,
            marks: AttributionTags(vault: vault), rules: BotRules(allowsV1URLs: configuration.v1BotURLs),
            callbacks: callbacks, logger: logger)
        let intake = InboundWebhookRoutes(
            database: database, clock: clock, accounts: accounts, binder: binder, metrics: metrics,
            reconciler: reconciler, storage: storage, limits: limits)
        let invalidations =
            vault.invalidations + authenticator.invalidations + origins.invalidations + accounts.invalidations
            + ownership.invalidations + intake.invalidations + worker.invalidations + jobs.invalidations
            + feed.invalidations
        database.listen(ChangeDispatcher(invalidations).dispatch)
        var routes = RouteList(authenticator: authenticator, idempotency: idempotency)
        Routes(
            database: database, vault: vault, clock: clock, publicURL: configuration.publicURL, metrics: metrics,
            gauges: Gauges(
                memory: {
                    [
                        ("callers", authenticator.reads), ("tenants", authenticator.tenantReads),
                        ("owners", ownership.reads), ("accounts", accounts.reads),
                        ("lookups", limits.lookups.reads),
                    ]
                },
                gate: upstream.gate, database: database, clock: clock, connections: connections, clients: clients,
                deliveries: worker,
                started: clock.now),
            metricsToken: configuration.metricsToken, readiness: Readiness(database: database, logger: logger),
            accounts: accounts, providers: providers,
            grants: grants,
            consents: consents, calendars: calendars, disconnector: disconnector,
            events: events, upstream: upstream, binder: binder, callbacks: callbacks, authenticator: authenticator,
            feed: feed, intake: intake, logger: logger
        ).add(to: &routes)
        let frontDoor = RequestPipeline(
            logger: logger, table: RouteTable(routes: routes.routes), surfaces: surfaces,
            cors: CORSPolicy(surfaces: surfaces, isListed: origins.contains), limits: limits, metrics: metrics)
        let bound = StartGate()
        let server = Self.server(
            configuration, routes, mirror, frontDoor, intake, shared: accounts.shared, connections: connections,
            logger: logger
        ) { port in
            bound.open()
            await onReady(port)
        }
        self.routes = routes
        self.database = database
        // In the order of dependence; they end in the reverse, so the server stops taking requests first.
        // Streams of messages end before the server, which waits for its replies.
        let watch = CalendarWatch(
            database: database, clock: clock, adoption: calendars.adoption,
            versions: { try AccountVersions.used(in: $0, $1) }, logger: logger)
        // Background work starts once the port is bound: a start that fails there has sent nothing.
        let background: [any Service] = [worker, runner, maintenance, reconciler, watch]
        services = [clients] + background.map { GatedService(service: $0, gate: bound) } + [server, feed]
    }

    /// - Parameter onBound: called with the port once it is bound; nothing is accepted until it returns.
    private static func server(
        _ configuration: GatewayConfiguration, _ routes: RouteList, _ mirror: MirrorAPI, _ frontDoor: RequestPipeline,
        _ intake: InboundWebhookRoutes, shared: Account?, connections: ClientConnections, logger: Logger,
        onBound: @escaping @Sendable (Int) async -> Void
    ) -> any Service {
        let router = Router(context: AppContext.self)
        router.add(middleware: frontDoor)
        for route in routes.routes {
            for method in route.methods {
                router.on(RouterPath(route.path), method: method) { request, context in
                    try await route.handle(request, context)
                }
            }
        }
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete, .head, .options] {
            router.on(RouterPath(MirrorAPI.path + "/**"), method: method) { request, context in
                try await mirror.handle(request, context)
            }
        }
        // Hummingbird's own lines would hold whole URIs.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let (metrics, surfaces) = (frontDoor.metrics, frontDoor.surfaces)
        let makeGuard: @Sendable (ClientConnection, ConnectionContinuation) -> ConnectionGuard = {
            ConnectionGuard(client: $0, connections: connections, continuation: $1, surfaces: surfaces) { refusal in
                metrics.count(.refusedRequests, refusal.code.rawValue)
                logger.info(
                    "request refused",
                    metadata: [
                        "request.id": .string(refusal.requestID), "problem": .string(refusal.code.rawValue),
                        "client.address": .string(refusal.peer ?? "-"),
                    ])
            }
        }
        let connectionLimit = connections.limit
        let (bodies, addresses) = (UnverifiedBodies(), frontDoor.limits.addresses)
        let makeBodyHandler: @Sendable () -> UnverifiedBodyHandler = {
            UnverifiedBodyHandler(bodies: bodies, addresses: addresses)
        }
        let server = HTTPServerBuilder { responder in
            ServerChannel(responder: responder, makeGuard: makeGuard, makeBodyHandler: makeBodyHandler) { client in
                shared.map { InboundWebhookChannel(door: frontDoor, intake: intake, account: $0, client: client) }
            }
        }
        return Application(
            router: router, server: server,
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(connectionLimit)),
            onServerRunning: { channel in
                await Self.guardAccepting(channel, connectionLimit: connectionLimit, logger: logger)
                await onBound(channel.localAddress?.port ?? configuration.port)
            },
            logger: quiet)
    }

    private static func guardAccepting(_ channel: any Channel, connectionLimit: Int, logger: Logger) async {
        let pause = AcceptPause { error in
            logger.error("connections cannot be accepted", metadata: ["error": "\(error)"])
        }
        try? await channel.pipeline.addHandler(pause, position: .first).get()
        // The limit is looked at between two reads, each of which may accept this many.
        if connectionLimit < 512 { try? await channel.setOption(.maxMessagesPerRead, value: 1).get() }
    }

    private static func openDatabase(_ path: String) async throws -> any Database {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return try await SQLiteDatabase.open(path: path)
    }
}
