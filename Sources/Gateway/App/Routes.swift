import JSONValue
import HTTPTypes
import Hummingbird
import Logging
import Sealing
import SQL

/// Every route, by who asks. The order here is the contract's.
struct Routes: Sendable {
    let database: any Database
    let vault: TenantKeys
    let clock: GatewayClock
    let publicURL: String
    let metrics: GatewayMetrics
    let gauges: Gauges
    let metricsToken: SecretBytes?
    let readiness: Readiness
    let accounts: AccountDirectory
    let providers: Providers
    let grants: GrantLinking
    let consents: ConsentFlow
    let calendars: CalendarService
    let disconnector: ConnectionTeardown
    let events: EventService
    let upstream: Upstream
    let binder: WebhookAttribution
    let callbacks: BotCallbacks
    let authenticator: Authenticator
    let feed: MessageBroadcaster
    let intake: InboundWebhookRoutes
    let logger: Logger

    func add(to routes: inout RouteList) {
        let finder = EventFinder(database: database, upstream: upstream, events: events)
        let view = RecordingView(database: database)
        // Anyone
        ServiceRoutes(readiness: readiness).add(to: &routes)
        MetricsRoutes(metrics: metrics, gauges: gauges, token: metricsToken).add(to: &routes)
        DocsRoutes().add(to: &routes)
        // The operator
        TenantRoutes(
            database: database, vault: vault, clock: clock,
            holdDeliveries: { try DeliveryUpdates.begin($0, at: $1, in: $2) },
            deletionSteps: [ConsentStore.deletionStep, disconnector.deletionStep]
        ).add(to: &routes)
        ProviderAppRoutes(database: database, vault: vault, clock: clock, publicURL: publicURL, copies: .calendars)
            .add(to: &routes)
        AccountRoutes(
            database: database, vault: vault, clock: clock, publicURL: publicURL, upstream: upstream,
            contents: .calendars
        ).add(to: &routes)
        UnclaimedCalendarRoutes(
            service: UnclaimedCalendarService(database: database, adoption: calendars.adoption)
        ).add(to: &routes)
        APIKeyRoutes(database: database, vault: vault, clock: clock).add(to: &routes)
        // Tenants' servers and users' apps
        SessionRoutes(database: database, vault: vault, clock: clock).add(to: &routes)
        ConnectionRoutes(
            database: database, clock: clock, consents: consents, grants: grants,
            imports: TokenImport(consents: consents, providers: providers, grants: grants), providers: providers,
            teardown: disconnector
        ).add(to: &routes)
        CalendarRoutes(database: database, calendars: calendars).add(to: &routes)
        EventRoutes(database: database, events: events, finder: finder, recordings: view.shown).add(to: &routes)
        RecordingRoutes(
            database: database, finder: finder,
            recordings: RecordingService(
                database: database, clock: clock, upstream: upstream, events: events,
                keys: RecordingKeys(vault: vault), marks: AttributionTags(vault: vault)),
            view: view
        ).add(to: &routes)
        EndpointRoutes(database: database, vault: vault, clock: clock).add(to: &routes)
        ReplayRoutes(database: database, clock: clock).add(to: &routes)
        MessageRoutes(database: database, clock: clock, authenticator: authenticator, feed: feed, logger: logger)
            .add(to: &routes)
        AttemptRoutes(database: database, vault: vault).add(to: &routes)
        UserRoutes(
            database: database, clock: clock,
            deletionSteps: [
                disconnector.deletionStep, ConsentStore.deletionStep,
            ]
        ).add(to: &routes)
        // Providers and Meeting BaaS
        CallbackRoute(consents: consents, limits: authenticator.limits).add(to: &routes)
        intake.add(to: &routes)
        BotCallbackReceiver(intake, callbacks: callbacks).add(to: &routes)
    }
}

/// Is it alive, can it work, and what can it do.
struct ServiceRoutes: Sendable {
    let readiness: Readiness

    func add(to routes: inout RouteList) {
        routes.anyone(.get, "/healthz") { _, _, _ in .json(.ok, ["status": "ok"]) }
        routes.anyone(.get, "/readyz") { _, _, _ in
            guard await readiness.isReady() else {
                throw Problem(.storageUnavailable, "Storage takes no writes.", action: .wait, retryAfter: 5)
            }
            return .json(.ok, ["status": "ready"])
        }
        routes.anyone(.get, "/openapi.json") { _, _, _ in .contract }
    }
}
