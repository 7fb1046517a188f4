import JSONValue
import MeetingBaaS
import SQL

/// The recording as presented beside its event.
struct RecordingView: Sendable {
    let database: any Database

    /// One for each event, in order; null where nothing is, was or will be recorded.
    func presented(_ tenant: String, _ events: [EventService.Event]) async throws -> [JSON] {
        try await database.read { tx in
            try events.map { try Self.presented(tenant, $0, in: tx)?.json ?? .null }
        }
    }

    struct Presented: Sendable {
        let recording: Recording?
        let bot: Bot?

        var json: JSON {
            var out = (recording?.requested ?? RecordingRequest()).json
            if recording == nil { out["bot_name"] = .null }
            out["state"] = .string(bot?.state.rawValue ?? "scheduled")
            out["bot_id"] = .text(bot?.botID)
            out["all_occurrences"] = .bool(recording?.allOccurrences ?? false)
            return .object(out)
        }
    }

    static func presented(_ tenant: String, _ event: EventService.Event, in tx: any Transaction) throws -> Presented? {
        let id = event.upstream.id
        let bot = try BotStore.latest(tenant, event: id, in: tx)
        let recording =
            try RecordingStore.own(tenant, event: id, in: tx)
            ?? RecordingStore.ofSeries(
                tenant, calendar: event.upstream.calendarID, series: event.upstream.seriesID, in: tx)
        // Upstream decides whether one is scheduled: it may have been dropped, or asked for past this gateway.
        guard bot != nil || event.upstream.botScheduled else { return nil }
        return Presented(recording: recording, bot: bot)
    }
}
