import MeetingBaaS
import SQL
import Wire

/// Schedules again what version 1 drops when a calendar gets new credentials (its PATCH "unschedules existing bots"):
/// recordings, and bots that were asked for through the mirror. Can be repeated: what stands already is left alone.
struct Rescheduler: Sendable {
    let database: any Database
    let clock: GatewayClock
    let upstream: Upstream
    let keys: RecordingKeys
    let marks: ExtraMarks
    let requests: OrderRequests

    func reschedule(_ calendar: Calendar) async throws {
        guard let id = calendar.calendarID else { return }
        let api = try await upstream.api(for: calendar)
        for recording in try await database.read({ try RecordingStore.list(calendar.tenant, calendar: id, in: $0) }) {
            guard let event = try await toCome(recording.eventID, of: id, api) else { continue }
            try await api.schedule(
                BotTarget(
                    calendarID: id, eventID: event.id, seriesID: event.seriesID,
                    allOccurrences: recording.allOccurrences),
                recording.bot(try await keys.opened(recording), marks: marks, replacing: false))
        }
        let orders = try await database.read { try BotOrderStore.requests(calendar.tenant, calendar: id, in: $0) }
        for request in orders {
            guard let event = request.order.eventID, try await toCome(event, of: id, api) != nil else { continue }
            _ = try await upstream.client(for: calendar).call(
                Operation.V1.scheduleBot, [event],
                query: [("all_occurrences", request.allOccurrences ? "true" : "false")],
                body: try await requests.opened(request))
        }
    }

    /// The event, if it is still to come and has no bot.
    private func toCome(_ id: String, of calendar: String, _ api: any CalendarAPI) async throws -> UpstreamEvent? {
        do {
            let event = try await api.event(id, calendarID: calendar)
            let end = event.end.flatMap { Timestamp(rfc3339: $0) }
            let isOver = end.map { $0 <= clock.now } ?? false
            return event.botScheduled || event.status == "cancelled" || isOver ? nil : event
        } catch UpstreamFault.notFound {
            return nil
        }
    }
}
