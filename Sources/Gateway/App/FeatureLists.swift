import JSONValue
import Logging
import SQL

/// The features' erasure steps, retention rules and jobs.
enum FeatureLists {
    /// Features that use others come first: no row is deleted before those that name it.
    static func erasure(
        _ database: any Database, _ clock: GatewayClock, takeDown: @escaping ErasureStep.TakeDown
    ) -> [ErasureStep] {
        [
            .recordings, .bots(database, clock, takeDown: takeDown), .calendars, .connections(database, clock),
            .messaging(database, clock), .accounts, .identity, .idempotency(database), .core,
        ]
    }

    /// In the order of dependence: bots after messages and calendars, whose end frees rows of theirs.
    /// - Parameter days: the retention of messages.
    static func retention(days: Int) -> [RetentionRule] {
        let tombstones = CalendarTombstones()
        return [.idempotency, .identity, .accounts] + RetentionRule.messaging(days: days)
            + [.connections, .calendars(tombstones)] + RetentionRule.bots(tombstones)
            + RetentionRule.recordings(tombstones) + [.learnedEvents]
    }
}

/// The parts that jobs are made of.
struct JobParts: Sendable {
    let database: any Database
    let clock: GatewayClock
    let vault: TenantKeys
    let calendars: CalendarService
    let events: EventService
    let broker: TokenBroker
    let connectionTeardown: ConnectionTeardown
    let upstreamTeardown: UpstreamTeardown
    let refusedGrants: RefusedGrants
    let binder: WebhookAttribution
    let logger: Logger

    var jobs: [any Job] { lower + upper }

    private var lower: [any Job] {
        [
            EndSessionsJob(database: database),
            UpdateDeliveriesJob(database: database, clock: clock),
            HastenDeliveriesJob(database: database, clock: clock),
            ReplayJob(database: database, clock: clock),
            DeleteConnectionJob(teardown: connectionTeardown),
            RevokeGrantJob(refusedGrants: refusedGrants),
            CheckConnectionJob(database: database, broker: broker),
        ]
    }

    private var upper: [any Job] {
        let steps = FeatureLists.erasure(database, clock) {
            try await upstreamTeardown.run($0, user: $1, lastTry: $2)
        }
        return [
            DeleteCalendarJob(database: database, calendars: calendars),
            RenewCalendarsJob(calendars: calendars),
            RenewAppCalendarsJob(database: database, clock: clock),
            RecoverCalendarJob(calendars: calendars),
            FillCalendarJob(database: database, events: events),
            EndBotJob(teardown: upstreamTeardown),
            EndCredentialJob(teardown: upstreamTeardown),
            AttributeQuarantinedJob(database: database, clock: clock, binder: binder),
            DeleteTenantJob(database: database, vault: vault, steps: steps, logger: logger),
            DeleteUserJob(database: database, clock: clock, steps: steps),
            AnonymiseUsersJob(database: database, steps: steps),
        ]
    }
}
