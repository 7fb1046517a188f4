import JSONValue
import MeetingBaaS
import Sealing
import SQL

/// Schedules, changes and cancels the bots of calendar events, one request at a time for each event or series.
struct RecordingService: Sendable {
    let database: any Database
    let clock: GatewayClock
    let upstream: Upstream
    let events: EventService
    let keys: RecordingKeys
    let tags: AttributionTags
    private let leases: ObjectLeases

    init(
        database: any Database, replica: Replica, clock: GatewayClock, upstream: Upstream, events: EventService,
        keys: RecordingKeys, tags: AttributionTags
    ) {
        self.database = database
        self.clock = clock
        self.upstream = upstream
        self.events = events
        self.keys = keys
        self.tags = tags
        leases = ObjectLeases(.recording, database: database, replica: replica)
    }

    /// The earlier requests: for the event itself, and for its series.
    private struct Before {
        let own: Recording?
        let series: Recording?
    }

    /// Schedules; again is the same. A bot that stands already is changed to what is asked, never doubled.
    /// - Parameter limit: bots that the tenant may schedule in a day. A bot that is changed counts no second time, one
    ///   for a whole series counts once.
    func put(
        _ event: EventService.Event, _ requested: RecordingRequest, all: Bool, limit: Int?, as admission: Admission
    ) async throws {
        try await alone(event) { event, before in
            let stands = event.upstream.botScheduled
            guard all, stands, before.series == nil else {
                try await write(
                    event, requested, all: all, before: all ? before.series : before.own, replacing: stands,
                    limit: limit,
                    counts: !stands, as: admission)
                return
            }
            // One occurrence was scheduled, now the whole series is to be: the single one goes first.
            try await cancelUpstream(event, all: false)
            do {
                // The occurrence's bot becomes the series': it counts no second time.
                try await write(
                    event, requested, all: true, before: nil, replacing: false, limit: nil, counts: false, as: admission
                )
            } catch {
                if let own = before.own { try? await send(event, own, requested: keys.opened(own), replacing: false) }
                throw error
            }
            if let own = before.own { try await database.write { try RecordingStore.delete(own, in: $0) } }
        }
    }

    /// - Parameter edit: lays the change over what holds now.
    func change(
        _ event: EventService.Event, all: Bool, as admission: Admission,
        _ edit: (RecordingRequest) throws -> RecordingRequest
    ) async throws {
        try await alone(event) { event, before in
            guard event.upstream.botScheduled,
                let present = all ? before.series ?? before.own : before.own ?? before.series
            else { throw Problem.notFound }
            let requested = try edit(try await keys.opened(present))
            try await write(
                event, requested, all: all, before: all ? before.series : before.own, replacing: true,
                limit: nil, counts: false, as: admission)
        }
    }

    func cancel(_ event: EventService.Event, all: Bool, as admission: Admission) async throws {
        try await alone(event) { event, before in
            let now = clock.now
            try await database.read { _ = try admission.check(at: now, in: $0) }
            // The whole series may be recorded although this occurrence is not.
            let isSeries = all && event.upstream.seriesID != nil
            guard isSeries || before.own != nil || before.series != nil || event.upstream.botScheduled else { return }
            if !all { try await rememberException(event, as: admission) }
            try await cancelUpstream(event, all: all)
            let (tenant, calendar, id) = (event.calendar.tenant, event.upstream.calendarID, event.upstream.id)
            let series = event.upstream.seriesID
            let isWhole = all || series == nil
            try await database.write { tx in
                if let own = before.own { try RecordingStore.delete(own, in: tx) }
                try BotCreationStore.forgetRequests(tenant, events: [id], isWhole: isWhole, in: tx)
                guard isWhole else { return }
                try RecordingStore.delete(tenant, events: [id], series: true, in: tx)
                if let series {
                    try RecordingStore.delete(tenant, calendar: calendar, series: series, in: tx)
                    try BotCreationStore.forgetRequests(tenant, calendar: calendar, series: series, in: tx)
                    try SeriesExceptionStore.remove(tenant, calendar: calendar, series: series, in: tx)
                }
            }
            if let gone = before.own ?? (event.upstream.botScheduled ? before.series : nil) {
                await publish("recording.cancelled", gone, at: event)
            }
        }
    }

    /// Stored before the bot is cancelled, so that it does not come back if the process dies then. If the cancelling
    /// fails, the exception stays, as the caller requested.
    private func rememberException(_ event: EventService.Event, as admission: Admission) async throws {
        guard let series = event.upstream.seriesID else { return }
        let (tenant, calendar, id, now) = (
            event.calendar.tenant, event.upstream.calendarID, event.upstream.id, clock.now
        )
        try await database.write { tx in
            try admission.check(at: now, in: tx)
            try SeriesExceptionStore.add(tenant, calendar: calendar, event: id, series: series, at: now, in: tx)
        }
    }

    /// Links that Meeting BaaS made just now; they live a few hours.
    /// - Returns: null when upstream has none any more, or never had.
    func artifacts(_ bot: Bot, of calendar: ConnectedCalendar) async throws -> JSON {
        do {
            return try await upstream.api(for: calendar).botArtifacts(bot.botID)
        } catch UpstreamError.notFound {
            return .null
        }
    }

    /// Runs `body` exclusively for the event or series, on the event as it is then.
    private func alone(
        _ event: EventService.Event, _ body: (EventService.Event, Before) async throws -> Void
    ) async throws {
        let (tenant, calendar) = (event.calendar.tenant, event.upstream.calendarID)
        try await leases.withLease("\(calendar)/\(event.upstream.seriesID ?? event.upstream.id)") {
            let fresh = try await events.event(event.calendar, event.upstream.id)
            let before = try await database.read { tx in
                Before(
                    own: try RecordingStore.own(tenant, event: fresh.upstream.id, in: tx),
                    series: try RecordingStore.ofSeries(
                        tenant, calendar: calendar, series: fresh.upstream.seriesID, in: tx))
            }
            try await body(fresh, before)
        }
    }

    /// The row with its correlation id is committed before the call: a bot's first webhook may overtake the reply.
    private func write(
        _ event: EventService.Event, _ requested: RecordingRequest, all: Bool, before: Recording?, replacing: Bool,
        limit: Int?, counts: Bool, as admission: Admission
    ) async throws {
        let calendar = event.calendar
        let now = clock.now
        let id = before?.eventID ?? event.upstream.id
        let recording = Recording(
            tenant: calendar.tenant, eventID: id, accountID: calendar.accountID,
            calendarID: event.upstream.calendarID, connection: calendar.connection, user: calendar.user,
            seriesID: event.upstream.seriesID, allOccurrences: all,
            correlationID: before?.correlationID ?? AttributionTags.newCorrelationID(), requested: requested,
            sealedAPIKey: try await keys.sealed(requested.transcription?.apiKey, tenant: calendar.tenant, event: id),
            createdAt: before?.createdAt ?? now)
        try await database.write { tx in
            // Meeting BaaS was asked for the event: the caller, or the calendar, may have ended meanwhile.
            let admitted = try admission.check(at: now, in: tx)
            guard try CalendarStore.isLive(calendar.tenant, rowID: calendar.rowID, in: tx) else {
                throw Problem.notFound
            }
            if counts { try DailyQuota.takeBot(recording.tenant, limit: limit, at: now, in: tx) }
            try RecordingStore.put(recording, as: admitted, at: now, in: tx)
        }
        do {
            try await replace(event, recording, requested, before: before, replacing: replacing)
        } catch let error as UpstreamError where !error.mayHaveHappened {
            try await database.write { tx in
                if counts { try DailyQuota.returnBot(recording.tenant, takenAt: now, in: tx) }
                try before.map { try RecordingStore.restore($0, at: now, in: tx) }
                    ?? RecordingStore.delete(recording, in: tx)
            }
            throw error
        }
        if !replacing {
            try await database.write { tx in
                if all, let series = recording.seriesID {
                    try SeriesExceptionStore.remove(
                        recording.tenant, calendar: recording.calendarID, series: series, in: tx)
                } else {
                    let event = event.upstream.id
                    try SeriesExceptionStore.remove(
                        recording.tenant, calendar: recording.calendarID, events: [event], in: tx)
                }
            }
        }
        // Asked again is no news.
        if replacing, before?.requested.json == requested.json { return }
        await publish(replacing ? "recording.changed" : "recording.scheduled", recording, at: event)
    }

    private func replace(
        _ event: EventService.Event, _ recording: Recording, _ requested: RecordingRequest, before: Recording?,
        replacing: Bool
    ) async throws {
        let hasSilence = requested.silence != nil || before?.requested.silence != nil
        guard replacing, event.calendar.version == .v1, hasSilence else {
            return try await send(event, recording, requested: requested, replacing: replacing)
        }
        // v1's PATCH has no silence timeout; and it is unknown whether a second POST replaces or doubles.
        try await cancelUpstream(event, all: recording.allOccurrences)
        do {
            try await send(event, recording, requested: requested, replacing: false)
        } catch {
            if let before {
                try? await send(event, before, requested: keys.opened(before), replacing: false)
                try? await cancelExceptions(of: before, event)
            }
            throw error
        }
        try await cancelExceptions(of: recording, event)
    }

    /// The whole series was scheduled again.
    private func cancelExceptions(of recording: Recording, _ event: EventService.Event) async throws {
        guard recording.allOccurrences, let series = recording.seriesID else { return }
        try await SeriesExceptions(database: database, clock: clock, upstream: upstream)
            .cancel(event.calendar, series: series)
    }

    private func send(
        _ event: EventService.Event, _ recording: Recording, requested: RecordingRequest, replacing: Bool
    ) async throws {
        let api = try await upstream.api(for: event.calendar)
        let target = target(event, all: recording.allOccurrences)
        let bot = recording.bot(requested, tags: tags, replacing: replacing)
        if replacing { try await api.change(target, bot) } else { try await api.schedule(target, bot) }
    }

    private func cancelUpstream(_ event: EventService.Event, all: Bool) async throws {
        do {
            try await upstream.api(for: event.calendar).cancel(target(event, all: all))
        } catch UpstreamError.notFound {}
    }

    private func target(_ event: EventService.Event, all: Bool) -> BotTarget {
        BotTarget(
            calendarID: event.upstream.calendarID, eventID: event.upstream.id, seriesID: event.upstream.seriesID,
            allOccurrences: all)
    }

    /// Publishes the change to the tenant, who may have other apps of the same user open. The change is done: a
    /// database error now does not undo it.
    private func publish(_ type: String, _ recording: Recording, at event: EventService.Event) async {
        let now = clock.now
        var context = recording.context
        context.event = event.upstream.id
        let named = context
        _ = try? await database.write { tx in
            var said = named
            said.isFormer =
                try GenerationStore.present(
                    recording.user, of: recording.tenant, made: event.calendar.createdAt, in: tx) == nil
            try MessageStore.emit(
                type, recording.tenant,
                data: [
                    "event_id": .text(said.event), "all_occurrences": .bool(recording.allOccurrences),
                    "recording": .object(recording.requested.json),
                ], context: said, at: now, in: tx)
        }
    }
}
