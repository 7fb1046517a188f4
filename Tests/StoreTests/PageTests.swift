import JSONValue
import MeetingBaaS
import SQL
import Testing

@testable import Gateway

/// Lists that are read page by page while rows come and go: a row that is there all the time is listed once.
struct PageTests {
    private static let now = StorePlace.now

    /// A list of a store, in pages of three.
    struct List: Sendable, CustomTestStringConvertible {
        let name: String
        /// Adds a row with an id that sorts as given.
        let add: @Sendable (Rows, String, any Transaction) throws -> Void
        let remove: @Sendable (Rows, String, any Transaction) throws -> Void
        /// - Parameter after: the last row of the page before.
        let page: @Sendable (Rows, String?, any Transaction) throws -> [String]
        /// False if a page cannot go on after a row that is gone.
        var survivesCursor = true
        var testDescription: String { name }
    }

    private static let size = 3

    static let lists: [List] = [
        List(
            name: "tenants",
            add: { _, id, tx in
                let tenant = Tenant(
                    id: id, slug: id, name: "", status: .active, settings: TenantSettings(), createdAt: now)
                try TenantStore.insert(tenant, in: tx)
            }, remove: { _, id, tx in try TenantStore.delete(id, in: tx) },
            page: { _, last, tx in try TenantStore.list(after: last, limit: size, in: tx).map(\.id) }),
        List(
            name: "connections",
            add: { rows, id, tx in
                try ConnectionStore.insert(rows.connectionRow(id, subject: id), as: tx.admitted(rows.tenant), in: tx)
            }, remove: { rows, id, tx in try ConnectionStore.erase(rows.tenant, id, at: now, in: tx) },
            page: { try ConnectionStore.list($0.tenant, after: $1, limit: size, in: $2).map(\.id) }),
        List(
            name: "calendars",
            add: { rows, id, tx in
                try CalendarStore.insert(
                    rows.calendarRow(id, raw: id, upstream: id), as: tx.admitted(rows.tenant), in: tx)
            }, remove: { rows, id, tx in try CalendarStore.erase(rows.calendarRow(id), at: now, in: tx) },
            page: { try CalendarStore.list($0.tenant, user: nil, after: $1, limit: size, in: $2).map(\.rowID) }),
        List(
            name: "calendars of an account",
            add: { rows, id, tx in
                try CalendarStore.insert(
                    rows.calendarRow(id, raw: id, upstream: id), as: tx.admitted(rows.tenant), in: tx)
            }, remove: { rows, id, tx in try CalendarStore.erase(rows.calendarRow(id), at: now, in: tx) },
            page: {
                try CalendarStore.live(account: $0.account, version: .v2, after: $1 ?? "", limit: size, in: $2)
                    .map(\.rowID)
            }),
        List(
            name: "unclaimed calendars",
            add: { rows, id, tx in try UnclaimedCalendarStore.record(rows.unclaimedRow(id), in: tx) },
            remove: { try UnclaimedCalendarStore.delete([$1], in: $2) },
            page: { try UnclaimedCalendarStore.list(after: $1, limit: size, in: $2).map(\.id) }),
        List(
            name: "endpoints",
            add: { rows, id, tx in
                try EndpointStore.insert(rows.endpointRow(id), as: tx.admitted(rows.tenant), in: tx)
            }, remove: { rows, id, tx in _ = try EndpointStore.delete(rows.tenant, id, in: tx) },
            page: { try EndpointStore.list($0.tenant, after: $1, limit: size, in: $2).map(\.id) }),
        List(
            name: "requests for bots",
            add: { rows, id, tx in
                try BotCreationStore.insert(rows.orderRow(id), as: tx.admitted(rows.tenant), in: tx)
            }, remove: { rows, id, tx in try BotCreationStore.delete(rows.orderRow(id), in: tx) },
            page: {
                try BotCreationStore.list($0.scope, after: $1 ?? "", limit: size, in: $2).map(\.correlationID)
            }),
        List(
            name: "running bots",
            add: { rows, id, tx in try BotStore.record(rows.botRow(id), at: now, in: tx) },
            remove: { rows, id, tx in try BotStore.record(rows.botRow(id, state: .completed), at: now, in: tx) },
            page: { try BotStore.running($0.scope, after: $1 ?? "", limit: size, in: $2).map(\.botID) }),
        List(
            name: "messages",
            add: { rows, id, tx in try MessageStore.insertWithoutDelivery(rows.messageRow(id), in: tx) },
            remove: { try $2.run("DELETE FROM messages WHERE id = \($1)") },
            page: {
                try MessageStore.list($0.tenant, user: nil, type: nil, after: $1, limit: size, in: $2).map(\.id)
            }, survivesCursor: false),
    ]

    @Test(arguments: StoreEngine.all, lists) func `Pages neither skip nor repeat a row while others come and go`(
        engine: StoreEngine, list: List
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        // In the middle of the seed's ids and on both sides of them.
        let steady = (0..<8).map { "k\($0)" }
        let transient = (0..<7).map { "k\($0)x" }
        try await place.write { tx in
            for (first, second) in zip(steady, transient + [nil]) {
                try list.add(rows, first, tx)
                if let second { try list.add(rows, second, tx) }
            }
        }
        var listed: [String] = []
        var last: String?
        var gone = transient[...]
        for turn in 0..<30 {
            let page = try await place.read { [last] in try list.page(rows, last, $0) }
            listed += page
            guard page.count == Self.size else { break }
            last = page.last
            // Rows before and behind the place where the reader is, one of them the last that it saw.
            let removed = [
                page.last.flatMap { list.survivesCursor && transient.contains($0) ? $0 : nil }, gone.popLast(),
            ]
            try await place.write { [last] tx in
                for id in Set(removed.compactMap { $0 }) where list.survivesCursor || id != last {
                    try list.remove(rows, id, tx)
                }
                try list.add(rows, "a\(turn)", tx)
                try list.add(rows, "z\(turn)", tx)
            }
            // A list that grows behind the reader has no end.
            if turn > 12 { break }
        }
        #expect(Set(listed).count == listed.count, "\(listed)")
        #expect(listed.filter { steady.contains($0) } == steady, "\(listed)")
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Deliveries and attempts of a moment are each listed once`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        let ids = try await place.write { tx in
            try (0..<8).map { number in
                let message = rows.messageRow("m\(number)")
                try MessageStore.insertWithoutDelivery(message, in: tx)
                let id = try DeliveryStore.insert(message, for: rows.endpoint, held: false, at: rows.made, in: tx)
                for attempt in 1...2 {
                    try AttemptStore.insert(
                        rows.attempt(of: id, attempt), tenant: rows.tenant, sealedResponse: nil, in: tx)
                }
                return id
            } + [rows.delivery]
        }
        var (deliveries, attempts): ([String], [String]) = ([], [])
        var last: String?
        var cursor: AttemptStore.Position?
        while true {
            let page = try await place.read { [last] in
                try DeliveryStore.list(rows.tenant, .init(), after: last, limit: Self.size, in: $0).map(\.id)
            }
            deliveries += page
            last = page.last
            let some = try await place.read { [cursor] in
                try AttemptStore.list(
                    rows.tenant, .init(), after: cursor, limit: 2 * Self.size, opened: { _, _ in nil }, in: $0)
            }
            attempts += some.map { "\($0.delivery) \($0.number)" }
            cursor = some.last.map { AttemptStore.Position($0) }
            guard !page.isEmpty, cursor != nil else { break }
            let number = deliveries.count
            try await place.write { tx in
                // A new one, and one less of those that were listed.
                let message = rows.messageRow("n\(number)")
                try MessageStore.insertWithoutDelivery(message, in: tx)
                _ = try DeliveryStore.insert(message, for: rows.callback, held: true, at: rows.made, in: tx)
            }
            if deliveries.count > 40 { break }
        }
        #expect(Set(deliveries).count == deliveries.count && Set(deliveries).isSuperset(of: ids))
        #expect(Set(attempts).count == attempts.count)
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A stream of messages goes on where it was, whoever else writes`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let writers = Task {
            _ = try await Callers.ofTwoObjects.race(place) { number, database in
                for turn in 0..<5 {
                    try await database.write { tx in
                        try MessageStore.insertWithoutDelivery(rows.messageRow("m\(number).\(turn)"), in: tx)
                    }
                }
            }.map { try $0.get() }
        }
        var (listed, position, turns): ([String], Int64, Int) = ([], 0, 0)
        let count = 1 + Callers.number * 5
        while listed.count < count, turns < 100_000 {
            let from = position
            let (messages, next) = try await place.read {
                try MessageStore.following(rows.tenant, user: nil, type: nil, position: from, limit: 4, in: $0)
            }
            listed += messages.map(\.id)
            position = next
            turns += 1
        }
        try await writers.value
        #expect(listed.count == count && Set(listed).count == count)
        await place.database.close()
    }
}
