import Logging
import MeetingBaaS
import Scheduling
import SQL
import Synchronization
import Testing

@testable import Gateway

/// Processes that share an account's write budget: each has a `Database` object of its own.
@Suite struct SharedWriteBudgetTests {
    /// The names of what was sent, in order.
    private final class Sent: Sendable {
        private let names = Mutex<[String]>([])
        var all: [String] { names.withLock(\.self) }
        func add(_ name: String) { names.withLock { $0.append(name) } }
    }

    private static func budget(_ database: any Database) -> WriteBudget {
        WriteBudget(shared: SharedWriteBudget(database: database, logger: Logger(label: "test")))
    }

    private static func setLimit(_ limit: Int, _ place: StorePlace) async throws {
        _ = try await place.write { try AccountBudgetStore.take("acc", .init(limit: limit), in: $0) }
    }

    /// Writes as fast as it may, with so many callers, until so many writes were sent.
    /// - Returns: the number of each process.
    private static func write(_ budgets: [WriteBudget], callers: Int, until goal: Int) async throws -> [Int] {
        let sent = Sent()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                let index = caller % budgets.count
                group.addTask {
                    while sent.all.count < goal {
                        do {
                            try await budgets[index].take(account: "acc", tenant: "t\(caller / budgets.count)")
                            sent.add("\(index)")
                        } catch UpstreamError.rateLimited {
                            // As a client does that is refused: it comes again.
                            await shortPause()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return budgets.indices.map { index in sent.all.count { $0 == "\(index)" } }
    }

    @Test(.timeLimit(.minutes(2)), arguments: StoreEngine.all)
    func `Two processes together send no more than the limit, and both have a part of it`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let second = try await place.another()
        try await Self.setLimit(50, place)
        let rates = PerSecondLimit(limit: 50)
        let start = ContinuousClock.now
        let counts = try await Self.write([Self.budget(place.database), Self.budget(second)], callers: 8, until: 120)
        let took = (ContinuousClock.now - start) / .seconds(1)
        let sent = Double(counts.reduce(0, +))
        #expect(sent <= rates.burst + rates.perSecond * took + 1, "\(counts) in \(took) s")
        #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
        await second.close()
        await place.database.close()
    }

    @Test(.timeLimit(.minutes(2)), arguments: StoreEngine.all)
    func `Tenants of one process take turns`(engine: StoreEngine) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await Self.setLimit(20, place)
        let database = UnreachableDatabase(place.database)
        let budget = Self.budget(database)
        // All wait before the first goes.
        database.set(.blocks)
        let sent = Sent()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<18 {
                group.addTask {
                    let tenant = number < 14 ? "noisy" : "quiet"
                    try await budget.take(account: "acc", tenant: tenant)
                    sent.add(tenant)
                }
            }
            while budget.waiting < 18 { await shortPause() }
            database.set(.none)
            try await group.waitForAll()
        }
        let order = sent.all
        let last = try #require(order.lastIndex(of: "quiet"))
        #expect(order.count == 18 && last < 13, "\(order)")
        await place.database.close()
    }

    @Test(.timeLimit(.minutes(2)), arguments: StoreEngine.all)
    func `A pause and a limit that one process learned hold for the other`(engine: StoreEngine) async throws {
        let place = try await StorePlace(engine, ["a"])
        let second = try await place.another()
        let budgets = [Self.budget(place.database), Self.budget(second)]
        try await Self.setLimit(100, place)
        budgets[0].update(account: "acc", limit: 40, remaining: 7, reset: 1)
        budgets[0].pause(account: "acc", seconds: 3)
        let isStored: () async throws -> Bool = {
            try await place.read {
                try $0.count("account_budgets WHERE account_id = 'acc' AND paused_until > 0 AND limit_per_second = 40")
            } == 1
        }
        while try await !isStored() { await shortPause() }
        try await budgets[1].take(account: "acc", tenant: "t")
        let end = try await place.read { tx in
            try tx.first("SELECT paused_until, refilled_at FROM account_budgets WHERE account_id = 'acc'").map {
                (try $0.integer("paused_until"), try $0.integer("refilled_at"))
            }
        }
        let (paused, taken) = try #require(end)
        #expect(taken >= paused, "taken before the end of the pause")
        await second.close()
        await place.database.close()
    }

    @Test(.timeLimit(.minutes(2)), arguments: StoreEngine.all)
    func `While the database is away no write goes out, and a pause is stored once it is back`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let database = UnreachableDatabase(place.database)
        let budget = Self.budget(database)
        try await budget.take(account: "acc", tenant: "t")
        database.set(.away)
        for _ in 0..<5 {
            await #expect(throws: UpstreamError.storageUnavailable(retryAfter: 5)) {
                try await budget.take(account: "acc", tenant: "t")
            }
        }
        // Tokens that may have been taken are not used either.
        database.set(.losesAnswer)
        await #expect(throws: UpstreamError.storageUnavailable(retryAfter: 5)) {
            try await budget.take(account: "acc", tenant: "t")
        }
        database.set(.away)
        let failed = database.failed
        budget.pause(account: "acc", seconds: 50)
        while database.failed == failed { await shortPause() }
        database.set(.none)
        while try await place.read({ try $0.count("account_budgets WHERE account_id = 'acc' AND paused_until > 0") })
            == 0
        {
            await shortPause()
        }
        await #expect(throws: UpstreamError.self) { try await budget.take(account: "acc", tenant: "t") }
        #expect(budget.waiting == 0)
        await place.database.close()
    }

    @Test(.timeLimit(.minutes(2)), arguments: StoreEngine.all)
    func `A write that is cancelled leaves, and replies write nothing unless they say something new`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let budget = Self.budget(place.database)
        try await budget.take(account: "acc", tenant: "t")
        // It is not known here yet.
        _ = try await place.write { try AccountBudgetStore.take("acc", .init(pause: 50_000), in: $0) }
        let waiting = Task { try await budget.take(account: "acc", tenant: "t") }
        while budget.waiting == 0 { await shortPause() }
        waiting.cancel()
        await #expect(throws: UpstreamError.rateLimited(retryAfter: 1)) { try await waiting.value }
        #expect(budget.waiting == 0)

        // Its request of tokens ends by itself.
        for _ in 0..<50 { await shortPause() }
        let before = try await refilledAt(place)
        for limit in [5, 9] {
            for _ in 0..<50 { budget.update(account: "acc", limit: limit, remaining: 1, reset: 1) }
        }
        for _ in 0..<50 { await shortPause() }
        #expect(try await refilledAt(place) == before)
        await place.database.close()
    }

    private func refilledAt(_ place: StorePlace) async throws -> Int64? {
        try await place.read {
            try $0.first("SELECT refilled_at FROM account_budgets WHERE account_id = 'acc'")?.integer("refilled_at")
        }
    }
}
