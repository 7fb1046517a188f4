import NIOCore
import ServiceLifecycle

/// Webhooks and callbacks of Meeting BaaS: verified, attributed to a tenant and stored; and the reconciler, which asks for
/// those that never came.
struct InboundWebhooks: Feature {
    let attribution: WebhookAttribution
    private let receiver: InboundWebhookRoutes
    private let reconciler: Reconciler
    private let core: Core
    private let identity: Identity
    private let accounts: Accounts
    private let bots: Bots

    init(
        _ core: Core, _ identity: Identity, _ limits: RequestLimits, _ accounts: Accounts, _ messaging: Messaging,
        _ calendars: Calendars, _ bots: Bots
    ) {
        (self.core, self.identity, self.accounts, self.bots) = (core, identity, accounts, bots)
        attribution = WebhookAttribution(changeLog: calendars.changes)
        let received = CounterSet(.webhooks, factory: core.metrics)
        reconciler = Reconciler(
            database: core.database, clock: core.clock, accounts: accounts.directory, upstream: accounts.upstream,
            attribution: attribution, storage: messaging.trimming, metrics: received, logger: core.logger)
        receiver = InboundWebhookRoutes(
            database: core.database, clock: core.clock, accounts: accounts.directory, attribution: attribution,
            metrics: received, reconciler: reconciler, storage: messaging.trimming, limits: limits)
    }

    var routes: [Route] {
        identity.routes { list in
            receiver.add(to: &list)
            BotCallbackReceiver(receiver, callbacks: bots.callbacks).add(to: &list)
        }
    }

    var jobs: [any Job] {
        [AttributeQuarantinedJob(database: core.database, clock: core.clock, attribution: attribution)]
    }

    var services: [any Service] { [reconciler] }
    var invalidations: [Invalidation] { receiver.invalidations }

    /// Makes the handler that takes the shared account's webhooks before the router sees them.
    func fastPath(_ pipeline: RequestPipeline) -> @Sendable (ClientConnection) -> (any ChannelHandler)? {
        let (receiver, account) = (receiver, accounts.directory.shared)
        return { client in
            account.map {
                InboundWebhookChannel(pipeline: pipeline, inboundWebhooks: receiver, account: $0, client: client)
            }
        }
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
