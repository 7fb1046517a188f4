import JSONValue
import Scheduling
import SQL
import Testing

@testable import Gateway

/// The row of an account's write budget. The time is given.
@Suite struct AccountBudgetStoreTests {
    typealias Request = AccountBudget.Request
    private static let start = StorePlace.now

    private static func at(_ milliseconds: Int) -> Timestamp {
        Timestamp(milliseconds: start.milliseconds + Int64(milliseconds))
    }

    private static func take(
        _ request: Request, _ milliseconds: Int, in tx: any Transaction
    ) throws -> AccountBudget.Grant { try AccountBudgetStore.take("acc", request, at: at(milliseconds), in: tx) }

    @Test(arguments: StoreEngine.all) func `A row gives its burst, and then its rate`(engine: StoreEngine) async throws
    {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            let first = try Self.take(Request(others: 3), 0, in: tx)
            #expect(first.others == 1 && first.limit == WriteBudget.presumed && first.tokens == 0)
            #expect(abs(first.wait - 1 / 4.5) < 0.001, "\(first.wait)")
            #expect(try Self.take(Request(others: 1), 222, in: tx).others == 0, "4.5 a second")
            #expect(try Self.take(Request(others: 1), 223, in: tx).others == 1)
            // Long unused, it holds its burst and no more.
            #expect(try Self.take(Request(others: 9), 3_600_000, in: tx).others == 1)
            #expect(try tx.count("account_budgets WHERE account_id = 'acc'") == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A limit that was learned holds, and a part of its burst is for tenants that rested`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            let learned = try Self.take(Request(limit: 20), 0, in: tx)
            #expect(learned.limit == 20 && learned.tokens == 1 && learned.wait == 0)
            let others = try Self.take(Request(others: 9), 60_000, in: tx)
            #expect(others.others == 2 && others.tokens == 2, "burst 4, of which 2 are kept")
            let reserved = try Self.take(Request(reserved: 9), 60_000, in: tx)
            #expect(reserved.reserved == 2 && reserved.tokens == 0)
            for limit in [0, -3, 1_000_000] {
                #expect(try Self.take(Request(limit: limit), 60_000, in: tx).limit == 20, "nonsense is not learned")
            }
            // A smaller one cuts what is there.
            let less = try Self.take(Request(others: 9, limit: 5), 120_000, in: tx)
            #expect(less.limit == 5 && less.others == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A pause holds for all, and neither it nor tokens follow a clock that is set back`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        try await place.write { tx in
            let paused = try Self.take(Request(others: 1, pause: 3_000), 0, in: tx)
            #expect(paused.others == 0 && paused.pause == 3 && paused.wait == 3)
            #expect(try Self.take(Request(others: 1, pause: 1_000), 1_000, in: tx).pause == 2, "the longer one")
            #expect(try Self.take(Request(reserved: 1, others: 1), 2_999, in: tx).others == 0)
            #expect(try Self.take(Request(others: 1), 3_000, in: tx).others == 1)
            // The clock is set back by an hour.
            #expect(try Self.take(Request(others: 1), -3_600_000, in: tx).others == 0, "no tokens")
            #expect(try Self.take(Request(others: 1), -3_599_000, in: tx).others == 1, "they come from then on")
            _ = try Self.take(Request(pause: 50_000), 0, in: tx)
            #expect(try Self.take(Request(others: 1), -3_600_000, in: tx).pause == 60, "no pause of an hour")
            #expect(try Self.take(Request(others: 1), -3_540_000, in: tx).others == 1)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A row goes with its account, and after a day without a write`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        try await place.write { tx in
            try tx.run("DELETE FROM account_budgets")
            for account in ["ten-a", "ten-b"] {
                _ = try AccountBudgetStore.take(account, Request(others: 1), at: Self.start, in: tx)
            }
            try AccountStore.delete("ten-a", in: tx)
            #expect(try tx.count("account_budgets") == 1)
            let rule = AccountBudgetStore.expired(at: Self.at(86_400_000))
            #expect(try rule.expire(in: tx) == 0)
            #expect(try AccountBudgetStore.expired(at: Self.at(86_400_001)).expire(in: tx) == 1)
        }
        await place.database.close()
    }

    @Test(arguments: [1, 2, 5, 10, 20, 100]) func `No second holds more tokens than the limit, whoever asks`(limit: Int)
    {
        var budget = AccountBudget(at: Self.start)
        _ = budget.take(Request(limit: limit), at: Self.start)
        // Two replicas ask in turns, each millisecond for ten seconds.
        var taken: [Int] = []
        for millisecond in 0..<10_000 {
            let request = Request(reserved: millisecond % 7 == 0 ? 1 : 0, others: 1 + millisecond % 3)
            let grant = budget.take(request, at: Self.at(millisecond))
            taken += Array(repeating: millisecond, count: grant.reserved + grant.others)
        }
        for from in taken {
            let window = taken.count { (from..<from + 1000).contains($0) }
            #expect(window <= limit, "\(window) tokens within a second of limit \(limit)")
        }
        #expect(Double(taken.count) >= 10 * Double(limit) * 0.5, "\(taken.count): it is paced, not starved")
    }
}
