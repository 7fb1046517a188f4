import MeetingBaaS
import SQL
import Wire

/// Schedules again what version 1 drops when a calendar gets new credentials (its PATCH "unschedules existing bots").
/// Can be repeated: what stands already is left alone.
struct Rescheduler: Sendable {
    let database: any Database
    let clock: GatewayClock
    let upstream: Upstream
    let keys: RecordingKeys
    let marks: ExtraMarks

    func reschedule(_ calendar: Calendar) async throws {
        guard let id = calendar.calendarID else { return }
        let api = try await upstream.api(for: calendar)
        let now = clock.now
        for recording in try await database.read({ try RecordingStore.list(calendar.tenant, calendar: id, in: $0) }) {
            do {
                let event = try await api.event(recording.eventID, calendarID: id)
                let end = event.end.flatMap { Timestamp(rfc3339: $0) }
                guard !event.botScheduled, event.status != "cancelled", end.map({ $0 > now }) ?? true else { continue }
                try await api.schedule(
                    BotTarget(
                        calendarID: id, eventID: event.id, seriesID: event.seriesID,
                        allOccurrences: recording.allOccurrences),
                    recording.bot(try await keys.opened(recording), marks: marks, replacing: false))
            } catch UpstreamFault.notFound {
                continue
            }
        }
    }
}
