import Hummingbird
import JSONValue
import MeetingBaaS

/// Several bots in one call.
extension MirrorAPI {
    /// Each item for itself, as Meeting BaaS does it: what is refused here joins what is refused there. Under an
    /// `Idempotency-Key` a repeat sends only those bots that the first request did not make.
    func createBots(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        guard let items = try body(context).arrayValue, (1...100).contains(items.count) else {
            throw MirrorError.invalid("body", "must be an array of 1 to 100 bots")
        }
        let requested = try items.enumerated().map { index, item in
            try context.parsedOptions(rules, item, place: "body/\(index)")
        }
        var batch = Batch(requested: requested)
        for (index, result) in try await order(requested, context).enumerated() {
            switch result {
            case .success(let ordered):
                batch.items.append(.init(index: index, order: ordered.order, isNew: ordered.isNew))
            case .failure(let error): batch.refuse(index, error)
            }
        }
        try await findMade(&batch, context)
        guard !batch.items.isEmpty else { return .json(.created, batch.reply) }
        do {
            let body = JSON.array(batch.items.map { options(requested[$0.index], $0.order) })
            let reply = try await self.reply(to: outbound, body.bytes, context)
            let json = try reply.json
            try await learned(batch.made(in: json).map { (order: $0.item.order, id: $0.id) }, context)
            try await undo(batch.refused(in: json).filter(\.isNew).map(\.order))
            return try await presented(reply, context) { batch.merged(with: $0) }
        } catch let error as MirrorError where error.mayHaveHappened {
            return try await recovered(batch, error, context)
        } catch let error as MirrorError {
            try await undo(batch.items.filter(\.isNew).map(\.order))
            throw error
        }
    }

    /// Takes those bots out of the batch that an earlier request under the same key has made.
    private func findMade(_ batch: inout Batch, _ context: MirrorContext) async throws {
        var found: [(item: Batch.Item, id: String)] = []
        var isOpen = false
        for item in batch.items where !item.isNew {
            if let id = item.order.botID {
                found.append((item, id))
                continue
            }
            switch await find(item.order, context, pauses: [0]) {
            case .found(let id): found.append((item, id))
            case .notThere: isOpen = true
            case .unknown(let error): throw error
            }
        }
        try await learned(found.map { (order: $0.item.order, id: $0.id) }, context)
        if isOpen { try IdempotencyClaim.current?.checkSettled() }
        batch.take(found)
    }

    /// The reply was lost: the bots are looked for.
    /// - Throws: `error` when not all are found.
    private func recovered(_ batch: Batch, _ error: MirrorError, _ context: MirrorContext) async throws -> Response {
        var batch = batch
        var found: [(item: Batch.Item, id: String)] = []
        // Waiting for the first is enough: what is listed later than that is left to a repeat.
        for (place, item) in batch.items.enumerated() {
            if case .found(let id) = await find(item.order, context, pauses: place == 0 ? [0, 1, 2] : [0]) {
                found.append((item, id))
            } else if place == 0 {
                break
            }
        }
        try await learned(found.map { (order: $0.item.order, id: $0.id) }, context)
        batch.take(found)
        guard batch.items.isEmpty else { throw error }
        return .json(.created, batch.reply)
    }

    /// A batch under way: what is to be sent, what is there already, what is refused here.
    private struct Batch: Sendable {
        struct Item: Sendable {
            /// Its place in the caller's body.
            let index: Int
            let order: BotCreation
            let isNew: Bool
        }

        let requested: [BotRules.ParsedBotOptions]
        var items: [Item] = []
        private var made: [(index: Int, json: JSON)] = []
        private var errors: [JSON] = []

        init(requested: [BotRules.ParsedBotOptions]) { self.requested = requested }

        mutating func refuse(_ index: Int, _ error: ItemError) {
            errors.append([
                "index": .int(index), "code": .string(error.code), "message": .string(error.message),
                "details": .null, "extra": requested[index].extra ?? .null,
            ])
        }

        mutating func take(_ found: [(item: Item, id: String)]) {
            let indexes = Set(found.map(\.item.index))
            items.removeAll { indexes.contains($0.index) }
            for (item, id) in found {
                let json: JSON = [
                    "index": .int(item.index), "bot_id": .string(id), "extra": requested[item.index].extra ?? .null,
                ]
                made.append((item.index, json))
            }
        }

        /// Without anything that was sent now.
        var reply: JSON {
            let data = made.sorted { $0.index < $1.index }.map(\.json)
            return ["success": true, "data": .array(data), "errors": .array(errors)]
        }

        /// Upstream counts what it was sent.
        private func item(_ json: JSON) -> Item? {
            json["index"]?.intValue.flatMap { items.indices.contains($0) ? items[$0] : nil }
        }

        func made(in reply: JSON) -> [(item: Item, id: String)] {
            (reply["data"]?.arrayValue ?? []).compactMap { json in
                item(json).flatMap { item in json["bot_id"]?.stringValue.map { (item, $0.lowercased()) } }
            }
        }

        func refused(in reply: JSON) -> [Item] { (reply["errors"]?.arrayValue ?? []).compactMap { item($0) } }

        func merged(with reply: JSON) -> JSON {
            guard var out = reply.objectValue, items.count < requested.count else { return reply }
            for name in ["data", "errors"] {
                let present = (out[name]?.arrayValue ?? []).map { json -> JSON in
                    guard var members = json.objectValue, let item = item(json) else { return json }
                    members["index"] = .int(item.index)
                    return .object(members)
                }
                out[name] = .array(present + (name == "errors" ? errors : made.map(\.json)))
            }
            if !made.isEmpty, let data = out["data"]?.arrayValue {
                out["data"] = .array(data.sorted { ($0["index"]?.intValue ?? 0) < ($1["index"]?.intValue ?? 0) })
            }
            return .object(out)
        }
    }
}
