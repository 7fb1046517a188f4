import Support
import Synchronization
import Testing

@testable import Gateway

struct TTLCacheTests {
    /// A gate that a read waits at until the test opens it.
    private final class Gate: Sendable {
        private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

        var waiting: Int { state.withLock { $0.waiting.count } }

        func arrive() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        func open() {
            let waiting = state.withLock { state in
                defer { state = (true, []) }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    private final class Count: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock(\.self) }
        func add() { number.withLock { $0 += 1 } }
    }

    private struct Refused: Error {}

    /// Returns once as many tasks as were started have had their turn: what can happen has happened.
    private func settle(until isDone: () -> Bool) async {
        for _ in 0..<100_000 where !isDone() { await Task.yield() }
    }

    @Test func `Misses of one key at once share one read, and a later one reads again when nothing was found`()
        async throws
    {
        let cache = TTLCache<String, Int>(ttl: .seconds(60))
        let gate = Gate()
        let reads = Count()
        let read: @Sendable () async throws -> Int? = {
            reads.add()
            await gate.arrive()
            return 7
        }
        let values = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<20 { group.addTask { try await cache.value(for: "a", read: read) } }
            await settle { gate.waiting == 1 }
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: 7, count: 20) && reads.value == 1 && cache.misses == 1)
        let known = try await cache.value(for: "a") { 8 }
        #expect(known == 7 && cache.misses == 1)
        for _ in 0..<2 {
            let none = try await cache.value(for: "b") { nil }
            #expect(none == nil)
            await #expect(throws: Refused.self) { try await cache.value(for: "c") { throw Refused() } }
        }
        #expect(cache.misses == 5 && cache.count == 1)
    }

    @Test func `A caller that is cancelled fails none of those that share its read`() async throws {
        let cache = TTLCache<String, Int>(ttl: .seconds(60))
        let gate = Gate()
        let read: @Sendable () async throws -> Int? = {
            await gate.arrive()
            try Task.checkCancellation()
            return 1
        }
        let first = Task { try await cache.value(for: "a", read: read) }
        await settle { gate.waiting == 1 }
        let second = Task { try await cache.value(for: "a", read: read) }
        first.cancel()
        gate.open()
        #expect(try await second.value == 1 && cache.misses == 2 && cache.cached("a") == 1)
    }

    @Test func `A read that began before an invalidation is not kept, and nobody joins it`() async throws {
        let cache = TTLCache<String, Int>(ttl: .seconds(60))
        let gate = Gate()
        let old = Task {
            try await cache.value(for: "a") {
                await gate.arrive()
                return 1
            }
        }
        await settle { gate.waiting == 1 }
        cache.invalidate("a")
        let new = try await cache.value(for: "a") { 2 }
        gate.open()
        #expect(new == 2)
        #expect(try await old.value == 1 && cache.cached("a") == 2)
        // Another's invalidation changes nothing for it.
        let other = try await cache.value(for: "b") {
            for number in 0..<10_000 { cache.invalidate("other \(number)") }
            return 3
        }
        #expect(other == 3 && cache.cached("b") == 3)
        let alone = try await cache.unsharedValue(for: "c") {
            cache.invalidate("c")
            return 4
        }
        #expect(alone == 4 && cache.cached("c") == nil)
    }

    @Test func `Whatever the order, no value of before an invalidation is in memory after it`() {
        var generator = SeededGenerator("generations")
        for _ in 0..<200 {
            let cache = TTLCache<Int, Int>(ttl: .seconds(60), capacity: 3)
            // The rows, as commits left them; and the queries that have read one and not inserted it yet.
            var rows = [Int](repeating: 0, count: 5)
            var queries: [(key: Int, value: Int, generation: TTLCache<Int, Int>.Generation)] = []
            for step in 1...100 {
                let key = Int.random(in: 0..<rows.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0:
                    let generation = cache.generation
                    queries.append((key, rows[key], generation))
                case 1 where !queries.isEmpty:
                    let query = queries.remove(at: Int.random(in: 0..<queries.count, using: &generator))
                    cache.insert(query.value, for: query.key, readIn: query.generation)
                default:
                    rows[key] = step
                    cache.invalidate(key)
                }
                for key in rows.indices {
                    let value = cache.cached(key)
                    #expect(value == nil || value == rows[key])
                }
                #expect(cache.count <= 3)
            }
        }
    }

    @Test func `A full cache evicts what was used least lately, and keeps the rest`() {
        let cache = TTLCache<Int, Int>(ttl: .seconds(60), capacity: 100)
        for number in 0..<100 { cache.insert(number, for: number, readIn: cache.generation) }
        for number in 0..<50 { #expect(cache.cached(number) == number) }
        for number in 100..<150 { cache.insert(number, for: number, readIn: cache.generation) }
        let left = (0..<150).filter { cache.cached($0) != nil }
        #expect(left == Array(0..<50) + Array(100..<150))
    }

    /// A clock that the test sets.
    private final class Hands: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock(\.self) }
        func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    @Test func `A value in use is read anew before it expires, by one caller`() async throws {
        let hands = Hands()
        let cache = TTLCache<String, Int>(ttl: .seconds(60)) { hands.now }
        _ = try await cache.value(for: "a") { 1 }
        hands.advance(.seconds(44))
        #expect(cache.cached("a") == 1 && cache.misses == 1)
        hands.advance(.seconds(2))
        #expect(cache.cached("a") == nil, "it is due")
        let gate = Gate()
        let reader = Task {
            try await cache.value(for: "a") {
                await gate.arrive()
                return 2
            }
        }
        await settle { gate.waiting == 1 }
        #expect(cache.cached("a") == 1, "others get the present one meanwhile")
        let other = try await cache.value(for: "a") { 9 }
        let alone = try await cache.unsharedValue(for: "a") { 9 }
        #expect(other == 1 && alone == 1 && cache.misses == 2)
        gate.open()
        #expect(try await reader.value == 2)
        hands.advance(.seconds(44))
        #expect(cache.cached("a") == 2, "it lives as long as one that is read for the first time")
    }

    @Test func `A value that cannot be read anew stays until it expires`() async throws {
        let hands = Hands()
        let cache = TTLCache<String, Int>(ttl: .seconds(60)) { hands.now }
        _ = try await cache.value(for: "a") { 1 }
        hands.advance(.seconds(46))
        let kept = try await cache.value(for: "a") { throw Refused() }
        #expect(kept == 1 && cache.cached("a") == 1)
        hands.advance(.seconds(8))
        #expect(cache.cached("a") == nil, "another caller tries after an eighth of its time")
        let keptAgain = try await cache.unsharedValue(for: "a") { throw Refused() }
        #expect(keptAgain == 1)
        hands.advance(.seconds(7))
        await #expect(throws: Refused.self) { try await cache.value(for: "a") { throw Refused() } }
        // Invalidated while the read that fails was under way: the present one is not valid any more.
        _ = try await cache.value(for: "d") { 4 }
        hands.advance(.seconds(46))
        await #expect(throws: Refused.self) {
            try await cache.value(for: "d") {
                cache.invalidate("d")
                throw Refused()
            }
        }
        await #expect(throws: Refused.self) {
            _ = try await cache.unsharedValue(for: "e") { 5 }
            hands.advance(.seconds(46))
            _ = try await cache.unsharedValue(for: "e") {
                hands.advance(.seconds(20))
                throw Refused()
            }
        }
        // Gone since: nobody gets it any more.
        _ = try await cache.value(for: "b") { 2 }
        hands.advance(.seconds(46))
        let gone = try await cache.value(for: "b") { nil }
        #expect(gone == nil && cache.cached("b") == nil)
        // Written while it was read anew.
        _ = try await cache.value(for: "c") { 3 }
        hands.advance(.seconds(46))
        _ = try await cache.value(for: "c") {
            cache.invalidate("c")
            return 3
        }
        #expect(cache.cached("c") == nil)
    }

    @Test func `What has expired is neither returned nor kept`() async throws {
        let hands = Hands()
        let cache = TTLCache<Int, Int>(ttl: .seconds(60)) { hands.now }
        for number in 0..<1000 { cache.insert(number, for: number, readIn: cache.generation) }
        hands.advance(.seconds(60))
        #expect(cache.cached(7) == nil)
        cache.insert(0, for: -1, readIn: cache.generation)
        #expect(cache.count == 1)
    }
}
