import JSONValue
import MeetingBaaS
import Sealing
import SQL
import Support
import Synchronization
import Testing

@testable import Gateway

/// Memory that would only grow.
struct MemoryTests {
    @Test func `Last uses are written once a minute, and keys that are not used are forgotten`() {
        let throttle = LastUsedThrottle()
        var now = Timestamp(milliseconds: 1_800_000_000_000)
        for minute in 0..<60 {
            for key in 0..<100 {
                #expect(throttle.isDue("\(minute)/\(key)", at: now))
                #expect(!throttle.isDue("\(minute)/\(key)", at: now.adding(seconds: 59)))
            }
            now = now.adding(seconds: 60)
        }
        #expect(throttle.count <= 200)
        #expect(throttle.isDue("59/0", at: now))
        #expect(throttle.isDue("59/0", at: now.adding(seconds: -3600)), "a clock that was set back holds nothing up")
    }

    @Test func `A tenant's key is out of memory once the tenant is deleted, also when it was being read`()
        async throws
    {
        let place = try await TenantPlace()
        let slow = HookedDatabase(place.database)
        let tenantKeys = try await TenantKeys.open(slow, master: place.ring)
        let dispatcher = ChangeDispatcher(tenantKeys.invalidations)
        place.database.listen(dispatcher.dispatch)
        _ = try await tenantKeys.sealer(for: "ten_1")
        #expect(tenantKeys.holdsKey(of: "ten_1"))
        dispatcher.dispatch([ChangeNotice(.tenantKey, "ten_1")])
        // The key is read, then destroyed, then the reader goes on.
        let database = place.database
        slow.afterRead.withLock { hook in
            hook = { try? await database.write { try tenantKeys.destroyKey(of: "ten_1", in: $0) } }
        }
        _ = try await tenantKeys.sealer(for: "ten_1")
        slow.afterRead.withLock { $0 = nil }
        #expect(!tenantKeys.holdsKey(of: "ten_1"))
        await #expect(throws: Problem.self) { try await tenantKeys.sealer(for: "ten_1") }
    }

    @Test func `Of accounts that are gone nothing is remembered`() {
        var state = Reconciler.State()
        for id in ["shared", "ten_1"] {
            state.refused[id] = 1
            state.suspects.insert(id)
            state.suspectedAt[id] = Timestamp(milliseconds: 1)
            state.done.insert(.init(account: id, version: .v2, kind: .bots))
        }
        state.forgetAccounts(except: ["shared"])
        #expect(state.refused.count == 1 && state.suspects == ["shared"] && state.suspectedAt.count == 1)
        #expect(state.done.map(\.account) == ["shared"])
    }

    @Test func `The budget of an account that does not write is forgotten, and one in use is not`() {
        let now = ContinuousClock.now
        var account = WriteBudget.Account()
        account.usedAt = now
        #expect(!account.isIdle(at: now + .seconds(3599)) && account.isIdle(at: now + .seconds(3601)))
        account.isPumping = true
        #expect(!account.isIdle(at: now + .seconds(3601)))
    }
}

/// A database that does something between a read and its answer.
final class HookedDatabase: Database {
    private let base: any Database
    let afterRead = Mutex<(@Sendable () async -> Void)?>(nil)

    init(_ base: any Database) { self.base = base }

    func read<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        let value = try await base.read(priority: priority, body)
        await afterRead.withLock { $0 }?()
        return value
    }

    func write<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        try await base.write(priority: priority, body)
    }

    func write<T: Sendable>(
        priority: TransactionPriority, _ body: @escaping @Sendable (any Transaction) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        base.write(priority: priority, body, then: then)
    }

    func listen(_ onCommit: @escaping @Sendable ([ChangeNotice]) -> Void) { base.listen(onCommit) }
    var load: DatabaseLoad { base.load }
    func close() async { await base.close() }
}
