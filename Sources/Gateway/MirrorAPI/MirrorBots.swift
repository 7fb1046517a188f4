import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import SQL

/// Bots for a meeting's URL, now or later, one or many, and what is changed about them.
extension MirrorAPI {
    func createBot(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        let requested = try context.parsedOptions(rules, try body(context))
        let ordered: Ordered
        switch try await self.order([requested], context)[0] {
        case .success(let written): ordered = written
        case .failure(let error): throw error.whole
        }
        let order = ordered.order
        // The same request as before: what it made may be there, and must not be made twice.
        if !ordered.isNew {
            if let id = order.botID { return try await made(id, order, context) }
            switch await find(order, context, pauses: [0]) {
            case .found(let id): return try await made(id, order, context)
            case .unknown(let error): throw error
            case .notThere: try IdempotencyClaim.current?.checkSettled()
            }
        }
        do {
            let reply = try await self.reply(to: outbound, options(requested, order).bytes, context)
            let json = try reply.json
            guard let id = (json["data"]?["bot_id"] ?? json["bot_id"])?.stringValue else {
                throw MirrorError(UpstreamError.malformed)
            }
            try await learned([(order, id.lowercased())], context)
            return try await presented(reply, context)
        } catch let error as MirrorError where error.mayHaveHappened {
            guard case .found(let id) = await find(order, context, pauses: [0, 1, 2]) else { throw error }
            return try await made(id, order, context)
        } catch let error as MirrorError {
            if ordered.isNew { try await undo([order]) }
            throw error
        }
    }

    /// Found, though its own reply was lost.
    private func made(_ id: String, _ order: BotCreation, _ context: MirrorContext) async throws -> Response {
        try await learned([(order, id)], context)
        return context.version == .v1
            ? .json(.ok, ["bot_id": .string(id)])
            : .json(.created, ["success": true, "data": ["bot_id": .string(id)]])
    }

    func updateScheduled(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        let requested = try context.parsedOptions(rules, try body(context))
        try await checkCredentials([requested], context)
        var out = requested.options
        if out["allow_multiple_bots"] != nil { out["allow_multiple_bots"] = true }
        guard out["extra"] != nil || requested.callback != nil || requested.callbackChange != nil else {
            return try await presented(try await self.reply(to: outbound, JSON.object(out).bytes, context), context)
        }
        let order = try await findOrCreate(context.call.ids[0], context)
        if let extra = out["extra"] {
            out["extra"] = tags.tagged(
                extra, correlationID: order.correlationID, tenant: context.tenant, user: order.user)
        }
        let changed = out
        guard let callback = try await prepare(requested.callback, context) else {
            let reply = try await withCallbackChange(requested.callbackChange, of: order, context) {
                try await self.reply(to: outbound, JSON.object(changed).bytes, context)
            }
            return try await presented(reply, context)
        }
        let reply = try await withCallback(of: order, callback, endpoint: nil, context) { reference in
            var out = changed
            out["callback_config"] = callbackConfig(reference)
            return try await self.reply(to: outbound, JSON.object(out).bytes, context)
        }
        return try await presented(reply, context)
    }

    /// `extra` is merged, and `null` clears all of it; the tags are then set again.
    func updateConfig(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        let requested = try context.parsedOptions(rules, try body(context))
        guard let extra = requested.extra else { throw MirrorError.invalid("body/extra", "is required") }
        let order = try await findOrCreate(context.call.ids[0], context)
        func changed(_ extra: JSON) -> [UInt8] { JSON.object(["extra": extra]).bytes }
        let tagged = tags.tagged(extra, correlationID: order.correlationID, tenant: context.tenant, user: order.user)
        guard extra.isNull else {
            return try await presented(try await self.reply(to: outbound, changed(tagged), context), context)
        }
        _ = try await self.reply(to: outbound, changed(.null), context)
        // Without its tags the bot would be missing from its owner's lists.
        do {
            return try await presented(try await self.reply(to: outbound, changed(tagged), context), context)
        } catch is MirrorError {
            return try await presented(try await self.reply(to: outbound, changed(tagged), context), context)
        }
    }

    /// To the bot's own URL again, or to another, which then is the bot's.
    func retryCallback(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        let given = try body(context)
        let bot = context.call.ids[0]
        var (callback, endpoint): (BotCallbacks.Prepared?, String?)
        if let members = given.objectValue, let url = members["url"] {
            guard context.caller.isKey else {
                throw MirrorError.forbidden("body/url may be given by a tenant's key only, not by a user's session.")
            }
            let method = members["method"]?.stringValue ?? "POST"
            guard ["POST", "PUT"].contains(method) else {
                throw MirrorError.invalid("body/method", "must be POST or PUT")
            }
            callback = try await prepare(
                BotCallbacks.Target(
                    url: try BotRules.url(url, "body/url"), secret: try BotRules.secret(members["secret"], "body"),
                    method: method), context)
        } else {
            let (tenant, account) = (context.tenant, context.account.id)
            endpoint = try await database.read {
                try BotCreationStore.callback(tenant, account: account, bot: bot, in: $0)?.endpoint
            }
        }
        guard callback != nil || endpoint != nil else {
            return try await presented(try await self.reply(to: outbound, Array("null".utf8), context), context)
        }
        let order = try await findOrCreate(bot, context)
        let reply = try await withCallback(of: order, callback, endpoint: endpoint, context) { reference in
            try await self.reply(to: outbound, callbackConfig(reference).bytes, context)
        }
        return try await presented(reply, context)
    }

    /// v1: the only call that names its bot in the body, and one more place for a URL that would get the account's key.
    func retranscribe(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        let requested = try context.parsedOptions(rules, try body(context))
        guard let bot = requested.options["bot_uuid"]?.stringValue?.lowercased(), UpstreamID.isUUID(bot) else {
            throw MirrorError.invalid("body/bot_uuid", "must be a UUID")
        }
        try await check([context.reference(.bot, bot)], context)
        let out = requested.options
        guard requested.callback != nil || requested.callbackChange != nil else {
            return try await presented(try await self.reply(to: outbound, JSON.object(out).bytes, context), context)
        }
        let order = try await findOrCreate(bot, context)
        guard let callback = try await prepare(requested.callback, context) else {
            let reply = try await withCallbackChange(requested.callbackChange, of: order, context) {
                try await self.reply(to: outbound, JSON.object(out).bytes, context)
            }
            return try await presented(reply, context)
        }
        let reply = try await withCallback(of: order, callback, endpoint: nil, context) { reference in
            var out = out
            out["webhook_url"] = .string(callbacks.base + reference)
            return try await self.reply(to: outbound, JSON.object(out).bytes, context)
        }
        return try await presented(reply, context)
    }
}
