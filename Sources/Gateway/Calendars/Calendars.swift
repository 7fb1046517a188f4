import ServiceLifecycle

/// Calendars at Meeting BaaS, their events, and calendars that belong to nobody here.
struct Calendars: Feature {
    let service: CalendarService
    let events: EventService
    let changes: EventChangeLog
    /// Counts calendars whose rows are gone, for those who keep rows of them.
    let tombstones: CalendarTombstones
    let finder: EventFinder
    private let core: Core
    private let identity: Identity
    private let accounts: Accounts
    private let connections: Connections
    private let upward: Upward

    /// Steps of features that are built on this one.
    struct Upward: Sendable {
        let erasure: CalendarErasure
        /// Schedules again what version 1 drops when a calendar gets new credentials.
        let reschedule: @Sendable (ConnectedCalendar) async throws -> Void
        /// Runs in the transaction that stores a new calendar's id.
        let attributeQuarantined: CalendarAdoption.AttributeQuarantined
        /// Finds the recordings that are shown beside events.
        let recordings: EventRoutes.RecordingsOfEvents
        let versions: CalendarWatch.Versions
    }

    init(_ core: Core, _ identity: Identity, _ accounts: Accounts, _ connections: Connections, _ upward: Upward) {
        (self.core, self.identity, self.accounts, self.connections) = (core, identity, accounts, connections)
        self.upward = upward
        tombstones = CalendarTombstones(core.replica)
        changes = EventChangeLog(tenantKeys: core.keys)
        service = CalendarService(
            database: core.database, replica: core.replica, clock: core.clock, upstream: accounts.upstream,
            broker: connections.broker, logger: core.logger, erasure: upward.erasure, reschedule: upward.reschedule,
            attributeQuarantined: upward.attributeQuarantined)
        events = EventService(
            database: core.database, clock: core.clock, tenantKeys: core.keys, upstream: accounts.upstream,
            changeLog: changes)
        finder = EventFinder(database: core.database, upstream: accounts.upstream, events: events)
    }

    var routes: [Route] {
        identity.routes { list in
            UnclaimedCalendarRoutes(
                service: UnclaimedCalendarService(database: core.database, adoption: service.adoption)
            ).add(to: &list)
            CalendarRoutes(database: core.database, calendars: service).add(to: &list)
            EventRoutes(database: core.database, events: events, finder: finder, recordings: upward.recordings)
                .add(to: &list)
        }
    }

    var jobs: [any Job] {
        [
            DeleteConnectionJob(
                teardown: ConnectionTeardown(
                    database: core.database, clock: core.clock, revocation: connections.revocation,
                    broker: connections.broker, calendars: service.ofConnections, logger: core.logger)),
            DeleteCalendarJob(database: core.database, calendars: service),
            RenewCalendarsJob(calendars: service),
            RenewAppCalendarsJob(database: core.database, clock: core.clock),
            RecoverCalendarJob(calendars: service),
            FillCalendarJob(database: core.database, events: events),
        ]
    }

    var services: [any Service] {
        [
            CalendarWatch(
                database: core.database, replica: core.replica, clock: core.clock, adoption: service.adoption,
                versions: upward.versions,
                logger: core.logger)
        ]
    }

    var retention: [RetentionRule] { [.calendars(tombstones)] }
    var erasure: [ErasureStep] { [.calendars] }
}
