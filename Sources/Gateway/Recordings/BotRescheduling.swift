import JSONValue
import Logging
import MeetingBaaS
import SQL

/// Schedules again what version 1 drops when a calendar gets new credentials (its PATCH "unschedules existing bots"):
/// recordings, and bots that were asked for through the mirror. Can be repeated: what stands already is left alone.
struct BotRescheduling: Sendable {
    let database: any Database
    let clock: GatewayClock
    let upstream: Upstream
    let keys: RecordingKeys
    let tags: AttributionTags
    let requests: OrderRequests
    let logger: Logger

    /// - Throws: transient errors, so that it is tried again. Final refusals of upstream are logged and do not stop the
    ///   others.
    func reschedule(_ calendar: ConnectedCalendar) async throws {
        guard let id = calendar.calendarID else { return }
        let api = try await upstream.api(for: calendar)
        var transient: (any Error)?
        let (recordings, orders, exceptions) = try await database.read { tx in
            (
                try RecordingStore.list(calendar.tenant, calendar: id, in: tx),
                try BotCreationStore.requests(calendar.tenant, calendar: id, in: tx),
                try SeriesExceptionStore.list(calendar.tenant, calendar: id, in: tx)
            )
        }
        let kept = Kept(recordings, orders, exceptions)
        // Series first: they reach occurrences that have something of their own, which then takes its place.
        for all in [true, false] {
            for recording in recordings where recording.allOccurrences == all {
                await attempt(recording.eventID, calendar, &transient) {
                    let placement = BotPlacement(
                        calendar: id, event: recording.eventID, series: recording.seriesID, allOccurrences: all)
                    guard let event = try await upcoming(placement, kept, api) else { return }
                    try await api.schedule(
                        BotTarget(calendarID: id, eventID: event.id, seriesID: event.seriesID, allOccurrences: all),
                        recording.bot(try await keys.opened(recording), tags: tags, replacing: false))
                }
            }
            for request in orders where request.allOccurrences == all {
                guard let requested = request.order.eventID else { continue }
                await attempt(requested, calendar, &transient) {
                    let placement = BotPlacement(
                        calendar: id, event: requested, series: request.series, allOccurrences: all)
                    guard let event = try await upcoming(placement, kept, api) else { return }
                    _ = try await upstream.client(for: calendar).call(
                        UpstreamOperation.V1.scheduleBot, [event.id],
                        query: [("all_occurrences", all ? "true" : "false")],
                        body: try await requests.opened(request))
                }
            }
        }
        // Series were scheduled whole. This stands last, so that a repeat does it again.
        do {
            try await SeriesExceptions(database: database, clock: clock, upstream: upstream).cancel(calendar)
        } catch {
            transient = error
        }
        if let transient { throw transient }
    }

    private func attempt(
        _ event: String, _ calendar: ConnectedCalendar, _ transient: inout (any Error)?, _ body: () async throws -> Void
    ) async {
        do {
            try await body()
        } catch let error as UpstreamError {
            switch error {
            case .notFound: return
            case .rejected, .conflict:
                logger.warning(
                    "a bot could not be scheduled again",
                    metadata: [
                        "tenant.id": .string(calendar.tenant), "event.id": .string(event),
                        "upstream.fault": .string(error.reason),
                    ])
            default: transient = error
            }
        } catch {
            transient = error
        }
    }

    /// The stored series of the calendar.
    private struct Kept {
        /// Series that are recorded whole.
        let series: Set<String>
        /// Events that were taken out of one.
        let exceptions: Set<String>

        init(
            _ recordings: [Recording], _ orders: [BotCreationStore.Request],
            _ exceptions: [SeriesExceptionStore.Exception]
        ) {
            series = Set(
                recordings.filter(\.allOccurrences).compactMap(\.seriesID)
                    + orders.filter(\.allOccurrences).compactMap(\.series))
            self.exceptions = Set(exceptions.map(\.event))
        }
    }

    /// The event that a bot was asked for.
    private struct BotPlacement {
        let calendar: String
        let event: String
        let series: String?
        let allOccurrences: Bool
    }

    /// The event, or one of its series, if it is still to come and has no bot. Exceptions of a series have none, and stand
    /// for no series that has to be scheduled. An occurrence with a bot of its own loses the bot of its series here.
    private func upcoming(_ placement: BotPlacement, _ kept: Kept, _ api: any CalendarAPI) async throws
        -> UpstreamEvent?
    {
        var event: UpstreamEvent?
        do {
            event = try await api.event(placement.event, calendarID: placement.calendar)
        } catch UpstreamError.notFound where placement.allOccurrences {
            // The one that it was asked at is gone; the others of its series may be there.
        }
        func fits(_ event: UpstreamEvent) -> Bool {
            isOpen(event) && !(placement.allOccurrences && kept.exceptions.contains(event.id.lowercased()))
        }
        if let event, fits(event) { return event }
        guard placement.allOccurrences else {
            guard let event, event.botScheduled, isUpcoming(event), let series = event.seriesID,
                kept.series.contains(series)
            else { return nil }
            try await api.cancel(
                BotTarget(calendarID: placement.calendar, eventID: event.id, seriesID: series, allOccurrences: false))
            return event
        }
        guard event?.botScheduled != true, let series = event?.seriesID ?? placement.series else { return nil }
        var filter = EventFilter()
        filter.status = "upcoming"
        return try await api.firstEvent(placement.calendar, filter) { $0.seriesID == series && fits($0) }
    }

    private func isOpen(_ event: UpstreamEvent) -> Bool { !event.botScheduled && isUpcoming(event) }

    private func isUpcoming(_ event: UpstreamEvent) -> Bool {
        let end = event.end.flatMap { Timestamp(rfc3339: $0) }
        return event.status != "cancelled" && end.map { $0 > clock.now } ?? true
    }
}
