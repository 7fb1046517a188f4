import DequeModule
import Synchronization

/// The webhooks that came for each user, and the pages that watch them arrive.
final class DemoInbox: Sendable {
    private struct Entry {
        let number: Int
        let id: String
        let user: String
        let text: [UInt8]
    }

    private struct State {
        var next = 1
        var entries: Deque<Entry> = []
        var watchers: [Int: (user: String, pipe: AsyncStream<[UInt8]>.Continuation)] = [:]
    }

    private static let capacity = 2000
    private let state = Mutex(State())

    /// Keeps a message and shows it to its user's pages. The gateway delivers at least once: a known id is passed over.
    func add(_ message: JSON, id: String, user: String) {
        let (text, pipes) = state.withLock { state -> ([UInt8], [AsyncStream<[UInt8]>.Continuation]) in
            guard !state.entries.contains(where: { $0.id == id }) else { return ([], []) }
            var presented = message.object ?? [:]
            presented["id"] = .string(id)
            presented["received_at"] = Moment.now.json
            let number = state.next
            state.next += 1
            // A JSON text has no line breaks, so that it is one `data` line.
            let text = Array("id: \(number)\ndata: ".utf8) + JSON.object(presented).bytes + Array("\n\n".utf8)
            state.entries.append(Entry(number: number, id: id, user: user, text: text))
            if state.entries.count > Self.capacity { state.entries.removeFirst() }
            return (text, state.watchers.values.filter { $0.user == user }.map(\.pipe))
        }
        for pipe in pipes { pipe.yield(text) }
    }

    /// A user's entries after this number, an event `ready`, then new entries.
    func watch(user: String, after number: Int) -> AsyncStream<[UInt8]> {
        let (stream, pipe) = AsyncStream.makeStream(of: [UInt8].self)
        let watcher = state.withLock { state in
            let known = state.entries.filter { $0.user == user && $0.number > number }.flatMap(\.text)
            pipe.yield(Array("retry: 1000\n\n".utf8) + known + Array("event: ready\ndata: {}\n\n".utf8))
            let watcher = state.next
            state.next += 1
            state.watchers[watcher] = (user, pipe)
            return watcher
        }
        pipe.onTermination = { [weak self] _ in self?.leave(watcher) }
        return stream
    }

    private func leave(_ watcher: Int) { state.withLock { $0.watchers[watcher] = nil } }
}
