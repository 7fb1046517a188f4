import DequeModule
import Synchronization

/// The last 5000 requests of one fake, for `GET /_sandbox/requests`.
final class Recorder: Sendable {
    private struct State {
        var next = 1
        var entries: Deque<JSON> = []
    }

    private static let capacity = 5000
    private let state = Mutex(State())

    /// Stores a call: number, method, path, raw query, headers and the body as text.
    func record(_ call: Call) {
        state.withLock { state in
            state.entries.append([
                "n": .integer(state.next),
                "at": Moment.now.json,
                "method": .string(call.method),
                "path": .string(call.path),
                "query": .string(call.query),
                "headers": .object(call.headers.mapValues { .string($0) }),
                "body": .string(String(decoding: call.body, as: UTF8.self)),
            ])
            state.next += 1
            if state.entries.count > Recorder.capacity { state.entries.removeFirst() }
        }
    }

    var entries: [JSON] { state.withLock { Array($0.entries) } }

    func clear() { state.withLock { $0.entries = [] } }
}
