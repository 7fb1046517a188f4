import Synchronization
import Testing

@testable import Gateway

@Suite struct KeyedLockTests {
    private final class Record: Sendable {
        private struct State {
            var inside = 0
            var most = 0
            var done: Set<Int> = []
        }
        private let state = Mutex(State())

        func enter(_ number: Int) {
            state.withLock { state in
                state.inside += 1
                state.most = max(state.most, state.inside)
                state.done.insert(number)
            }
        }
        func leave() { state.withLock { $0.inside -= 1 } }
        var most: Int { state.withLock { $0.most } }
        var done: Int { state.withLock { $0.done.count } }
    }

    @Test func `One at a time holds a key, everyone gets it, and other keys do not wait`() async {
        let (lock, record) = (KeyedLock(), Record())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    await lock.withLock("a") {
                        record.enter(number)
                        await Task.yield()
                        record.leave()
                    }
                }
            }
        }
        #expect(record.most == 1 && record.done == 50)
        // A holder that throws lets the next one in.
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await lock.withLock("a") { throw Failure() } }
        await lock.withLock("a") { await lock.withLock("b") {} }
    }
}
