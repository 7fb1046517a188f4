import NIOCore
import Synchronization

/// The count of unverified bytes that all connections share.
final class UnverifiedBodies: Sendable {
    private struct State {
        var bytes: UnverifiedBytes
        var drops: [UnverifiedBytes.ID: @Sendable () -> Void] = [:]
    }
    private let state: Mutex<State>

    init(limits: UnverifiedBytes.Limits = .init()) { state = Mutex(State(bytes: UnverifiedBytes(limits: limits))) }

    /// Bytes that are counted now.
    var total: Int { state.withLock { $0.bytes.total } }

    /// False while too much of what was dropped is still in memory.
    var mayRead: Bool { state.withLock { $0.bytes.mayRead } }

    /// - Parameter drop: called at most once, on any thread, when the body is dropped for another connection's bytes. Its
    ///   `end` follows once they are freed.
    func begin(
        address: String?, length: Int?, began: NIODeadline, drop: @escaping @Sendable () -> Void
    ) -> UnverifiedBytes.ID {
        state.withLock { state in
            let id = state.bytes.begin(address: address, length: length, began: began)
            state.drops[id] = drop
            return id
        }
    }

    /// - Returns: false if the body itself is dropped.
    func add(_ count: Int, to id: UnverifiedBytes.ID, at now: NIODeadline) -> Bool {
        let (dropped, drops) = state.withLock { state in
            let dropped = state.bytes.add(count, to: id, at: now)
            return (dropped, dropped.map { ($0, state.drops.removeValue(forKey: $0)) })
        }
        for (other, drop) in drops where other != id { drop?() }
        return !dropped.contains(id)
    }

    func complete(_ id: UnverifiedBytes.ID) { state.withLock { $0.bytes.complete(id) } }

    func end(_ id: UnverifiedBytes.ID) {
        state.withLock { state in
            state.bytes.end(id)
            state.drops[id] = nil
        }
    }
}

/// A decision about the body of the request that is answered next. It is triggered as an outbound event of the channel.
enum BodyEvent: Sendable, Equatable {
    /// The caller is known: the body is read as it comes.
    case verified
    /// The head's checks have passed, and only the whole body can prove the rest: at most so many bytes.
    case wanted(limit: Int)
    /// The request that is being read is refused, and the connection ends.
    case refused(Problem.Code, detail: String)
}

/// The body of a request was refused while it came.
struct BodyRefused: Error {
    let problem: Problem
}
