import JSONValue
import HTTPTypes
import Hummingbird
import MeetingBaaS
import SQL

/// Bots for a meeting's URL, now or later, one or many, and what is changed about them.
extension MirrorAPI {
    func createBot(_ x: MirrorContext) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try x.asked(rules, try body(x))
        let ordered: Ordered
        switch try await self.order([asked], x)[0] {
        case .success(let written): ordered = written
        case .failure(let fault): throw fault.whole
        }
        let order = ordered.order
        // The same request as before: what it made may be there, and must not be made twice.
        if !ordered.isNew {
            if let id = order.botID { return try await made(id, order, x) }
            switch await find(order, x, pauses: [0]) {
            case .found(let id): return try await made(id, order, x)
            case .unknown(let fault): throw fault
            case .notThere: try IdempotencyClaim.current?.checkSettled()
            }
        }
        do {
            let reply = try await self.reply(to: outbound, options(asked, order).bytes, x)
            let json = try reply.json
            guard let id = (json["data"]?["bot_id"] ?? json["bot_id"])?.stringValue else {
                throw MirrorError(UpstreamError.malformed)
            }
            try await learned([(order, id.lowercased())], x)
            return try await shown(reply, x)
        } catch let fault as MirrorError where fault.mayHaveHappened {
            guard case .found(let id) = await find(order, x, pauses: [0, 1, 2]) else { throw fault }
            return try await made(id, order, x)
        } catch let fault as MirrorError {
            if ordered.isNew { try await undo([order]) }
            throw fault
        }
    }

    /// Found, though its own reply was lost.
    private func made(_ id: String, _ order: BotCreation, _ x: MirrorContext) async throws -> Response {
        try await learned([(order, id)], x)
        return x.version == .v1
            ? .json(.ok, ["bot_id": .string(id)])
            : .json(.created, ["success": true, "data": ["bot_id": .string(id)]])
    }

    func updateScheduled(_ x: MirrorContext) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try x.asked(rules, try body(x))
        try await checkCredentials([asked], x)
        var out = asked.options
        if out["allow_multiple_bots"] != nil { out["allow_multiple_bots"] = true }
        guard out["extra"] != nil || asked.callback != nil || asked.callbackChange != nil else {
            return try await shown(try await self.reply(to: outbound, JSON.object(out).bytes, x), x)
        }
        let order = try await standing(x.call.ids[0], x)
        if let extra = out["extra"] {
            out["extra"] = marks.marked(extra, marker: order.marker, tenant: x.tenant, user: order.user)
        }
        let changed = out
        guard let callback = try await prepare(asked.callback, x) else {
            let reply = try await withCallbackChange(asked.callbackChange, of: order, x) {
                try await self.reply(to: outbound, JSON.object(changed).bytes, x)
            }
            return try await shown(reply, x)
        }
        let reply = try await withCallback(of: order, callback, endpoint: nil, x) { reference in
            var out = changed
            out["callback_config"] = callbackConfig(reference)
            return try await self.reply(to: outbound, JSON.object(out).bytes, x)
        }
        return try await shown(reply, x)
    }

    /// `extra` is merged, and `null` clears all of it: then the marks are put back.
    func updateConfig(_ x: MirrorContext) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try x.asked(rules, try body(x))
        guard let extra = asked.extra else { throw MirrorError.invalid("body/extra", "is required") }
        let order = try await standing(x.call.ids[0], x)
        func changed(_ extra: JSON) -> [UInt8] { JSON.object(["extra": extra]).bytes }
        let marked = marks.marked(extra, marker: order.marker, tenant: x.tenant, user: order.user)
        guard extra.isNull else { return try await shown(try await self.reply(to: outbound, changed(marked), x), x) }
        _ = try await self.reply(to: outbound, changed(.null), x)
        // Without its marks the bot would drop out of its owner's lists.
        do {
            return try await shown(try await self.reply(to: outbound, changed(marked), x), x)
        } catch is MirrorError {
            return try await shown(try await self.reply(to: outbound, changed(marked), x), x)
        }
    }

    /// To the bot's own URL again, or to another, which then is the bot's.
    func retryCallback(_ x: MirrorContext) async throws -> Response {
        let outbound = try await allowed(x)
        let given = try body(x)
        let bot = x.call.ids[0]
        var (callback, endpoint): (BotCallbacks.Prepared?, String?)
        if let members = given.objectValue, let url = members["url"] {
            guard x.caller.isKey else {
                throw MirrorError.forbidden("body/url may be given by a tenant's key only, not by a user's session.")
            }
            let method = members["method"]?.stringValue ?? "POST"
            guard ["POST", "PUT"].contains(method) else {
                throw MirrorError.invalid("body/method", "must be POST or PUT")
            }
            callback = try await prepare(
                BotCallbacks.Target(
                    url: try BotRules.url(url, "body/url"), secret: try BotRules.secret(members["secret"], "body"),
                    method: method), x)
        } else {
            let (tenant, account) = (x.tenant, x.account.id)
            endpoint = try await database.read {
                try BotCreationStore.callback(tenant, account: account, bot: bot, in: $0)?.endpoint
            }
        }
        guard callback != nil || endpoint != nil else {
            return try await shown(try await self.reply(to: outbound, Array("null".utf8), x), x)
        }
        let order = try await standing(bot, x)
        let reply = try await withCallback(of: order, callback, endpoint: endpoint, x) { reference in
            try await self.reply(to: outbound, callbackConfig(reference).bytes, x)
        }
        return try await shown(reply, x)
    }

    /// v1: the only call that names its bot in the body, and one more place for a URL that would get the account's key.
    func retranscribe(_ x: MirrorContext) async throws -> Response {
        let outbound = try await allowed(x)
        let asked = try x.asked(rules, try body(x))
        guard let bot = asked.options["bot_uuid"]?.stringValue?.lowercased(), Self.isUUID(bot) else {
            throw MirrorError.invalid("body/bot_uuid", "must be a UUID")
        }
        try await check([x.reference(.bot, bot)], x)
        let out = asked.options
        guard asked.callback != nil || asked.callbackChange != nil else {
            return try await shown(try await self.reply(to: outbound, JSON.object(out).bytes, x), x)
        }
        let order = try await standing(bot, x)
        guard let callback = try await prepare(asked.callback, x) else {
            let reply = try await withCallbackChange(asked.callbackChange, of: order, x) {
                try await self.reply(to: outbound, JSON.object(out).bytes, x)
            }
            return try await shown(reply, x)
        }
        let reply = try await withCallback(of: order, callback, endpoint: nil, x) { reference in
            var out = out
            out["webhook_url"] = .string(callbacks.base + reference)
            return try await self.reply(to: outbound, JSON.object(out).bytes, x)
        }
        return try await shown(reply, x)
    }
}
