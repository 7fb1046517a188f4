import HTTPTypes
import HummingbirdCore
import JSONValue
import MeetingBaaS
import Sealing
import SQL

/// Creations of bots. Each is stored with its correlation id before the call to Meeting BaaS, and gets its bot's id
/// afterwards.
extension MirrorAPI {
    /// Why one bot of several is not asked for.
    struct ItemError: Error, Sendable {
        let code: String
        let message: String
        let whole: MirrorError
    }

    /// An order, and whether this call wrote it down.
    struct Ordered: Sendable {
        let order: BotCreation
        let isNew: Bool
    }

    /// The calendar's event that a bot is for.
    struct Target: Sendable {
        let owner: Owner
        let event: String?
    }

    /// Checks that the named Zoom credentials belong to the caller.
    func checkCredentials(_ all: [BotRules.ParsedBotOptions], _ context: MirrorContext) async throws {
        try await check(all.flatMap(\.credentials).map { context.reference(.zoomCredential, $0) }, context)
    }

    /// Writes the orders down, within the tenant's quota.
    func order(
        _ all: [BotRules.ParsedBotOptions], _ context: MirrorContext, for target: Target? = nil
    ) async throws -> [Result<Ordered, ItemError>] {
        try await checkCredentials(all, context)
        let now = clock.now
        var prepared: [BotCallbacks.Prepared?] = []
        for requested in all {
            prepared.append(
                try await requested.callback.asyncMap {
                    try await callbacks.prepare($0, tenant: context.tenant, at: now)
                })
        }
        let drafts = zip(all, prepared).enumerated().map { index, pair in
            let (requested, callback) = pair
            var order = draft(requested, context, target, hasCallback: callback != nil, at: now)
            order.correlationID = repeatable(context, index: index) ?? AttributionTags.newCorrelationID()
            return (requested: requested, callback: callback, order: order)
        }
        let limit = context.caller.tenant.settings.limits.botsPerDay
        return try await database.write(as: context.caller, at: now) { tx, admitted in
            // Meeting BaaS may have been asked for the event: its calendar may be gone by now.
            if let calendar = target?.owner.calendar,
                try CalendarStore.find(context.tenant, calendar, user: nil, in: tx).map({ $0.status == "deleting" })
                    ?? true
            {
                throw MirrorError.unknown(.calendar)
            }
            return try drafts.map { draft in
                var order = draft.order
                // The same request as before, whose outcome was left open.
                if let known = try BotCreationStore.find(
                    account: order.accountID, correlationID: order.correlationID, in: tx)
                {
                    if known.createdAt > now.adding(seconds: -Idempotency.ttl) {
                        return .success(Ordered(order: known, isNew: false))
                    }
                    // A key is valid for a day; the same request tomorrow creates another bot.
                    order.correlationID = AttributionTags.newCorrelationID()
                }
                if draft.requested.refusesSecond, let meeting = order.meetingDigest,
                    try BotCreationStore.hasRecent(
                        order.tenant, user: context.user, meeting: meeting, at: now, in: tx)
                {
                    return .failure(Self.alreadyExists)
                }
                do {
                    try DailyQuota.takeBot(order.tenant, limit: limit, at: now, in: tx)
                } catch let problem as Problem {
                    return .failure(Self.capReached(problem))
                }
                order.endpointID = try draft.callback?.store(as: admitted, in: tx)
                try BotCreationStore.insert(order, as: admitted, in: tx)
                return .success(Ordered(order: order, isNew: true))
            }
        }
    }

    private func draft(
        _ requested: BotRules.ParsedBotOptions, _ context: MirrorContext, _ target: Target?, hasCallback: Bool,
        at now: Timestamp
    ) -> BotCreation {
        let meeting = requested.meetingURL.map { url in
            Array(tenantKeys.digest("\(context.tenant)\0\(url.lowercased())", purpose: "meeting")[..<16])
        }
        return BotCreation(
            correlationID: "", tenant: context.tenant, user: target?.owner.user ?? context.user,
            accountID: context.account.id, version: context.version, calendarID: target?.owner.calendar,
            eventID: target?.event,
            connection: target?.owner.connection, botID: nil, meetingDigest: meeting,
            reference: hasCallback ? BotCallbacks.newReference() : nil, endpointID: nil, createdAt: now)
    }

    /// Derives a bot's correlation id from the `Idempotency-Key` and the bot's index in a batch, so that a repeated
    /// request finds the bot of a first one of unknown outcome.
    func repeatable(_ context: MirrorContext, index: Int) -> String? {
        let (single, batch) = (Self.singleBots.contains(context.operation), Self.batches.contains(context.operation))
        guard single || batch, let key = context.request.headers[Idempotency.name] else { return nil }
        var parts = [context.tenant, IdempotencyOwner(context.caller).actor, context.operation.name, key, context.said]
        if batch { parts.append(String(index)) }
        return Base64.encodeURL(Array(tenantKeys.digest(parts.joined(separator: "\0"), purpose: "order")[..<24]))
    }

    private static let singleBots = [
        UpstreamOperation.V1.createBot, UpstreamOperation.V2.createBot, UpstreamOperation.V2.createScheduled,
    ]
    private static let batches = [UpstreamOperation.V2.createBots, UpstreamOperation.V2.createScheduledBots]

    private static let alreadyExists = ItemError(
        code: "BOT_ALREADY_EXISTS", message: "A bot was asked for in this meeting less than five minutes ago.",
        whole: MirrorError(
            409, "FST_ERR_BOT_ALREADY_EXISTS", "A bot was asked for in this meeting less than five minutes ago."))

    private static func capReached(_ problem: Problem) -> ItemError {
        ItemError(
            code: "DAILY_BOT_CAP_REACHED", message: problem.detail,
            whole: MirrorError(429, "FST_ERR_DAILY_BOT_CAP_REACHED", problem.detail))
    }

    /// The options that are sent upstream for an order.
    /// - Parameter hasMany: true if the call has `allow_multiple_bots`.
    func options(_ requested: BotRules.ParsedBotOptions, _ order: BotCreation, hasMany: Bool = true) -> JSON {
        var out = requested.options
        out["extra"] = tags.tagged(
            requested.extra, correlationID: order.correlationID, tenant: order.tenant, user: order.user)
        switch order.version {
        case .v1:
            // Else two tenants or users in one call would block each other (facts/meeting-baas.md 3.6).
            out["deduplication_key"] = .string(
                deduplicationKey(out["deduplication_key"], order.tenant, user: order.user))
            if let reference = order.reference { out["webhook_url"] = .string(callbacks.base + reference) }
        case .v2:
            if hasMany { out["allow_multiple_bots"] = true }
            if let reference = order.reference { out["callback_config"] = callbackConfig(reference) }
        }
        return .object(out)
    }

    func deduplicationKey(_ given: JSON?, _ tenant: String, user: String?) -> String {
        let prefix = tags.deduplicationPrefix(tenant: tenant, user: user)
        return given?.stringValue.map { "\(prefix):\($0)" } ?? prefix
    }

    func callbackConfig(_ reference: String) -> JSON {
        [
            "url": .string(callbacks.base + reference), "secret": .string(callbacks.secret(reference)),
            "method": "POST",
        ]
    }

    /// The bot is there: whose it is is stored, and what came for it before is bound.
    /// - Throws: when the order's user, tenant, credential or account ended meanwhile: the bot is taken down then.
    func learned(_ bots: [(order: BotCreation, id: String)], _ context: MirrorContext) async throws {
        let (now, attribution, admission) = (clock.now, self.attribution, context.admission)
        let refusal = try await database.write { tx -> Problem? in
            var refusal: Problem?
            do {
                try admission.check(at: now, in: tx)
            } catch let problem as Problem {
                refusal = problem
            }
            for (order, id) in bots {
                let stands = try BotCreationStore.setBot(order, id, at: now, in: tx)
                try BotStore.insertIfNew(
                    Bot(
                        accountID: order.accountID, botID: id, tenant: order.tenant, eventID: order.eventID,
                        calendarID: order.calendarID, connection: order.connection, user: stands ? order.user : nil,
                        state: .joining, stateAt: now), at: now, in: tx)
                try attribution.attributeQuarantined(account: order.accountID, bot: id, at: now, in: tx)
                if !stands { refusal = refusal ?? Problem(.conflict, "The user was deleted while the bot was made.") }
                if refusal != nil { try JobStore.add(EndBotJob.kind, order.tenant, id, at: now, in: tx) }
            }
            return refusal
        }
        guard let refusal else { return }
        if try await isAccountChanged(context) { await leave(bots.map(\.id), context) }
        throw refusal
    }

    /// The present account does not know these bots; the one that made them ends them. What fails stays with the jobs,
    /// in case the former account comes back.
    private func leave(_ bots: [String], _ context: MirrorContext) async {
        let client = upstream.forRemoval.client(for: context.account, tenant: context.tenant)
        for bot in bots {
            guard (try? await UpstreamTeardown.leave(bot, client, context.version)) == true else { continue }
            try? await database.write { try JobStore.remove(EndBotJob.kind, context.tenant, bot, in: $0) }
        }
    }

    /// Returns whether another account serves the tenant than the one that the call went to, or none since it is gone.
    func isAccountChanged(_ context: MirrorContext) async throws -> Bool {
        try await database.read { tx in
            guard try TenantStore.find(id: context.tenant, in: tx) != nil else { return true }
            let present = try GenerationStore.current(context.tenant, .account, GenerationStore.account, in: tx)
            return present.number != context.account.generation
        }
    }

    /// Upstream surely made nothing of these.
    func undo(_ orders: [BotCreation]) async throws {
        try await database.write { tx in
            for order in orders {
                try DailyQuota.returnBot(order.tenant, takenAt: order.createdAt, in: tx)
                try BotCreationStore.delete(order, in: tx)
            }
        }
    }

    /// The result of a search for a lost bot.
    enum SearchResult: Sendable {
        case found(String)
        case notThere
        /// Meeting BaaS did not answer.
        case unknown(MirrorError)
    }

    /// Looks for a bot whose creation's reply was lost: there is no key by which asking again would be harmless.
    /// - Parameter pauses: seconds before each look: it may not be listed at once.
    func find(_ order: BotCreation, _ context: MirrorContext, pauses: [Int]) async -> SearchResult {
        var last = SearchResult.notThere
        for pause in pauses {
            // No event shows when Meeting BaaS lists a new bot, so the search waits.
            try? await Task.sleep(for: .seconds(pause))
            do {
                if let id = try await listed(order, context) { return .found(id) }
                last = .notThere
            } catch let error as MirrorError {
                last = .unknown(error)
            } catch {
                last = .unknown(MirrorError(UpstreamError.malformed))
            }
        }
        return last
    }

    private func listed(_ order: BotCreation, _ context: MirrorContext) async throws -> String? {
        let condition = "\(AttributionTags.correlationIDKey):\(order.correlationID)"
        let isV1 = context.version == .v1
        let isScheduled = [UpstreamOperation.V2.createScheduled, UpstreamOperation.V2.createScheduledBots].contains(
            context.operation)
        let operation =
            isV1
            ? UpstreamOperation.V1.listBots
            : isScheduled ? UpstreamOperation.V2.listScheduled : UpstreamOperation.V2.listBots
        // v1 filters within a page of all bots, so the list is cut by time. Its times have no zone; clocks may differ.
        let after = "\(order.createdAt.adding(seconds: -600))".dropLast()
        var cursor: String?
        for _ in 0..<(isV1 ? 100 : 1) {
            var query = [
                (name: isV1 ? "filter_by_extra" : "extra", value: condition), (name: "limit", value: isV1 ? "50" : "1"),
            ]
            if isV1 { query.append((name: "created_after", value: String(after))) }
            if let cursor { query.append((name: "cursor", value: cursor)) }
            let call = MirrorCall(operation: operation, ids: [], query: query)
            let json = try await self.reply(to: MirrorDecision.outbound(call, headers: HTTPFields()), nil, context).json
            let found = ((json["data"] ?? json["bots"])?.arrayValue ?? []).first {
                $0["extra"]?[AttributionTags.correlationIDKey]?.stringValue == order.correlationID
            }
            if let id = (found?["bot_id"] ?? found?["uuid"])?.stringValue { return id.lowercased() }
            cursor = (json["next_cursor"] ?? json["nextCursor"])?.stringValue
            if cursor == nil { break }
        }
        return nil
    }

    // MARK: - callbacks that are asked for later

    /// Runs `body` with an order of its own for the callbacks that Meeting BaaS is asked for now: those that it makes
    /// meanwhile by an earlier one still arrive. If it refuses, all is as before.
    func withCallback<T: Sendable>(
        of base: BotCreation, _ callback: BotCallbacks.Prepared?, endpoint: String?, _ context: MirrorContext,
        _ body: (_ reference: String) async throws -> T
    ) async throws -> T {
        var order = base
        order.correlationID = AttributionTags.newCorrelationID()
        let reference = BotCallbacks.newReference()
        order.reference = reference
        order.callbackOf = base.root
        order.meetingDigest = nil
        order.createdAt = clock.now
        let draft = order
        let written = try await database.write(as: context.caller, at: draft.createdAt) { tx, admitted in
            guard try BotCreationStore.owner(of: base, in: tx) != .ended else { throw MirrorError.unknown(.bot) }
            var order = draft
            order.endpointID = try callback?.store(as: admitted, in: tx) ?? endpoint
            try BotCreationStore.insert(order, as: admitted, in: tx)
            return order
        }
        do {
            return try await body(reference)
        } catch let error as MirrorError where !error.mayHaveHappened {
            try await database.write { try BotCreationStore.delete(written, in: $0) }
            throw error
        }
    }

    func prepare(_ callback: BotCallbacks.Target?, _ context: MirrorContext) async throws -> BotCallbacks.Prepared? {
        let now = clock.now
        return try await callback.asyncMap { try await callbacks.prepare($0, tenant: context.tenant, at: now) }
    }
}

extension Optional where Wrapped: Sendable {
    func asyncMap<T: Sendable>(_ body: (Wrapped) async throws -> T) async rethrows -> T? {
        guard let self else { return nil }
        return try await body(self)
    }
}
