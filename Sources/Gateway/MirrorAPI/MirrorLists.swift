import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import SQL

/// Lists of an account, cut down to the caller's own. Cursors are upstream's, sealed for the tenant, the user and the
/// list: they name things of the whole account (facts/meeting-baas.md 3.5).
extension MirrorAPI {
    /// Pages of Meeting BaaS that are read for one of ours at the most.
    private static let pages = 20

    func ids(_ kind: ObjectKind, _ context: MirrorContext) async throws -> Set<String> {
        try await database.read { tx in
            try OwnershipStore.ids(
                context.tenant, user: context.user, account: context.account.id, version: context.version, kind: kind,
                in: tx)
        }
    }

    /// Lists without pages: v1's calendars, Zoom's credentials of both versions.
    func listWhole(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        if context.isHead { return try await head(outbound, context) }
        let own = try await ids(
            context.operation == UpstreamOperation.V1.listCalendars ? .calendar : .zoomCredential, context)
        return try await presented(try await self.reply(to: outbound, nil, context), context) { json in
            func filtered(_ items: [JSON]) -> JSON {
                .array(
                    items.filter { item in
                        let id = (item["uuid"] ?? item["credential_id"] ?? item["id"])?.stringValue
                        return id.map { own.contains($0.lowercased()) } ?? false
                    })
            }
            if let items = json.arrayValue { return filtered(items) }
            guard var out = json.objectValue, let items = out["data"]?.arrayValue else {
                throw MirrorError(UpstreamError.malformed)
            }
            out["data"] = filtered(items)
            return .object(out)
        }
    }

    // MARK: - v2's calendars

    /// The whole account is read, for there is no filter by owner; what is the caller's is paged here, newest first.
    func listCalendars(_ context: MirrorContext) async throws -> Response {
        _ = try await allowed(context)
        let limit = try Self.limit(context, 1...250, preset: 50)
        let cursors = try await cursors(context)
        let position = try start(cursors, context)
        if context.isHead {
            let filters = context.call.query.filter { $0.name != "limit" && $0.name != "cursor" }
            return try await head(outbound(filters + [(name: "limit", value: String(limit))], context), context)
        }
        let own = try await ids(.calendar, context)
        let items = own.isEmpty ? [] : try await allCalendars(context, own)
        var range = 0..<min(limit, items.count)
        if let position {
            if let back = position.before {
                let end = items.firstIndex { $0.key <= back } ?? items.count
                range = max(0, end - limit)..<end
            } else if let after = position.after {
                let start = items.firstIndex { $0.key < after } ?? items.count
                range = start..<min(start + limit, items.count)
            }
        }
        let page = items[range]
        let next = range.upperBound < items.count ? page.last.map { MirrorPosition(after: $0.key) } : nil
        let former = range.lowerBound > 0 ? page.first.map { MirrorPosition(before: $0.key) } : nil
        return .json(
            .ok,
            [
                "success": true, "data": .array(page.map(\.item)),
                "cursor": .text(try next.map { try cursors.text(at: $0) }),
                "prev_cursor": .text(try former.map { try cursors.text(at: $0) }),
            ])
    }

    private func allCalendars(_ context: MirrorContext, _ own: Set<String>) async throws -> [(key: String, item: JSON)]
    {
        var found: [(key: String, item: JSON)] = []
        let filters = context.call.query.filter { $0.name != "limit" && $0.name != "cursor" }
        var cursor: String?
        for _ in 0..<Self.pages {
            var query = filters + [(name: "limit", value: "250")]
            if let cursor { query.append((name: "cursor", value: cursor)) }
            let json = try await page(query, context)
            for item in json["data"]?.arrayValue ?? [] {
                guard let id = item["calendar_id"]?.stringValue?.lowercased(), own.contains(id) else { continue }
                found.append(("\(item["created_at"]?.stringValue ?? "")::\(id)", item))
            }
            cursor = json["cursor"]?.stringValue
            if cursor == nil || found.count == own.count { break }
        }
        return found.sorted { $0.key > $1.key }
    }

    // MARK: - bots

    /// Meeting BaaS filters by the tag in `extra`; every item is checked here all the same.
    func listBots(_ context: MirrorContext) async throws -> Response {
        _ = try await allowed(context)
        let isV1 = context.version == .v1
        let preset = isV1 ? 10 : 50
        let limit = try Self.limit(
            context, 1...(isV1 ? 50 : context.operation == UpstreamOperation.V2.listBots ? 250 : 100), preset: preset)
        let cursors = try await cursors(context)
        var position = try start(cursors, context)
        let filter = isV1 ? "filter_by_extra" : "extra"
        let query =
            context.call.query.filter { !["limit", "cursor", filter].contains($0.name) }
            + [(name: filter, value: try condition(context.call[parameter: filter], context))]
        if context.isHead {
            let cursor = position?.upstream.map { [(name: "cursor", value: $0)] } ?? []
            return try await head(outbound(query + [(name: "limit", value: String(limit))] + cursor, context), context)
        }
        var (items, last, first): ([JSON], JSON, JSON) = ([], .null, .null)
        // v1 filters within a page: several may be needed for one of ours.
        for round in 0..<Self.pages {
            var requested = query + [(name: "limit", value: String(limit - items.count))]
            if let cursor = position?.upstream { requested.append((name: "cursor", value: cursor)) }
            last = try await page(requested, context)
            if round == 0 { first = last }
            items += try await own(last[isV1 ? "bots" : "data"]?.arrayValue ?? [], context)
            let next = Self.next(last)
            position = next.map { MirrorPosition(upstream: $0) }
            if next == nil || items.count >= limit { break }
        }
        guard var out = last.objectValue else { throw MirrorError(UpstreamError.malformed) }
        let next = try position.map { try cursors.text(at: $0) }
        if isV1 {
            out["bots"] = .array(items)
            // The vendor writes the same list under a second name, and whatever else it may add is of the account.
            for (name, value) in out where name != "bots" && (value.arrayValue != nil || value.objectValue != nil) {
                out[name] = nil
            }
            out["nextCursor"] = nil
            out["next_cursor"] = .text(next)
        } else {
            out["data"] = .array(items)
            out["cursor"] = .text(next)
            let former = first["prev_cursor"]?.stringValue.map { MirrorPosition(upstream: $0) }
            out["prev_cursor"] = .text(try former.map { try cursors.text(at: $0) })
        }
        return try await presented(MirrorReply(status: 200, bytes: JSON.object(out).bytes), context)
    }

    /// The caller's conditions beside the one that shows nothing but its own: all of them must hold, so more of them
    /// only narrow.
    private func condition(_ given: String?, _ context: MirrorContext) throws -> String {
        let own = tags.condition(tenant: context.tenant, user: context.user)
        guard let given, !given.isEmpty else { return own }
        // By code points: a comma that a combining character follows parts conditions upstream.
        for condition in given.unicodeScalars.split(separator: ",")
        where String(condition.drop(while: \.properties.isWhitespace)).hasCodeUnitPrefix(AttributionTags.prefix) {
            throw MirrorError.invalid(
                "querystring/\(context.version == .v1 ? "filter_by_extra" : "extra")",
                "may name no member that begins with \(AttributionTags.prefix)")
        }
        return "\(own),\(given)"
    }

    /// The caller's items of a page. Unknown bots are attributed by their correlation id.
    private func own(_ items: [JSON], _ context: MirrorContext) async throws -> [JSON] {
        var mine: [JSON] = []
        for item in items {
            guard let id = (item["bot_id"] ?? item["uuid"])?.stringValue?.lowercased() else { continue }
            let reference = context.reference(.bot, id)
            var owner = try await ownership.owner(of: reference)
            if owner == nil, let correlationID = item["extra"]?[AttributionTags.correlationIDKey]?.stringValue {
                owner = try await recordOwner(bot: id, correlationID: correlationID, context)
            }
            if let owner, context.caller.owns(owner) { mine.append(item) }
        }
        return mine
    }

    private func recordOwner(bot id: String, correlationID: String, _ context: MirrorContext) async throws -> Owner? {
        let (account, now, attribution) = (context.account.id, clock.now, self.attribution)
        return try await database.write { tx in
            // The account may be shared: the bot may be any tenant's.
            try tx.acrossTenants {
                let order = try BotCreationStore.find(account: account, correlationID: correlationID, in: tx)
                let recording =
                    try order == nil ? RecordingStore.find(account: account, correlationID: correlationID, in: tx) : nil
                guard let tenant = order?.tenant ?? recording?.tenant else { return nil }
                if let order { try BotCreationStore.recordBot(order, id, at: now, in: tx) }
                var messageContext = order?.context ?? recording?.context ?? MessageContext()
                messageContext.user = try GenerationStore.present(
                    messageContext.user, of: tenant, made: order?.createdAt ?? recording?.createdAt ?? now, in: tx)
                try BotStore.insertIfNew(
                    Bot(
                        accountID: account, botID: id, tenant: tenant, eventID: messageContext.event,
                        calendarID: messageContext.calendar, connection: messageContext.connection,
                        user: messageContext.user, state: .joining,
                        stateAt: now), at: now, in: tx)
                try attribution.attributeQuarantined(account: account, bot: id, at: now, in: tx)
                return Owner(
                    tenant: tenant, user: messageContext.user, calendar: messageContext.calendar,
                    connection: messageContext.connection)
            }
        }
    }

    // MARK: - events

    /// Of one calendar, which v1 names in the query and v2 in the path; v2's series too. A cursor may name a calendar, and
    /// is sealed for this one.
    func listEvents(_ context: MirrorContext) async throws -> Response {
        var outbound = try await allowed(context)
        let calendar = (context.call.ids.first ?? context.call[parameter: "calendar_id"] ?? "").lowercased()
        let cursors = try await cursors(context, calendar)
        if let position = try start(cursors, context) {
            let query =
                context.call.query.filter { $0.name != "cursor" } + [(name: "cursor", value: position.upstream ?? "")]
            outbound = MirrorDecision.outbound(
                MirrorCall(operation: context.operation, ids: context.call.ids, query: query),
                headers: context.request.headers)
        }
        if context.isHead { return try await head(outbound, context) }
        let reply = try await self.reply(to: outbound, nil, context)
        let json = try reply.json
        let events = (json["data"]?.arrayValue ?? []).filter {
            (($0["calendar_uuid"] ?? $0["calendar_id"])?.stringValue?.lowercased() ?? calendar) == calendar
        }
        // v2's are known by the record of changes.
        if context.version == .v1, let owner = try await ownership.owner(of: context.reference(.calendar, calendar)) {
            try await ownership.recordOwner(
                events.compactMap { $0["uuid"]?.stringValue }.map { (context.reference(.event, $0), owner) },
                at: clock.now)
        }
        return try await presented(reply, context) { json in
            guard var members = json.objectValue else { throw MirrorError(UpstreamError.malformed) }
            if events.count != members["data"]?.arrayValue?.count { members["data"] = .array(events) }
            for name in context.version == .v1 ? ["next"] : ["cursor", "prev_cursor"] {
                guard let text = members[name]?.stringValue else { continue }
                let upstream = context.version == .v1 ? V1.cursor(text) : text
                members[name] = .text(try upstream.map { try cursors.text(at: MirrorPosition(upstream: $0)) })
            }
            return .object(members)
        }
    }

    // MARK: - pieces

    private func page(_ query: [(name: String, value: String)], _ context: MirrorContext) async throws -> JSON {
        try await self.reply(to: outbound(query, context), nil, context).json
    }

    /// A page of a list of the whole account.
    private func outbound(_ query: [(name: String, value: String)], _ context: MirrorContext) -> MirrorDecision.Outbound
    {
        let call = MirrorCall(operation: context.operation, ids: [], query: query)
        return MirrorDecision.outbound(call, headers: context.request.headers)
    }

    /// `cursor`, `next_cursor`, or v1's `next`, which may be a URL that holds it.
    private static func next(_ json: JSON) -> String? {
        let text = (json["cursor"] ?? json["next_cursor"] ?? json["nextCursor"] ?? json["next"])?.stringValue
        return V1.cursor(text)
    }

    private static func limit(_ context: MirrorContext, _ range: ClosedRange<Int>, preset: Int) throws -> Int {
        guard let text = context.call[parameter: "limit"], !text.isEmpty else { return preset }
        let rule = WholeNumberRule(range)
        guard let limit = rule.value(of: text) else { throw MirrorError.invalid("querystring/limit", rule.message) }
        return limit
    }

    private func cursors(_ context: MirrorContext, _ more: String = "") async throws -> Cursor {
        let list = ["mirror", context.operation.path, context.account.id, context.user ?? "", more]
        let sealer = try await tenantKeys.sealer(for: context.tenant)
        return Cursor(.sealed(sealer, list: list.joined(separator: "\0")))
    }

    private func start(_ cursors: Cursor, _ context: MirrorContext) throws -> MirrorPosition? {
        do {
            return try cursors.position(from: context.call[parameter: "cursor"])
        } catch {
            throw MirrorError.invalid("querystring/cursor", Cursor.Invalid.rule)
        }
    }
}
