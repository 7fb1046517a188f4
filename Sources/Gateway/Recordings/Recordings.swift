/// Recordings of calendar events: which are wanted, and the bots that make them.
struct Recordings: Feature {
    private let core: Core
    private let identity: Identity
    private let accounts: Accounts
    private let calendars: Calendars
    private let bots: Bots

    init(_ core: Core, _ identity: Identity, _ accounts: Accounts, _ calendars: Calendars, _ bots: Bots) {
        (self.core, self.identity, self.accounts) = (core, identity, accounts)
        (self.calendars, self.bots) = (calendars, bots)
    }

    var routes: [Route] {
        identity.routes {
            RecordingRoutes(
                database: core.database, finder: calendars.finder,
                recordings: RecordingService(
                    database: core.database, replica: core.replica, clock: core.clock, upstream: accounts.upstream,
                    events: calendars.events, keys: RecordingKeys(tenantKeys: core.keys), tags: bots.tags),
                view: RecordingView(database: core.database)
            ).add(to: &$0)
        }
    }

    var retention: [RetentionRule] { RetentionRule.recordings(calendars.tombstones) }
    var erasure: [ErasureStep] { [.recordings] }
}
