import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct MessageStoreTests {
    private static let now = StorePlace.now

    private static func ids(_ messages: [Message]) -> [String] { messages.map(\.id) }

    @Test(arguments: StoreEngine.all)
    func `Messages are listed in the order in which they became visible, by user and type`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try MessageStore.insert(rows.messageRow("z", type: "x.y", user: "bob"), in: tx)
            try MessageStore.insert(rows.messageRow("b", type: "x.y"), in: tx)
            func list(_ user: String? = nil, _ type: String? = nil, after: String? = nil, limit: Int = 9) throws
                -> [String]
            {
                Self.ids(
                    try MessageStore.list(
                        rows.tenant, user: user, type: type, after: after, limit: limit, in: tx))
            }
            #expect(try list() == [rows.message, "z", "b"])
            #expect(try list("ann") == [rows.message, "b"] && list("ann", "x.y") == ["b"] && list("eve") == [])
            #expect(try list(after: rows.message, limit: 1) == ["z"] && list(after: "b") == [])
            #expect(try MessageStore.find(rows.tenant, "z", user: "ann", in: tx) == nil)
            let found = try #require(try MessageStore.find(rows.tenant, rows.message, user: "ann", in: tx))
            #expect(found.data == "{\"x\":1}" && found.account == rows.account && found.context.bot == "bot")
            #expect(found.receivedAt == Rows.made && !found.isReconciled && found.droppedAt == nil)
            #expect(try MessageStore.position(rows.tenant, of: nil, in: tx) == 0)
            #expect(throws: Problem.self) { try MessageStore.position(rows.tenant, of: "none", in: tx) }
            var (messages, position) = try MessageStore.following(
                rows.tenant, user: nil, type: "x.y", position: 0, limit: 1, in: tx)
            #expect(Self.ids(messages) == ["z"])
            (messages, position) = try MessageStore.following(
                rows.tenant, user: nil, type: "x.y", position: position, limit: 9, in: tx)
            #expect(Self.ids(messages) == ["b"])
            let newest = try TenantMessageCounters.position(of: rows.tenant, in: tx)
            #expect(position == newest)
            #expect(
                try MessageStore.following(
                    rows.tenant, user: nil, type: nil, position: newest, limit: 9, in: tx
                ).messages.isEmpty)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A later user of an id sees nothing of the former one's messages`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        try await place.write { tx in
            try GenerationStore.advance(rows.tenant, .user, "ann", at: Self.now, in: tx)
            try MessageStore.insert(rows.messageRow("new", at: Self.now.adding(seconds: 1)), in: tx)
            var former = rows.messageRow("late", at: Self.now.adding(seconds: 2))
            former = Message(
                id: "late", tenant: rows.tenant, type: "t", timestamp: "", data: "{}", extra: nil,
                context: MessageContext(user: "ann", isFormer: true), receivedAt: former.receivedAt)
            try MessageStore.insert(former, in: tx)
            func list(_ user: String?) throws -> [String] {
                Self.ids(
                    try MessageStore.list(rows.tenant, user: user, type: nil, after: nil, limit: 9, in: tx))
            }
            #expect(try list("ann") == ["new"] && list(nil) == [rows.message, "new", "late"])
            let users = try MessageStore.users(rows.tenant, after: 1, limit: 9, in: tx)
            #expect(users.map(\.id) == ["new", "late"] && users.map(\.isFormer) == [false, true])
            try MessageStore.forgetUser(rows.tenant, messages: ["new", "none"], in: tx)
            #expect(try list("ann") == [])
            #expect(try MessageStore.users(rows.tenant, after: 0, limit: 1, in: tx).map(\.user) == ["ann"])
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A webhook that comes again is recognised within its account and time`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        try await place.write { tx in
            func isDuplicate(
                _ source: MessageStore.Source, within seconds: Double? = nil, at time: Timestamp = Self.now
            )
                throws
                -> Bool
            { try MessageStore.isDuplicate(source, within: seconds, at: time, in: tx) }
            #expect(try isDuplicate(rows.source("src")) && !isDuplicate(rows.source("other")))
            #expect(try isDuplicate(rows.source("src"), within: 60) && !isDuplicate(rows.source("src"), within: 59))
            #expect(try !isDuplicate(.init(account: "shared", id: "src", bodyHash: nil)))
            let hashed = MessageStore.Source(account: rows.account, id: nil, bodyHash: [7])
            try MessageStore.insertWithoutDelivery(rows.messageRow("h"), source: hashed, in: tx)
            #expect(try isDuplicate(hashed) && !isDuplicate(hashed, at: rows.made.adding(seconds: 600)))
            #expect(try !isDuplicate(.init(account: rows.account, id: nil, bodyHash: nil)))
            #expect(try DeliveryStore.list(rows.tenant, .init(message: "h"), after: nil, limit: 9, in: tx).isEmpty)
        }
        await #expect(throws: SQLError.self) {
            try await place.write {
                try MessageStore.insert(rows.messageRow("twin"), source: rows.source("src"), in: $0)
            }
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `The end of a bot counts where it was published, or delivered to its callback`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func hasEnd(_ bot: String, _ account: String) throws -> Bool {
                try MessageStore.hasEnd(of: bot, account: account, in: tx)
            }
            #expect(try hasEnd("bot", rows.account) && !hasEnd("bot", "shared") && !hasEnd("lost", rows.account))
            try MessageStore.hold(
                "end", type: "bot.completed", body: [1], calendar: nil, bot: "lost", source: rows.source("end"),
                at: Self.now, in: tx)
            #expect(try !hasEnd("lost", rows.account), "a quarantined one does not count")
            #expect(try MessageStore.hasQuarantined(of: "lost", account: rows.account, in: tx))
            #expect(try !MessageStore.hasQuarantined(of: "bot", account: rows.account, in: tx))
            #expect(try !MessageStore.hasQuarantined(of: "lost", account: "shared", in: tx))
            #expect(try MessageStore.hasEnd(of: "bot", at: rows.endpoint, in: tx))
            #expect(try !MessageStore.hasEnd(of: "bot", at: rows.callback, in: tx))
            let delivery = try MessageStore.insert(rows.messageRow("c"), for: rows.callback, in: tx)
            #expect(try MessageStore.hasEnd(of: "bot", at: rows.callback, in: tx))
            #expect(try DeliveryStore.find(rows.tenant, delivery, in: tx)?.endpointID == rows.callback)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Quarantined webhooks are counted, read page by page, and attributed once`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            for (number, id) in ["q2", "q1", "q3"].enumerated() {
                try MessageStore.hold(
                    id, type: "t", body: [UInt8(number)], calendar: "cal", bot: "lost", source: rows.source(id),
                    at: Self.now.adding(seconds: Double(number / 2)), in: tx)
            }
            func read(_ subject: MessageStore.QuarantineSubject, _ after: MessageStore.QuarantinedWebhook? = nil) throws
                -> [MessageStore.QuarantinedWebhook]
            {
                try MessageStore.quarantined(
                    account: rows.account, subject, after: after, limit: 2, in: tx)
            }
            let first = try read(.calendar("cal"))
            #expect(first.map(\.id) == ["q1", "q2"] && first[0].body == [1])
            #expect(try read(.calendar("cal"), first[1]).map(\.id) == ["q3"])
            #expect(try read(.bot("lost")).map(\.id) == [rows.quarantined, "q1"])
            #expect(try MessageStore.quarantinedTotal(account: rows.account, in: tx) == (4, 6))
            let before = try TenantMessageCounters.totalBytes(in: tx)
            var message = rows.messageRow("q1", data: "{\"attributed\":true}")
            try MessageStore.attribute(message, at: Self.now, in: tx)
            let size = MessageStorage.size(of: message)
            let held = MessageStorage.rowBytes + 1
            #expect(try TenantMessageCounters.totalBytes(in: tx) == before + size - held)
            #expect(try read(.calendar("cal")).map(\.id) == ["q2", "q3"])
            #expect(try MessageStore.quarantinedTotal(account: rows.account, in: tx) == (3, 5))
            #expect(try MessageStore.find(rows.tenant, "q1", user: "ann", in: tx)?.data == message.data)
            #expect(try DeliveryStore.list(rows.tenant, .init(message: "q1"), after: nil, limit: 9, in: tx).count == 1)
            // Attributed by another at the same time: it stays as it is, counted and delivered once.
            let position = try TenantMessageCounters.position(of: rows.tenant, in: tx)
            message.data = "{}"
            try MessageStore.attribute(message, at: Self.now, in: tx)
            #expect(try MessageStore.find(rows.tenant, "q1", user: nil, in: tx)?.data == "{\"attributed\":true}")
            #expect(try TenantMessageCounters.totalBytes(in: tx) == before + size - held)
            #expect(try TenantMessageCounters.position(of: rows.tenant, in: tx) == position)
            #expect(try DeliveryStore.list(rows.tenant, .init(message: "q1"), after: nil, limit: 9, in: tx).count == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `An event of the gateway's own reaches the endpoints that want it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let notices = try await place.notices { tx in
            try EndpointStore.insert(
                rows.endpointRow("ep-other", types: ["bot.*"]), as: tx.admitted(rows.tenant), in: tx)
            try MessageStore.emit(
                "calendar.gone", rows.tenant, data: ["a": 1], context: MessageContext(user: "ann"),
                reconciled: true, at: Self.now, in: tx)
        }
        #expect(notices.filter { $0.hasPrefix("messages") } == ["messages \(rows.tenant)"])
        #expect(notices.count { $0.hasPrefix("new_delivery") && $0.contains(rows.endpoint) } == 1)
        try await place.read { tx in
            let found = try MessageStore.list(
                rows.tenant, user: "ann", type: "calendar.gone", after: nil, limit: 9, in: tx)
            #expect(found.count == 1 && found[0].isReconciled && found[0].account == nil)
            #expect(try tx.count("deliveries WHERE endpoint_id = 'ep-other'") == 0)
        }
        await place.database.close()
    }
}
