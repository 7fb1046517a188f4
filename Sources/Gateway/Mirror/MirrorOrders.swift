import HTTPTypes
import HummingbirdCore
import MeetingBaaS
import Sealing
import SQL
import Wire

/// Bots that are asked for: each is written down with its marker before Meeting BaaS hears of it, and its id when it is
/// there.
extension Mirror {
    /// Why one bot of several is not asked for.
    struct ItemFault: Error, Sendable {
        let code: String
        let message: String
        let whole: MirrorFault
    }

    /// The calendar's event that a bot is for.
    struct Target: Sendable {
        let owner: Owner
        let event: String?
    }

    /// Whether Zoom's credentials that are named are the caller's.
    func checkCredentials(_ all: [BotRules.Asked], _ x: MirrorExchange) async throws {
        try await check(all.flatMap(\.credentials).map { x.reference(.zoomCredential, $0) }, x)
    }

    /// Writes the orders down, within the tenant's quota.
    func order(
        _ all: [BotRules.Asked], _ x: MirrorExchange, for target: Target? = nil
    ) async throws -> [Result<BotOrder, ItemFault>] {
        try await checkCredentials(all, x)
        let now = clock.now
        var prepared: [CallbackTargets.Prepared?] = []
        for asked in all {
            prepared.append(
                try await asked.callback.asyncMap { try await callbacks.prepare($0, tenant: x.tenant, at: now) })
        }
        let drafts = zip(all, prepared).map { asked, callback in
            (asked: asked, callback: callback, order: draft(asked, x, target, hasCallback: callback != nil, at: now))
        }
        let limit = x.caller.tenant.settings.limits.botsPerDay
        return try await database.write { tx in
            try drafts.map { draft in
                var order = draft.order
                // The same request as before, whose outcome was left open.
                if let known = try BotOrderStore.find(account: order.accountID, marker: order.marker, in: tx) {
                    return .success(known)
                }
                if draft.asked.refusesSecond, let meeting = order.meetingDigest,
                    try BotOrderStore.hasRecent(
                        order.tenant, user: x.user, meeting: meeting, at: now, in: tx)
                {
                    return .failure(Self.alreadyExists)
                }
                do {
                    try DailyQuota.takeBot(order.tenant, limit: limit, at: now, in: tx)
                } catch let problem as Problem {
                    try DailyQuota.returnBot(order.tenant, takenAt: now, in: tx)
                    return .failure(Self.capReached(problem))
                }
                order.endpointID = try draft.callback?.store(in: tx)
                try BotOrderStore.insert(order, in: tx)
                return .success(order)
            }
        }
    }

    private func draft(
        _ asked: BotRules.Asked, _ x: MirrorExchange, _ target: Target?, hasCallback: Bool, at now: Timestamp
    ) -> BotOrder {
        let meeting = asked.meetingURL.map { url in
            Array(vault.digest("\(x.tenant)\0\(url.lowercased())", purpose: "meeting")[..<16])
        }
        return BotOrder(
            marker: repeatable(x) ?? ExtraMarks.newMarker(), tenant: x.tenant, user: target?.owner.user ?? x.user,
            accountID: x.account.id, version: x.version, calendarID: target?.owner.calendar, eventID: target?.event,
            connection: target?.owner.connection, botID: nil, meetingDigest: meeting,
            reference: hasCallback ? CallbackTargets.newReference() : nil, endpointID: nil, createdAt: now)
    }

    /// With an `Idempotency-Key`, one bot's marker is made from it: so the same request, sent again after an outcome that
    /// nobody knows, finds what the first one made.
    func repeatable(_ x: MirrorExchange) -> String? {
        guard [Operation.V1.createBot, Operation.V2.createBot, Operation.V2.createScheduled].contains(x.operation),
            let key = x.request.headers[Idempotency.name]
        else { return nil }
        let parts = [x.tenant, Idempotency.Owner(x.caller).actor, x.operation.name, key, x.said]
        return Base64.encodeURL(Array(vault.digest(parts.joined(separator: "\0"), purpose: "order")[..<24]))
    }

    private static let alreadyExists = ItemFault(
        code: "BOT_ALREADY_EXISTS", message: "A bot was asked for in this meeting less than five minutes ago.",
        whole: MirrorFault(
            409, "FST_ERR_BOT_ALREADY_EXISTS", "A bot was asked for in this meeting less than five minutes ago."))

    private static func capReached(_ problem: Problem) -> ItemFault {
        ItemFault(
            code: "DAILY_BOT_CAP_REACHED", message: problem.detail,
            whole: MirrorFault(429, "FST_ERR_DAILY_BOT_CAP_REACHED", problem.detail))
    }

    /// What goes upstream for an order.
    /// - Parameter hasMany: whether the call knows `allow_multiple_bots`.
    func options(_ asked: BotRules.Asked, _ order: BotOrder, hasMany: Bool = true) -> JSON {
        var out = asked.options
        out["extra"] = marks.marked(asked.extra, marker: order.marker, tenant: order.tenant, user: order.user)
        switch order.version {
        case .v1:
            // Else two tenants in one call would block each other (facts/meeting-baas.md 3.6).
            out["deduplication_key"] = .string(deduplicationKey(out["deduplication_key"], order.tenant))
            if let reference = order.reference { out["webhook_url"] = .string(callbacks.base + reference) }
        case .v2:
            if hasMany { out["allow_multiple_bots"] = true }
            if let reference = order.reference { out["callback_config"] = callbackConfig(reference) }
        }
        return .object(out)
    }

    func deduplicationKey(_ given: JSON?, _ tenant: String) -> String {
        let prefix = marks.tag(tenant)
        return given?.stringValue.map { "\(prefix):\($0)" } ?? prefix
    }

    func callbackConfig(_ reference: String) -> JSON {
        [
            "url": .string(callbacks.base + reference), "secret": .string(callbacks.secret(reference)),
            "method": "POST",
        ]
    }

    /// The bot is there: whose it is is stored, and what came for it before is bound.
    func learned(_ bots: [(order: BotOrder, id: String)], _ x: MirrorExchange) async throws {
        let (now, binder) = (clock.now, self.binder)
        try await database.write { tx in
            for (order, id) in bots {
                try BotOrderStore.setBot(order, id, in: tx)
                try BotStore.learn(
                    Bot(
                        accountID: order.accountID, botID: id, tenant: order.tenant, eventID: order.eventID,
                        calendarID: order.calendarID, connection: order.connection, user: order.user,
                        state: .joining, stateAt: now), in: tx)
                try binder.bindHeld(account: order.accountID, bot: id, at: now, in: tx)
            }
        }
        binder.wakeDeliveries()
    }

    /// Upstream surely made nothing of these.
    func undo(_ orders: [BotOrder]) async throws {
        try await database.write { tx in
            for order in orders {
                try DailyQuota.returnBot(order.tenant, takenAt: order.createdAt, in: tx)
                try BotOrderStore.delete(order, in: tx)
            }
        }
    }

    /// Looks for a bot whose creation's reply was lost: there is no key by which asking again would be harmless.
    /// - Returns: its id; nil when Meeting BaaS does not list it.
    /// - Parameter pauses: seconds before each look: it may not be listed at once.
    func find(_ order: BotOrder, _ x: MirrorExchange, pauses: [Int]) async -> String? {
        let condition = "\(ExtraMarks.marker):\(order.marker)"
        let (operation, query) =
            switch x.operation {
            case Operation.V2.createScheduled: (Operation.V2.listScheduled, [("extra", condition), ("limit", "1")])
            case Operation.V2.createBot: (Operation.V2.listBots, [("extra", condition), ("limit", "1")])
            default: (Operation.V1.listBots, [("filter_by_extra", condition), ("limit", "50")])
            }
        let call = MirrorCall(operation: operation, ids: [], query: query.map { (name: $0.0, value: $0.1) })
        for pause in pauses {
            try? await Task.sleep(for: .seconds(pause))
            let outbound = MirrorDecision.outbound(call, headers: [:])
            guard let json = try? await self.reply(to: outbound, nil, x).json else { continue }
            let items = (json["data"] ?? json["bots"])?.arrayValue ?? []
            let found = items.first { $0["extra"]?[ExtraMarks.marker]?.stringValue == order.marker }
            if let id = (found?["bot_id"] ?? found?["uuid"])?.stringValue { return id.lowercased() }
        }
        return nil
    }
}

extension Optional where Wrapped: Sendable {
    func asyncMap<T: Sendable>(_ body: (Wrapped) async throws -> T) async rethrows -> T? {
        guard let self else { return nil }
        return try await body(self)
    }
}
