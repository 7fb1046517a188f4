import HTTPTypes
import Hummingbird
import MeetingBaaS
import SQL
import Wire

/// Bots for a meeting's URL, now or later, one or many, and what is changed about them.
extension Mirror {
    func createBot(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try x.asked(rules, try body(x))
        let began = clock.now
        let order: BotOrder
        switch try await self.order([asked], x)[0] {
        case .success(let written): order = written
        case .failure(let fault): throw fault.whole
        }
        // The same request as before: what it made may be there.
        if repeatable(x) == order.marker, order.createdAt < began,
            let id = await find(order, x, pauses: [0])
        {
            return try await made(id, order, x)
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
            guard let id = await find(order, x, pauses: [0, 1, 2]) else { throw fault }
            return try await made(id, order, x)
        } catch let fault as MirrorFault {
            try await undo([order])
            throw fault
        }
    }

    /// Found, though its own reply was lost.
    private func made(_ id: String, _ order: BotOrder, _ x: MirrorExchange) async throws -> Response {
        try await learned([(order, id)], x)
        return x.version == .v1
            ? .json(.ok, ["bot_id": .string(id)])
            : .json(.created, ["success": true, "data": ["bot_id": .string(id)]])
    }

    /// Each item for itself, as Meeting BaaS does it: what is refused here joins what is refused there.
    func createBots(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        guard let items = try body(x).arrayValue, (1...100).contains(items.count) else {
            throw MirrorFault.invalid("body", "must be an array of 1 to 100 bots")
        }
        let asked = try items.enumerated().map { index, item in
            try x.asked(rules, item, place: "body/\(index)")
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
        let asked = try x.asked(rules, try body(x))
        try await checkCredentials([asked], x)
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
        let asked = try x.asked(rules, try body(x))
        guard let extra = asked.extra else { throw MirrorFault.invalid("body/extra", "is required") }
        let order = try await standing(x.call.ids[0], nil, x)
        func changed(_ extra: JSON) -> [UInt8] { JSON.object(["extra": extra]).bytes }
        let marked = marks.marked(extra, marker: order.marker, tenant: x.tenant, user: order.user)
        guard extra.isNull else { return try await shown(try await self.reply(to: outbound, changed(marked), x), x) }
        _ = try await self.reply(to: outbound, changed(.null), x)
        // Without its marks the bot would drop out of its owner's lists.
        do {
            return try await shown(try await self.reply(to: outbound, changed(marked), x), x)
        } catch is MirrorFault {
            return try await shown(try await self.reply(to: outbound, changed(marked), x), x)
        }
    }

    /// To the bot's own URL again, or to another, which then is the bot's.
    func retryCallback(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let given = try body(x)
        let bot = x.call.ids[0]
        guard let members = given.objectValue, let url = members["url"] else {
            // A new reference, or the same content would be taken for a callback that came twice.
            let known = try await database.read {
                try BotOrderStore.find(x.tenant, account: x.account.id, bot: bot, in: $0)
            }
            let config = try await known?.endpointID.asyncMap { try await renewed(bot, endpoint: $0, x) }
            return try await shown(try await self.reply(to: outbound, (config ?? .null).bytes, x), x)
        }
        guard x.caller.isKey else {
            throw MirrorFault.forbidden("body/url may be given by a tenant's key only, not by a user's session.")
        }
        let method = members["method"]?.stringValue ?? "POST"
        guard ["POST", "PUT"].contains(method) else { throw MirrorFault.invalid("body/method", "must be POST or PUT") }
        let callback = BotRules.Callback(
            url: try BotRules.url(url, "body/url"), secret: try BotRules.secret(members["secret"], "body"),
            method: method)
        let order = try await standing(bot, callback, x)
        let config = try await renewed(bot, endpoint: order.endpointID ?? "", x)
        return try await shown(try await self.reply(to: outbound, config.bytes, x), x)
    }

    /// The same endpoint behind a reference of its own.
    private func renewed(_ bot: String, endpoint: String, _ x: MirrorExchange) async throws -> JSON {
        let reference = CallbackTargets.newReference()
        let order = try await standing(bot, nil, x)
        try await database.write {
            try BotOrderStore.setCallback(order, reference: reference, endpoint: endpoint, in: $0)
        }
        return callbackConfig(reference)
    }

    /// v1: the only call that names its bot in the body, and one more place for a URL that would get the account's key.
    func retranscribe(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try x.asked(rules, try body(x))
        guard let bot = asked.options["bot_uuid"]?.stringValue?.lowercased(), Self.isUUID(bot) else {
            throw MirrorFault.invalid("body/bot_uuid", "must be a UUID")
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
        let owner = try await ownership.owner(of: x.reference(.bot, bot))
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
