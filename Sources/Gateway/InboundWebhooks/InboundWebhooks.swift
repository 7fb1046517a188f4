import ServiceLifecycle

/// Webhooks and callbacks of Meeting BaaS: verified, attributed to a tenant and stored; and the reconciler, which asks for
/// those that never came.
struct InboundWebhooks: Feature {
    let attribution: WebhookAttribution
    private let webhookIntake: WebhookIntake
    private let verifier: InboundWebhookVerifier
    private let receiver: InboundWebhookRoutes
    private let callbacks: BotCallbackReceiver
    private let reconciler: Reconciler
    private let core: Core
    private let identity: Identity
    private let accounts: Accounts

    init(
        _ core: Core, _ identity: Identity, _ limits: RequestLimits, _ accounts: Accounts, _ messaging: Messaging,
        _ calendars: Calendars, _ bots: Bots
    ) {
        (self.core, self.identity, self.accounts) = (core, identity, accounts)
        attribution = WebhookAttribution(changeLog: calendars.changes)
        let received = CounterSet(.webhooks, factory: core.metrics)
        webhookIntake = WebhookIntake(
            database: core.database, attribution: attribution, storage: messaging.trimming, metrics: received)
        reconciler = Reconciler(
            replica: core.replica, clock: core.clock, accounts: accounts.directory, upstream: accounts.upstream,
            webhookIntake: webhookIntake, logger: core.logger)
        verifier = InboundWebhookVerifier(clock: core.clock, metrics: received, reconciler: reconciler)
        receiver = InboundWebhookRoutes(
            accounts: accounts.directory, verifier: verifier, webhookIntake: webhookIntake, limits: limits)
        callbacks = BotCallbackReceiver(
            clock: core.clock, accounts: accounts.directory, callbacks: bots.callbacks, webhookIntake: webhookIntake,
            limits: limits)
    }

    var routes: [Route] {
        identity.routes { list in
            receiver.add(to: &list)
            callbacks.add(to: &list)
        }
    }

    var jobs: [any Job] {
        [AttributeQuarantinedJob(database: core.database, clock: core.clock, attribution: attribution)]
    }

    var services: [any Service] { [reconciler] }
    var invalidations: [Invalidation] { receiver.invalidations }

    func fastPaths(_ pipeline: RequestPipeline) -> [any FastPath] {
        guard let account = accounts.directory.shared else { return [] }
        return [
            InboundWebhookFastPath(
                pipeline: pipeline, verifier: verifier, webhookIntake: webhookIntake, account: account)
        ]
    }
}

extension Calendars.Upward {
    /// The steps of bots, recordings and inbound webhooks.
    static func features(_ core: Core, _ accounts: Accounts) -> Calendars.Upward {
        let attribution = WebhookAttribution(changeLog: EventChangeLog(tenantKeys: core.keys))
        let rescheduling = BotRescheduling(
            database: core.database, clock: core.clock, upstream: accounts.upstream,
            keys: RecordingKeys(tenantKeys: core.keys), tags: AttributionTags(tenantKeys: core.keys),
            requests: OrderRequests(tenantKeys: core.keys), logger: core.logger)
        return Calendars.Upward(
            erasure: .withRecordings, reschedule: { try await rescheduling.reschedule($0) },
            attributeQuarantined: { try attribution.attributeQuarantined(account: $0, calendar: $1, at: $2, in: $3) },
            recordings: RecordingView(database: core.database).presented,
            versions: { try AccountVersions.used(in: $0, $1) })
    }
}

extension MetricFamily {
    static let webhooks = MetricFamily(
        "gateway_webhooks_received_total", .counter, "Webhooks received from Meeting BaaS by outcome.",
        labels: ["outcome"])
}
