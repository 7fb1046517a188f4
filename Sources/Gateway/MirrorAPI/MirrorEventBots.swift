import JSONValue
import HTTPTypes
import Hummingbird
import MeetingBaaS
import SQL

/// Bots of calendar events.
extension MirrorAPI {
    /// v1: the event stands in the path.
    func eventBotV1(_ x: MirrorContext) async throws -> Response {
        let outbound = try await allowed(x)
        let event = x.call.ids[0]
        guard let owner = try await ownership.owner(of: x.reference(.event, event)) else {
            throw MirrorError.unknown(.event)
        }
        guard x.operation != UpstreamOperation.V1.cancelBot else {
            let reply = try await self.reply(to: outbound, nil, x)
            let events = try reply.json.arrayValue ?? []
            try await cancelled(
                events.compactMap { $0["uuid"]?.stringValue?.lowercased() } + [event],
                series: Self.series(of: event, in: events), calendar: owner.calendar,
                isWhole: x.call[parameter: "all_occurrences"] == "true", x)
            return try await shown(reply, x)
        }
        let asked = try x.asked(rules, try body(x))
        return try await shown(try await write(asked, x, Target(owner: owner, event: event), outbound), x)
    }

    /// v2: calendar in the path; series and event in the body.
    func eventBotV2(_ x: MirrorContext) async throws -> Response {
        let outbound = try await allowed(x)
        var asked = try x.asked(rules, try body(x))
        let calendar = x.call.ids[0]
        let event = asked.options["event_id"]?.stringValue?.lowercased()
        var references: [ObjectReference] = []
        if let event { references.append(x.reference(.event, event, calendar: calendar)) }
        // The vendor's SDK cancels one event with a series of zeros: then the event's own is meant.
        if asked.options["series_id"]?.stringValue == Self.placeholder, let event {
            try await check(references, x)
            if let series = try await series(of: event, calendar, x) { asked.options["series_id"] = .string(series) }
        } else if let series = asked.options["series_id"]?.stringValue {
            references.append(x.reference(.series, series, calendar: calendar))
        }
        for reference in references where !Self.isUUID(reference.id) { throw MirrorError.unknown(reference.kind) }
        try await check(references, x)
        guard let owner = try await ownership.owner(of: x.reference(.calendar, calendar)) else {
            throw MirrorError.unknown(.calendar)
        }
        guard x.operation != UpstreamOperation.V2.cancelBot else {
            let reply = try await self.reply(to: outbound, JSON.object(asked.options).bytes, x)
            let events = (try reply.json["data"]?.arrayValue ?? []).compactMap {
                $0["event_id"]?.stringValue?.lowercased()
            }
            try await cancelled(
                events, series: asked.options["series_id"]?.stringValue?.lowercased(), calendar: calendar,
                isWhole: asked.options["all_occurrences"] == true, x)
            return try await shown(reply, x)
        }
        return try await shown(try await write(asked, x, Target(owner: owner, event: event), outbound), x)
    }

    /// By whichever way they were asked for, these bots are not to come back.
    /// - Parameter isWhole: the whole series was cancelled; else these events are exceptions of it.
    private func cancelled(
        _ events: [String], series: String?, calendar: String?, isWhole: Bool, _ x: MirrorContext
    ) async throws {
        let now = clock.now
        try await database.write { tx in
            let isWhole = isWhole || series == nil
            try BotCreationStore.forgetRequests(x.tenant, events: events, isWhole: isWhole, in: tx)
            try RecordingStore.delete(x.tenant, events: events, series: isWhole, in: tx)
            guard let series, let calendar else { return }
            if isWhole {
                try BotCreationStore.forgetRequests(x.tenant, calendar: calendar, series: series, in: tx)
                try RecordingStore.delete(x.tenant, calendar: calendar, series: series, in: tx)
                try SeriesExceptionStore.remove(x.tenant, calendar: calendar, series: series, in: tx)
            } else {
                for event in events {
                    try SeriesExceptionStore.add(
                        x.tenant, calendar: calendar, event: event, series: series, at: now, in: tx)
                }
            }
        }
    }

    /// The series of an event, from v1's list of the events that a call has changed.
    private static func series(of event: String, in events: [JSON]) -> String? {
        let own = events.first { $0["uuid"]?.stringValue?.lowercased() == event }
        return (own ?? events.first)?["recurring_event_id"]?.stringValue
    }

    private func write(
        _ asked: BotRules.Asked, _ x: MirrorContext, _ target: Target, _ outbound: MirrorDecision.Outbound
    ) async throws -> MirrorReply {
        x.operation.method == .post
            ? try await schedule(asked, x, target, outbound) : try await change(asked, x, target, outbound)
    }

    private func schedule(
        _ asked: BotRules.Asked, _ x: MirrorContext, _ target: Target, _ outbound: MirrorDecision.Outbound
    ) async throws -> MirrorReply {
        IdempotencyClaim.current?.concern(user: target.owner.user)
        let order: BotCreation
        switch try await self.order([asked], x, for: target)[0] {
        case .success(let written): order = written.order
        case .failure(let fault): throw fault.whole
        }
        let request = options(asked, order, hasMany: false)
        do {
            let reply = try await self.reply(to: outbound, request.bytes, x)
            // 200 and 201 are answered even when every item failed.
            if x.version == .v2, try reply.json["data"]?.arrayValue?.isEmpty ?? false { try await undo([order]) }
            try await scheduled(request, order, target, reply, x)
            return reply
        } catch let fault as MirrorError where !fault.mayHaveHappened {
            try await undo([order])
            throw fault
        }
    }

    /// What is not named stays as it is, marks and callback included.
    private func change(
        _ asked: BotRules.Asked, _ x: MirrorContext, _ target: Target, _ outbound: MirrorDecision.Outbound
    ) async throws -> MirrorReply {
        try await checkCredentials([asked], x)
        var out = asked.options
        // Null would be the same key for everybody.
        if x.version == .v1, let key = out["deduplication_key"] {
            out["deduplication_key"] = .string(deduplicationKey(key, x.tenant, user: target.owner.user))
        }
        if let extra = asked.extra {
            let order = try await standing(target, x)
            out["extra"] = marks.marked(extra, marker: order.marker, tenant: x.tenant, user: order.user)
        }
        var sent = out
        let reply: MirrorReply
        if let callback = try await prepare(asked.callback, x) {
            let order = try await standing(target, x)
            let changed = out
            (reply, sent) = try await withCallback(of: order, callback, endpoint: nil, x) { reference in
                var out = changed
                switch x.version {
                case .v1: out["webhook_url"] = .string(callbacks.base + reference)
                case .v2: out["callback_config"] = callbackConfig(reference)
                }
                return (try await self.reply(to: outbound, JSON.object(out).bytes, x), out)
            }
        } else if let change = asked.callbackChange {
            let request = out
            reply = try await withCallbackChange(change, of: try await standing(target, x), x) {
                try await self.reply(to: outbound, JSON.object(request).bytes, x)
            }
        } else {
            reply = try await self.reply(to: outbound, JSON.object(out).bytes, x)
        }
        if x.version == .v1 { try await merge(sent, target, x) }
        return reply
    }

    // MARK: - v1 forgets its bots when a calendar gets new credentials: what was sent is kept, sealed

    /// The events have their bots: they are exceptions no more, and on v1 what was sent is kept.
    private func scheduled(
        _ request: JSON, _ order: BotCreation, _ target: Target, _ reply: MirrorReply, _ x: MirrorContext
    ) async throws {
        let isV1 = x.version == .v1
        let json = try reply.json
        let items = (isV1 ? json : json["data"])?.arrayValue ?? []
        let events = items.compactMap { $0[isV1 ? "uuid" : "event_id"]?.stringValue?.lowercased() }
        let sealed = isV1 ? try await OrderRequests(vault: vault).sealed(request, order) : nil
        let all = x.call[parameter: "all_occurrences"] == "true"
        let series = target.event.flatMap { Self.series(of: $0, in: items) }
        try await database.write { tx in
            if let calendar = target.owner.calendar {
                try SeriesExceptionStore.remove(x.tenant, calendar: calendar, events: events, in: tx)
            }
            if let sealed {
                try BotCreationStore.setRequest(order, sealed, allOccurrences: all, series: series, in: tx)
            }
        }
    }

    private func merge(_ change: JSON.Members, _ target: Target, _ x: MirrorContext) async throws {
        guard let calendar = target.owner.calendar, let event = target.event else { return }
        let requests = OrderRequests(vault: vault)
        let kept = try await database.read {
            try BotCreationStore.requests(x.tenant, calendar: calendar, event: event, in: $0)
        }
        guard let last = kept.last, var members = try await requests.opened(last).objectValue else { return }
        for (name, value) in change { members[name] = value }
        let sealed = try await requests.sealed(.object(members), last.order)
        try await database.write {
            try BotCreationStore.setRequest(
                last.order, sealed, allOccurrences: last.allOccurrences, series: nil, in: $0)
        }
    }

    private func series(of event: String, _ calendar: String, _ x: MirrorContext) async throws -> String? {
        if let known = try await database.read({ try EventChangeLog.series(x.tenant, event: event, in: $0) }) {
            return known
        }
        let api = upstream.api(for: x.account, tenant: x.tenant)
        return try await upstreamCall { try await api.event(event, calendarID: calendar).seriesID }
    }

    private static let placeholder = "00000000-0000-0000-0000-000000000000"
}
