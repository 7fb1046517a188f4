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
        attribution = WebhookAttribution(record: calendars.changes)
        reconciler = Reconciler(
            database: core.database, clock: core.clock, accounts: accounts.directory, upstream: accounts.upstream,
            binder: attribution, storage: messaging.trimming, metrics: core.metrics, logger: core.logger)
        receiver = InboundWebhookRoutes(
            database: core.database, clock: core.clock, accounts: accounts.directory, binder: attribution,
            metrics: core.metrics, reconciler: reconciler, storage: messaging.trimming, limits: limits)
    }

    var routes: [Route] {
        identity.routes { list in
            receiver.add(to: &list)
            BotCallbackReceiver(receiver, callbacks: bots.callbacks).add(to: &list)
        }
    }

    var jobs: [any Job] {
        [AttributeQuarantinedJob(database: core.database, clock: core.clock, binder: attribution)]
    }

    var services: [any Service] { [reconciler] }
    var invalidations: [Invalidation] { receiver.invalidations }

    /// Makes the handler that takes the shared account's webhooks before the router sees them.
    func fastPath(_ pipeline: RequestPipeline) -> @Sendable (ClientConnection) -> (any ChannelHandler)? {
        let (receiver, account) = (receiver, accounts.directory.shared)
        return { client in
            account.map { InboundWebhookChannel(door: pipeline, intake: receiver, account: $0, client: client) }
        }
    }
}

extension Calendars.Upward {
    /// The steps of bots, recordings and inbound webhooks.
    static func features(_ core: Core, _ accounts: Accounts) -> Calendars.Upward {
        let attribution = WebhookAttribution(record: EventChangeLog(vault: core.keys))
        let rescheduling = BotRescheduling(
            database: core.database, clock: core.clock, upstream: accounts.upstream,
            keys: RecordingKeys(vault: core.keys), marks: AttributionTags(vault: core.keys),
            requests: OrderRequests(vault: core.keys), logger: core.logger)
        return Calendars.Upward(
            erasure: .withRecordings, reschedule: { try await rescheduling.reschedule($0) },
            attributeQuarantined: { try attribution.bindHeld(account: $0, calendar: $1, at: $2, in: $3) },
            recordings: RecordingView(database: core.database).shown,
            versions: { try AccountVersions.used(in: $0, $1) })
    }
}
