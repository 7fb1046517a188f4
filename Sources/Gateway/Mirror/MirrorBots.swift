import HTTPTypes
import Hummingbird
import MeetingBaaS
import SQL
import Wire

/// Bots for a meeting's URL, now or later, one or many, and what is changed about them.
extension Mirror {
    func createBot(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try rules.read(try await body(x), x.version, isKey: x.caller.isKey)
        let order: BotOrder
        switch try await self.order([asked], x)[0] {
        case .success(let written): order = written
        case .failure(let fault): throw fault.whole
        }
        do {
            let reply = try await self.reply(to: outbound, options(asked, order).bytes, x)
            let json = try reply.json
            guard let id = (json["data"]?["bot_id"] ?? json["bot_id"])?.stringValue else {
                throw MirrorFault(UpstreamFault.malformed)
            }
            try await learned([(order, id.lowercased())], x)
            return try await shown(reply, x)
        } catch let fault as MirrorFault where fault.mayHaveHappened {
            guard let id = await find(order, x) else { throw fault }
            try await learned([(order, id)], x)
            return x.version == .v1
                ? .json(.ok, ["bot_id": .string(id)])
                : .json(.created, ["success": true, "data": ["bot_id": .string(id)]])
        } catch let fault as MirrorFault {
            try await undo([order])
            throw fault
        }
    }

    /// Each item for itself, as Meeting BaaS does it: what is refused here joins what is refused there.
    func createBots(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        guard let items = try await body(x).arrayValue, (1...100).contains(items.count) else {
            throw MirrorFault.invalid("body", "must be an array of 1 to 100 bots")
        }
        let asked = try items.enumerated().map { index, item in
            try rules.read(item, x.version, isKey: x.caller.isKey, place: "body/\(index)")
        }
        var (sent, refused): ([(index: Int, order: BotOrder)], [JSON]) = ([], [])
        for (index, result) in try await order(asked, x).enumerated() {
            switch result {
            case .success(let order): sent.append((index, order))
            case .failure(let fault):
                refused.append([
                    "index": .int(index), "code": .string(fault.code), "message": .string(fault.message),
                    "details": .null, "extra": asked[index].extra ?? .null,
                ])
            }
        }
        guard !sent.isEmpty else {
            return .json(.created, ["success": true, "data": [], "errors": .array(refused)])
        }
        let reply: MirrorReply
        do {
            let body = JSON.array(sent.map { options(asked[$0.index], $0.order) })
            reply = try await self.reply(to: outbound, body.bytes, x)
        } catch let fault as MirrorFault where !fault.mayHaveHappened {
            try await undo(sent.map(\.order))
            throw fault
        }
        let (json, bodyIndex) = (try reply.json, sent)
        func place(_ item: JSON) -> (index: Int, order: BotOrder)? {
            item["index"]?.intValue.flatMap { bodyIndex.indices.contains($0) ? bodyIndex[$0] : nil }
        }
        let made = (json["data"]?.arrayValue ?? []).compactMap { item in
            place(item).flatMap { place in item["bot_id"]?.stringValue.map { (place.order, $0.lowercased()) } }
        }
        try await learned(made.map { (order: $0.0, id: $0.1) }, x)
        try await undo((json["errors"]?.arrayValue ?? []).compactMap { place($0)?.order })
        return try await shown(reply, x) { json in
            guard var out = json.objectValue, !refused.isEmpty else { return json }
            for name in ["data", "errors"] {
                // Upstream counts what it was sent.
                let items = (out[name]?.arrayValue ?? []).map { item -> JSON in
                    guard var members = item.objectValue, let place = place(item) else { return item }
                    members["index"] = .int(place.index)
                    return .object(members)
                }
                out[name] = .array(name == "errors" ? items + refused : items)
            }
            return .object(out)
        }
    }

    func updateScheduled(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try rules.read(try await body(x), x.version, isKey: x.caller.isKey)
        try await check(asked.credentials.map { x.reference(.zoomCredential, $0) }, x)
        var out = asked.options
        if out["extra"] != nil || asked.callback != nil {
            let order = try await standing(x.call.ids[0], asked.callback, x)
            if let extra = out["extra"] {
                out["extra"] = marks.marked(extra, marker: order.marker, tenant: x.tenant, user: order.user)
            }
            if asked.callback != nil, let reference = order.reference {
                out["callback_config"] = callbackConfig(reference)
            }
        }
        if out["allow_multiple_bots"] != nil { out["allow_multiple_bots"] = true }
        return try await shown(try await self.reply(to: outbound, JSON.object(out).bytes, x), x)
    }

    /// `extra` is merged, and `null` clears all of it: then the marks are put back.
    func updateConfig(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try rules.read(try await body(x), x.version, isKey: x.caller.isKey)
        guard let extra = asked.extra else { throw MirrorFault.invalid("body/extra", "is required") }
        let order = try await standing(x.call.ids[0], nil, x)
        func changed(_ extra: JSON) -> [UInt8] {
            var out = asked.options
            out["extra"] = extra
            return JSON.object(out).bytes
        }
        let marked = marks.marked(extra, marker: order.marker, tenant: x.tenant, user: order.user)
        if extra.isNull { _ = try await self.reply(to: outbound, changed(.null), x) }
        return try await shown(try await self.reply(to: outbound, changed(marked), x), x)
    }

    /// To the bot's own URL again, or to another, which then is the bot's.
    func retryCallback(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let given = try await body(x)
        guard let members = given.objectValue, let url = members["url"] else {
            return try await shown(try await self.reply(to: outbound, Array("null".utf8), x), x)
        }
        guard x.caller.isKey else {
            throw MirrorFault.forbidden("body/url may be given by a tenant's key only, not by a user's session.")
        }
        let method = members["method"]?.stringValue ?? "POST"
        guard ["POST", "PUT"].contains(method) else { throw MirrorFault.invalid("body/method", "must be POST or PUT") }
        let callback = BotRules.Callback(
            url: try BotRules.url(url, "body/url"), secret: try BotRules.secret(members["secret"], "body"),
            method: method)
        let order = try await standing(x.call.ids[0], callback, x)
        guard let reference = order.reference else { throw MirrorFault.unknown(.bot) }
        return try await shown(try await self.reply(to: outbound, callbackConfig(reference).bytes, x), x)
    }

    /// v1: the only call that names its bot in the body, and one more place for a URL that would get the account's key.
    func retranscribe(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try rules.read(try await body(x), x.version, isKey: x.caller.isKey)
        guard let bot = asked.options["bot_uuid"]?.stringValue?.lowercased(), Self.isUUID(bot) else {
            throw MirrorFault.invalid("body/bot_uuid", "must be a UUID")
        }
        if !x.caller.isKey, asked.options["speech_to_text"]?["api_key"] != nil {
            throw MirrorFault.forbidden("body/speech_to_text/api_key may be given by a tenant's key only.")
        }
        try await check([x.reference(.bot, bot)], x)
        var out = asked.options
        if asked.callback != nil, let reference = try await standing(bot, asked.callback, x).reference {
            out["webhook_url"] = .string(callbacks.base + reference)
        }
        return try await shown(try await self.reply(to: outbound, JSON.object(out).bytes, x), x)
    }

    /// The order of a bot that is there already; one is written for a bot that came otherwise.
    /// - Parameter callback: where its callbacks go from now on.
    private func standing(
        _ bot: String, _ callback: BotRules.Callback?, _ x: MirrorExchange
    ) async throws -> BotOrder {
        let now = clock.now
        let prepared = try await callback.asyncMap { try await callbacks.prepare($0, tenant: x.tenant, at: now) }
        let owner = ownership.known(x.reference(.bot, bot))
        let known = try await database.write { tx -> BotOrder in
            var order: BotOrder
            if let known = try BotOrderStore.find(x.tenant, account: x.account.id, bot: bot, in: tx) {
                order = known
            } else {
                order = BotOrder(
                    marker: ExtraMarks.newMarker(), tenant: x.tenant, user: owner?.user ?? x.user,
                    accountID: x.account.id, version: x.version, calendarID: owner?.calendar,
                    connection: owner?.connection, botID: bot, createdAt: now)
                try BotOrderStore.insert(order, in: tx)
            }
            guard let prepared else { return order }
            order.endpointID = try prepared.store(in: tx)
            order.reference = order.reference ?? CallbackTargets.newReference()
            try BotOrderStore.setCallback(
                order, reference: order.reference ?? "", endpoint: order.endpointID ?? "", in: tx)
            return order
        }
        return known
    }
}
