import DequeModule
import Synchronization

/// One at a time for each key, within this process; others wait in the order in which they came.
final class KeyedLock: Sendable {
    private let waiting = Mutex<[String: Deque<CheckedContinuation<Void, Never>>]>([:])

    func withLock<T: Sendable>(_ key: String, _ body: () async throws -> T) async rethrows -> T {
        await acquire(key)
        defer { release(key) }
        return try await body()
    }

    private func acquire(_ key: String) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[key] != nil else {
                    waiting[key] = []
                    return true
                }
                waiting[key]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func release(_ key: String) {
        let next: CheckedContinuation<Void, Never>? = waiting.withLock { waiting in
            let next = waiting[key]?.popFirst()
            if next == nil { waiting[key] = nil }
            return next
        }
        next?.resume()
    }
}
