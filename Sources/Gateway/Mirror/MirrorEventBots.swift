import HTTPTypes
import Hummingbird
import MeetingBaaS
import SQL
import Wire

/// Bots of calendar events.
extension Mirror {
    /// v1: the event stands in the path.
    func eventBotV1(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try rules.read(try await body(x), .v1, isKey: x.caller.isKey)
        let event = x.call.ids[0]
        guard let owner = try await ownership.owner(of: x.reference(.event, event)) else {
            throw MirrorFault.unknown(.event)
        }
        if !x.caller.isKey, asked.options["speech_to_text"]?["api_key"] != nil {
            throw MirrorFault.forbidden("body/speech_to_text/api_key may be given by a tenant's key only.")
        }
        let reply = try await write(asked, x, Target(owner: owner, event: event), outbound)
        return try await shown(reply, x)
    }

    /// v2: calendar in the path; series and event in the body.
    func eventBotV2(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try rules.read(try await body(x), .v2, isKey: x.caller.isKey)
        let calendar = x.call.ids[0]
        var options = asked.options
        let event = options["event_id"]?.stringValue?.lowercased()
        var references: [ObjectReference] = []
        if let event { references.append(x.reference(.event, event, calendar: calendar)) }
        // The vendor's SDK cancels one event with a series of zeros: then the event's own is meant.
        if options["series_id"]?.stringValue == Self.placeholder, let event {
            try await check(references, x)
            if let series = try await series(of: event, calendar, x) { options["series_id"] = .string(series) }
        } else if let series = options["series_id"]?.stringValue {
            references.append(x.reference(.series, series, calendar: calendar))
        }
        for reference in references where !Self.isUUID(reference.id) { throw MirrorFault.unknown(reference.kind) }
        try await check(references, x)
        guard let owner = try await ownership.owner(of: x.reference(.calendar, calendar)) else {
            throw MirrorFault.unknown(.calendar)
        }
        guard x.operation != Operation.V2.cancelBot else {
            return try await shown(try await self.reply(to: outbound, JSON.object(options).bytes, x), x)
        }
        var changed = asked
        changed.options = options
        return try await shown(try await write(changed, x, Target(owner: owner, event: event), outbound), x)
    }

    /// Schedules with an order of its own, or changes what stands.
    private func write(
        _ asked: BotRules.Asked, _ x: MirrorExchange, _ target: Target, _ outbound: MirrorDecision.Outbound
    ) async throws -> MirrorReply {
        let isNew = x.operation.method == .post
        if !isNew, asked.extra == nil, asked.callback == nil {
            var out = asked.options
            if let key = out["deduplication_key"], !key.isNull {
                out["deduplication_key"] = .string(deduplicationKey(key, x.tenant))
            }
            return try await self.reply(to: outbound, JSON.object(out).bytes, x)
        }
        let order: BotOrder
        switch try await self.order([asked], x, for: target, counts: isNew)[0] {
        case .success(let written): order = written
        case .failure(let fault): throw fault.whole
        }
        do {
            let reply = try await self.reply(to: outbound, options(asked, order, hasMany: false).bytes, x)
            // 200 and 201 are answered even when every item failed.
            if x.version == .v2, try reply.json["data"]?.arrayValue?.isEmpty ?? true {
                try await undo([order], counts: isNew)
            }
            return reply
        } catch let fault as MirrorFault where !fault.mayHaveHappened {
            try await undo([order], counts: isNew)
            throw fault
        }
    }

    private func series(of event: String, _ calendar: String, _ x: MirrorExchange) async throws -> String? {
        if let known = try await database.read({ try ChangeRecord.series(x.tenant, event: event, in: $0) }) {
            return known
        }
        let api = upstream.api(for: x.account, tenant: x.tenant)
        return try await upstreamCall { try await api.event(event, calendarID: calendar).seriesID }
    }

    private static let placeholder = "00000000-0000-0000-0000-000000000000"
}
