import JSONValue
import Hummingbird
import MeetingBaaS

/// Several bots in one call.
extension MirrorAPI {
    /// Each item for itself, as Meeting BaaS does it: what is refused here joins what is refused there. Under an
    /// `Idempotency-Key` a repeat sends only those bots that the first request did not make.
    func createBots(_ x: MirrorContext) async throws -> Response {
        let outbound = try await allowed(x)
        guard let items = try body(x).arrayValue, (1...100).contains(items.count) else {
            throw MirrorError.invalid("body", "must be an array of 1 to 100 bots")
        }
        let asked = try items.enumerated().map { index, item in
            try x.asked(rules, item, place: "body/\(index)")
        }
        var batch = Batch(asked: asked)
        for (index, result) in try await order(asked, x).enumerated() {
            switch result {
            case .success(let ordered):
                batch.items.append(.init(index: index, order: ordered.order, isNew: ordered.isNew))
            case .failure(let fault): batch.refuse(index, fault)
            }
        }
        try await findMade(&batch, x)
        guard !batch.items.isEmpty else { return .json(.created, batch.reply) }
        do {
            let body = JSON.array(batch.items.map { options(asked[$0.index], $0.order) })
            let reply = try await self.reply(to: outbound, body.bytes, x)
            let json = try reply.json
            try await learned(batch.made(in: json).map { (order: $0.item.order, id: $0.id) }, x)
            try await undo(batch.refused(in: json).filter(\.isNew).map(\.order))
            return try await shown(reply, x) { batch.merged(with: $0) }
        } catch let fault as MirrorError where fault.mayHaveHappened {
            return try await recovered(batch, fault, x)
        } catch let fault as MirrorError {
            try await undo(batch.items.filter(\.isNew).map(\.order))
            throw fault
        }
    }

    /// Takes those bots out of the batch that an earlier request under the same key has made.
    private func findMade(_ batch: inout Batch, _ x: MirrorContext) async throws {
        var found: [(item: Batch.Item, id: String)] = []
        var isOpen = false
        for item in batch.items where !item.isNew {
            if let id = item.order.botID {
                found.append((item, id))
                continue
            }
            switch await find(item.order, x, pauses: [0]) {
            case .found(let id): found.append((item, id))
            case .notThere: isOpen = true
            case .unknown(let fault): throw fault
            }
        }
        try await learned(found.map { (order: $0.item.order, id: $0.id) }, x)
        if isOpen { try IdempotencyClaim.current?.checkSettled() }
        batch.take(found)
    }

    /// The reply was lost: the bots are looked for.
    /// - Throws: `fault` when not all are found.
    private func recovered(_ batch: Batch, _ fault: MirrorError, _ x: MirrorContext) async throws -> Response {
        var batch = batch
        var found: [(item: Batch.Item, id: String)] = []
        // Waiting for the first is enough: what is listed later than that is left to a repeat.
        for (place, item) in batch.items.enumerated() {
            if case .found(let id) = await find(item.order, x, pauses: place == 0 ? [0, 1, 2] : [0]) {
                found.append((item, id))
            } else if place == 0 {
                break
            }
        }
        try await learned(found.map { (order: $0.item.order, id: $0.id) }, x)
        batch.take(found)
        guard batch.items.isEmpty else { throw fault }
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

        let asked: [BotRules.Asked]
        var items: [Item] = []
        private var made: [(index: Int, json: JSON)] = []
        private var errors: [JSON] = []

        init(asked: [BotRules.Asked]) { self.asked = asked }

        mutating func refuse(_ index: Int, _ fault: ItemError) {
            errors.append([
                "index": .int(index), "code": .string(fault.code), "message": .string(fault.message),
                "details": .null, "extra": asked[index].extra ?? .null,
            ])
        }

        mutating func take(_ found: [(item: Item, id: String)]) {
            let indexes = Set(found.map(\.item.index))
            items.removeAll { indexes.contains($0.index) }
            for (item, id) in found {
                let json: JSON = [
                    "index": .int(item.index), "bot_id": .string(id), "extra": asked[item.index].extra ?? .null,
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
            guard var out = reply.objectValue, items.count < asked.count else { return reply }
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
