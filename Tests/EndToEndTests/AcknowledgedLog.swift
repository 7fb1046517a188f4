import Synchronization

/// Messages answered with 200, from many senders.
final class AcknowledgedLog: Sendable {
    private struct State {
        var marks: [String] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    func add(_ mark: String) {
        let ready = state.withLock { state in
            state.marks.append(mark)
            let count = state.marks.count
            let ready = state.waiters.filter { $0.count <= count }
            state.waiters.removeAll { $0.count <= count }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    var all: [String] { state.withLock { $0.marks } }

    /// Returns once so many are acknowledged, however fast the machine is.
    func reaches(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.marks.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

/// A value that is set while others read it.
final class LockedValue<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)
    func set(_ value: Value) { held.withLock { $0 = value } }
    var value: Value? { held.withLock { $0 } }
}

/// Text that arrived in pieces.
final class Received: Sendable {
    private let pieces = Mutex("")
    func add(_ text: String) { pieces.withLock { $0 += text } }
    var text: String { pieces.withLock { $0 } }
}
