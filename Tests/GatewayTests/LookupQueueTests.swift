import Synchronization
import Testing

@testable import Gateway

/// Look-ups as callers see them.
@Suite struct LookupQueueTests {
    private struct Broken: Error {}

    /// Reads that wait until they are let go on.
    private final class Reads: Sendable {
        private struct State {
            var sizes: [Int] = []
            var isOpen = false
            var waiter: CheckedContinuation<Void, Never>?
        }
        private let state = Mutex(State())

        var sizes: [Int] { state.withLock { $0.sizes } }

        func wait(_ size: Int) async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    state.sizes.append(size)
                    if !state.isOpen { state.waiter = continuation }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        func open() {
            let waiter = state.withLock { state in
                state.isOpen = true
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }

    @Test(.timeLimit(.minutes(5))) func `What comes during a read shares the next one, and each gets its own`()
        async throws
    {
        let reads = Reads()
        let limits = LookupLimits(perAddress: 20)
        let queue = LookupQueue<Int, String>(limits: limits) { keys in
            await reads.wait(keys.count)
            return Dictionary(keys.filter { $0 % 2 == 0 }.map { ($0, "\($0)") }) { first, _ in first }
        }
        let found = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            group.addTask { (0, try await queue.value(0, from: "a")) }
            while reads.sizes.isEmpty { await Task.yield() }
            // Each twice: one look-up serves both.
            for key in 1...50 { for _ in 0..<2 { group.addTask { (key, try await queue.value(key, from: "a")) } } }
            while queue.waiting < 100 { await Task.yield() }
            reads.open()
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(found == Dictionary((0...25).map { ($0 * 2, "\($0 * 2)") }) { first, _ in first })
        #expect(reads.sizes == [1, 50] && limits.databaseReads == 2 && queue.waiting == 0)
    }

    @Test func `A read that fails fails all that waited for it, and the next one is read again`() async throws {
        let fails = Mutex(true)
        let queue = LookupQueue<Int, Int>(limits: LookupLimits(perAddress: 20)) { keys in
            if fails.withLock({ $0 }) { throw Broken() }
            return Dictionary(keys.map { ($0, $0) }) { first, _ in first }
        }
        await #expect(throws: Broken.self) { try await queue.value(1, from: nil) }
        fails.withLock { $0 = false }
        #expect(try await queue.value(1, from: nil) == 1)
    }

    @Test(.timeLimit(.minutes(5)))
    func `Without a turn a look-up is refused after a second, and other addresses are not`()
        async throws
    {
        let limits = LookupLimits(perAddress: 1)
        let queue = LookupQueue<Int, Int>(limits: limits) { keys in
            Dictionary(keys.map { ($0, $0) }) { first, _ in first }
        }
        // All turns of the address are taken for the next hours.
        let later = ContinuousClock.now + .seconds(10_000)
        limits.tokens.withLock { while $0.take("a", at: later) == .taken {} }
        let error = await #expect(throws: Problem.self) { try await queue.value(1, from: "a") }
        #expect(error?.code == .rateLimited && error?.retryAfter == 1)
        #expect(try await queue.value(2, from: "b") == 2)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 200, 256]) func `Lists have few lengths`(count: Int) {
        let padded = Array(0..<count).padded
        #expect(Array(padded.prefix(count)) == Array(0..<count) && Set(padded).count == count)
        #expect(padded.count == [0: 0, 1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 200: 256, 256: 256][count])
    }
}
