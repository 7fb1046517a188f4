import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import SQL

/// Bots of calendar events.
extension MirrorAPI {
    /// v1: the event stands in the path.
    func eventBotV1(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        let event = context.call.ids[0]
        guard let owner = try await ownership.owner(of: context.reference(.event, event)) else {
            throw MirrorError.unknown(.event)
        }
        guard context.operation != UpstreamOperation.V1.cancelBot else {
            let reply = try await self.reply(to: outbound, nil, context)
            let events = try reply.json.arrayValue ?? []
            try await cancelled(
                events.compactMap { $0["uuid"]?.stringValue?.lowercased() } + [event],
                series: Self.series(of: event, in: events), calendar: owner.calendar,
                isWhole: context.call[parameter: "all_occurrences"] == "true", context)
            return try await presented(reply, context)
        }
        let requested = try context.parsedOptions(rules, try body(context))
        return try await presented(
            try await write(requested, context, Target(owner: owner, event: event), outbound), context)
    }

    /// v2: calendar in the path; series and event in the body.
    func eventBotV2(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        var requested = try context.parsedOptions(rules, try body(context))
        let calendar = context.call.ids[0]
        let event = requested.options["event_id"]?.stringValue?.lowercased()
        var references: [ObjectReference] = []
        if let event { references.append(context.reference(.event, event, calendar: calendar)) }
        // The vendor's SDK cancels one event with a series of zeros: then the event's own is meant.
        if requested.options["series_id"]?.stringValue == Self.placeholder, let event {
            try await check(references, context)
            if let series = try await series(of: event, calendar, context) {
                requested.options["series_id"] = .string(series)
            }
        } else if let series = requested.options["series_id"]?.stringValue {
            references.append(context.reference(.series, series, calendar: calendar))
        }
        for reference in references where !UpstreamID.isUUID(reference.id) { throw MirrorError.unknown(reference.kind) }
        try await check(references, context)
        guard let owner = try await ownership.owner(of: context.reference(.calendar, calendar)) else {
            throw MirrorError.unknown(.calendar)
        }
        guard context.operation != UpstreamOperation.V2.cancelBot else {
            let reply = try await self.reply(to: outbound, JSON.object(requested.options).bytes, context)
            let events = (try reply.json["data"]?.arrayValue ?? []).compactMap {
                $0["event_id"]?.stringValue?.lowercased()
            }
            try await cancelled(
                events, series: requested.options["series_id"]?.stringValue?.lowercased(), calendar: calendar,
                isWhole: requested.options["all_occurrences"] == true, context)
            return try await presented(reply, context)
        }
        return try await presented(
            try await write(requested, context, Target(owner: owner, event: event), outbound), context)
    }

    /// By whichever way they were asked for, these bots are not to come back.
    /// - Parameter isWhole: the whole series was cancelled; else these events are exceptions of it.
    private func cancelled(
        _ events: [String], series: String?, calendar: String?, isWhole: Bool, _ context: MirrorContext
    ) async throws {
        let now = clock.now
        try await database.write { tx in
            let isWhole = isWhole || series == nil
            try BotCreationStore.forgetRequests(context.tenant, events: events, isWhole: isWhole, in: tx)
            try RecordingStore.delete(context.tenant, events: events, series: isWhole, in: tx)
            guard let series, let calendar else { return }
            if isWhole {
                try BotCreationStore.forgetRequests(context.tenant, calendar: calendar, series: series, in: tx)
                try RecordingStore.delete(context.tenant, calendar: calendar, series: series, in: tx)
                try SeriesExceptionStore.remove(context.tenant, calendar: calendar, series: series, in: tx)
            } else {
                for event in events {
                    try SeriesExceptionStore.add(
                        context.tenant, calendar: calendar, event: event, series: series, at: now, in: tx)
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
        _ requested: BotRules.ParsedBotOptions, _ context: MirrorContext, _ target: Target,
        _ outbound: MirrorDecision.Outbound
    ) async throws -> MirrorReply {
        context.operation.method == .post
            ? try await schedule(requested, context, target, outbound)
            : try await change(requested, context, target, outbound)
    }

    private func schedule(
        _ requested: BotRules.ParsedBotOptions, _ context: MirrorContext, _ target: Target,
        _ outbound: MirrorDecision.Outbound
    ) async throws -> MirrorReply {
        IdempotencyClaim.current?.concern(user: target.owner.user)
        let order: BotCreation
        switch try await self.order([requested], context, for: target)[0] {
        case .success(let written): order = written.order
        case .failure(let error): throw error.whole
        }
        let request = options(requested, order, hasMany: false)
        do {
            let reply = try await self.reply(to: outbound, request.bytes, context)
            // 200 and 201 are answered even when every item failed.
            if context.version == .v2, try reply.json["data"]?.arrayValue?.isEmpty ?? false { try await undo([order]) }
            try await scheduled(request, order, target, reply, context)
            return reply
        } catch let error as MirrorError where !error.mayHaveHappened {
            try await undo([order])
            throw error
        }
    }

    /// Members that are not named keep their values, tags and callback included.
    private func change(
        _ requested: BotRules.ParsedBotOptions, _ context: MirrorContext, _ target: Target,
        _ outbound: MirrorDecision.Outbound
    ) async throws -> MirrorReply {
        try await checkCredentials([requested], context)
        var out = requested.options
        // Null would be the same key for all tenants.
        if context.version == .v1, let key = out["deduplication_key"] {
            out["deduplication_key"] = .string(deduplicationKey(key, context.tenant, user: target.owner.user))
        }
        if let extra = requested.extra {
            let order = try await findOrCreate(target, context)
            out["extra"] = tags.tagged(
                extra, correlationID: order.correlationID, tenant: context.tenant, user: order.user)
        }
        var sent = out
        let reply: MirrorReply
        if let callback = try await prepare(requested.callback, context) {
            let order = try await findOrCreate(target, context)
            let changed = out
            (reply, sent) = try await withCallback(of: order, callback, endpoint: nil, context) { reference in
                var out = changed
                switch context.version {
                case .v1: out["webhook_url"] = .string(callbacks.base + reference)
                case .v2: out["callback_config"] = callbackConfig(reference)
                }
                return (try await self.reply(to: outbound, JSON.object(out).bytes, context), out)
            }
        } else if let change = requested.callbackChange {
            let request = out
            reply = try await withCallbackChange(change, of: try await findOrCreate(target, context), context) {
                try await self.reply(to: outbound, JSON.object(request).bytes, context)
            }
        } else {
            reply = try await self.reply(to: outbound, JSON.object(out).bytes, context)
        }
        if context.version == .v1 { try await merge(sent, target, context) }
        return reply
    }

    // MARK: - v1 loses its bots when a calendar gets new credentials: their requests are kept, sealed

    /// The events have their bots: they are exceptions no more, and on v1 what was sent is kept.
    private func scheduled(
        _ request: JSON, _ order: BotCreation, _ target: Target, _ reply: MirrorReply, _ context: MirrorContext
    ) async throws {
        let isV1 = context.version == .v1
        let json = try reply.json
        let items = (isV1 ? json : json["data"])?.arrayValue ?? []
        let events = items.compactMap { $0[isV1 ? "uuid" : "event_id"]?.stringValue?.lowercased() }
        let sealed = isV1 ? try await OrderRequests(tenantKeys: tenantKeys).sealed(request, order) : nil
        let all = context.call[parameter: "all_occurrences"] == "true"
        let series = target.event.flatMap { Self.series(of: $0, in: items) }
        try await database.write { tx in
            if let calendar = target.owner.calendar {
                try SeriesExceptionStore.remove(context.tenant, calendar: calendar, events: events, in: tx)
            }
            if let sealed {
                try BotCreationStore.setRequest(order, sealed, allOccurrences: all, series: series, in: tx)
            }
        }
    }

    private func merge(_ change: JSON.Members, _ target: Target, _ context: MirrorContext) async throws {
        guard let calendar = target.owner.calendar, let event = target.event else { return }
        let requests = OrderRequests(tenantKeys: tenantKeys)
        let kept = try await database.read {
            try BotCreationStore.requests(context.tenant, calendar: calendar, event: event, in: $0)
        }
        guard let last = kept.last, var members = try await requests.opened(last).objectValue else { return }
        for (name, value) in change { members[name] = value }
        let sealed = try await requests.sealed(.object(members), last.order)
        try await database.write {
            try BotCreationStore.setRequest(
                last.order, sealed, allOccurrences: last.allOccurrences, series: nil, in: $0)
        }
    }

    private func series(of event: String, _ calendar: String, _ context: MirrorContext) async throws -> String? {
        if let known = try await database.read({ try EventChangeLog.series(context.tenant, event: event, in: $0) }) {
            return known
        }
        let api = upstream.api(for: context.account, tenant: context.tenant)
        return try await upstreamCall { try await api.event(event, calendarID: calendar).seriesID }
    }

    private static let placeholder = "00000000-0000-0000-0000-000000000000"
}
