/// Bots, who asked for them, and who owns what at Meeting BaaS.
struct Bots: Feature {
    let callbacks: BotCallbacks
    let tags: AttributionTags
    let ownership: OwnershipResolver
    private let teardown: UpstreamTeardown
    private let core: Core
    private let calendars: Calendars

    init(_ core: Core, _ accounts: Accounts, _ calendars: Calendars) {
        (self.core, self.calendars) = (core, calendars)
        callbacks = BotCallbacks(tenantKeys: core.keys, publicURL: core.settings.publicURL)
        tags = AttributionTags(tenantKeys: core.keys)
        ownership = OwnershipResolver(database: core.database)
        teardown = UpstreamTeardown(
            database: core.database, clock: core.clock, upstream: accounts.upstream.forRemoval, logger: core.logger)
    }

    var jobs: [any Job] { [EndBotJob(teardown: teardown), EndCredentialJob(teardown: teardown)] }
    var retention: [RetentionRule] { RetentionRule.bots(calendars.tombstones) + [.learnedEvents] }
    var invalidations: [Invalidation] { ownership.invalidations }

    var erasure: [ErasureStep] {
        [.bots(core.database, core.clock) { try await teardown.run($0, user: $1, lastTry: $2) }]
    }
}
