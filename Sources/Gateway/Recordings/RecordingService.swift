import MeetingBaaS
import Sealing
import SQL
import Wire

/// Schedules, changes and cancels the bots of calendar events.
struct RecordingService: Sendable {
    let database: any Database
    let clock: GatewayClock
    let vault: Vault
    let upstream: Upstream
    let wakeDeliveries: @Sendable () -> Void

    /// Schedules; again is the same. A bot that stands already is changed to what is asked, never doubled.
    func put(_ event: EventService.Event, _ asked: RecordingRequest, all: Bool) async throws {
        let before = try await known(event)
        let stands = event.upstream.botScheduled
        if let before, stands, before.allOccurrences != all, !all || before.eventID == event.upstream.id {
            // From one occurrence to the series, or back: the former schedule goes first.
            try await cancelUpstream(event, all: before.allOccurrences)
            try await write(event, asked, all: all, before: before, replacing: false)
        } else {
            try await write(event, asked, all: all, before: before, replacing: stands)
        }
    }

    func change(_ event: EventService.Event, _ asked: RecordingRequest, all: Bool) async throws {
        guard event.upstream.botScheduled else { throw Problem.notFound }
        try await write(event, asked, all: all, before: try await known(event), replacing: true)
    }

    func cancel(_ event: EventService.Event, all: Bool) async throws {
        let before = try await known(event)
        guard before != nil || event.upstream.botScheduled else { return }
        try await cancelUpstream(event, all: all)
        try await database.write { tx in
            if all, let series = event.upstream.seriesID, let calendar = event.calendar.calendarID {
                try RecordingStore.delete(event.calendar.tenant, calendar: calendar, series: series, in: tx)
            }
            try RecordingStore.delete(event.calendar.tenant, event: event.upstream.id, in: tx)
        }
        if let before { try await tell("recording.cancelled", before) }
    }

    /// The present request, with its key opened: what a change is laid over.
    func present(_ event: EventService.Event) async throws -> RecordingRequest? {
        guard let known = try await known(event) else { return nil }
        guard let sealed = known.sealedAPIKey else { return known.asked }
        let key = try await vault.sealer(for: known.tenant).open(
            sealed, table: "recordings", row: known.eventID, column: "sealed_api_key")
        return RecordingRequest(stored: .object(known.asked.json), apiKey: key)
    }

    /// Links that Meeting BaaS made just now; they live a few hours.
    /// - Returns: null when upstream has none any more, or never had.
    func artifacts(_ bot: Bot, of calendar: Calendar) async throws -> JSON {
        do {
            return try await upstream.api(for: calendar).botArtifacts(bot.botID)
        } catch UpstreamFault.notFound {
            return .null
        }
    }

    private func known(_ event: EventService.Event) async throws -> Recording? {
        try await database.read { tx in
            try RecordingStore.governing(
                event.calendar.tenant, event: event.upstream.id, series: event.upstream.seriesID, in: tx)
        }
    }

    /// The row with its marker is committed before the call: a bot's first webhook may overtake the reply.
    private func write(
        _ event: EventService.Event, _ asked: RecordingRequest, all: Bool, before: Recording?, replacing: Bool
    ) async throws {
        let calendar = event.calendar
        let own = before.flatMap { $0.eventID == event.upstream.id ? $0 : nil }
        let sealer = try await vault.sealer(for: calendar.tenant)
        let now = clock.now
        let recording = Recording(
            tenant: calendar.tenant, eventID: event.upstream.id, accountID: calendar.accountID,
            calendarID: event.upstream.calendarID, connection: calendar.connection, user: calendar.user,
            seriesID: event.upstream.seriesID, allOccurrences: all,
            marker: own?.marker ?? Base64.encodeURL(Digests.random(24)), asked: asked,
            sealedAPIKey: try asked.transcription?.apiKey.map {
                try sealer.seal($0, table: "recordings", row: event.upstream.id, column: "sealed_api_key")
            }, createdAt: own?.createdAt ?? now)
        try await database.write { try RecordingStore.put(recording, at: now, in: $0) }
        do {
            try await send(event, recording, replacing: replacing)
        } catch let fault as UpstreamFault where !fault.mayHaveHappened {
            try await database.write { tx in
                if let own {
                    try RecordingStore.put(own, at: now, in: tx)
                } else {
                    try RecordingStore.delete(recording.tenant, event: recording.eventID, in: tx)
                }
            }
            throw fault
        }
        // Asked again is no news.
        if replacing, own?.asked.json == asked.json, own?.allOccurrences == all { return }
        try await tell(replacing ? "recording.changed" : "recording.scheduled", recording)
    }

    /// The gateway's own word to the tenant, who may have other apps of the same user open.
    private func tell(_ type: String, _ recording: Recording) async throws {
        let now = clock.now
        try await database.write { tx in
            var data: JSON.Members = ["event_id": .string(recording.eventID)]
            data["all_occurrences"] = .bool(recording.allOccurrences)
            data["recording"] = .object(recording.asked.json)
            try MessageStore.emit(type, recording.tenant, data: .object(data), context: recording.context, at: now, in: tx)
        }
        wakeDeliveries()
    }

    private func send(_ event: EventService.Event, _ recording: Recording, replacing: Bool) async throws {
        let api = try await upstream.api(for: event.calendar)
        let target = target(event, all: recording.allOccurrences)
        let bot = recording.asked.bot(marker: recording.marker, replacing: replacing)
        guard replacing else { return try await api.schedule(target, bot) }
        if api.version == .v1, recording.asked.silence != nil {
            // v1's PATCH has no silence timeout; and it is unknown whether a second POST replaces or doubles.
            try await api.cancel(target)
            return try await api.schedule(target, recording.asked.bot(marker: recording.marker, replacing: false))
        }
        try await api.change(target, bot)
    }

    private func cancelUpstream(_ event: EventService.Event, all: Bool) async throws {
        do {
            try await upstream.api(for: event.calendar).cancel(target(event, all: all))
        } catch UpstreamFault.notFound {}
    }

    private func target(_ event: EventService.Event, all: Bool) -> BotTarget {
        BotTarget(
            calendarID: event.upstream.calendarID, eventID: event.upstream.id, seriesID: event.upstream.seriesID,
            allOccurrences: all)
    }
}
