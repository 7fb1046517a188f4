import NIOCore
import NIOPosix
import Synchronization

/// Looks up credentials in storage that are not in memory, within the limits of `LookupTokens`.
///
/// Look-ups that wait for their address's turn are read together, so a flood costs a bounded number of reads. What is
/// found in memory never comes here.
final class LookupQueue<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Read = @Sendable (_ keys: [Key]) async throws -> [Key: Value]

    private struct Waiter {
        let key: Key
        let continuation: CheckedContinuation<Value?, any Error>
    }

    private struct State {
        var schedule = LookupSchedule()
        var waiters: [Int: Waiter] = [:]
        var lastID = 0
        var timer: (at: ContinuousClock.Instant, task: Scheduled<Void>)?
    }
    private let state = Mutex(State())
    private let limits: LookupLimits
    private let read: Read

    /// - Parameters:
    ///   - limits: shared by all queues.
    ///   - read: reads the values of up to 256 keys at once; what does not exist is left out.
    init(limits: LookupLimits, read: @escaping Read) {
        self.limits = limits
        self.read = read
    }

    /// Look-ups that wait for their turn.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// - Parameter address: the caller's network; nil when it is not known.
    /// - Returns: nil when there is none.
    /// - Throws: `rate_limited` after a second without a turn, and what `read` throws.
    func value(_ key: Key, from address: String?) async throws -> Value? {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { state in
                state.lastID += 1
                state.waiters[state.lastID] = Waiter(key: key, continuation: continuation)
                state.schedule.add(state.lastID, address: address ?? "", at: .now)
            }
            advance()
        }
    }

    private enum Step {
        case stop
        case refuse([Waiter])
        case run(String, [Waiter])
    }

    private func advance() {
        while true {
            switch state.withLock({ next(&$0) }) {
            case .stop: return
            case .refuse(let waiters):
                for waiter in waiters { waiter.continuation.resume(throwing: Self.refusal) }
            case .run(let address, let waiters): Task { await self.run(address, waiters) }
            }
        }
    }

    private func next(_ state: inout State) -> Step {
        switch limits.tokens.withLock({ state.schedule.next(at: .now, &$0) }) {
        case .none: return .stop
        case .expire(let ids): return .refuse(ids.compactMap { state.waiters.removeValue(forKey: $0) })
        case .run(let address, let ids):
            return .run(address, ids.compactMap { state.waiters.removeValue(forKey: $0) })
        case .wait(let time):
            if let timer = state.timer, timer.at <= time { return .stop }
            state.timer?.task.cancel()
            let delay = max(time - ContinuousClock.now, .zero)
            let task = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: .init(delay)) {
                self.state.withLock { $0.timer = nil }
                self.advance()
            }
            state.timer = (time, task)
            return .stop
        }
    }

    private func run(_ address: String, _ waiters: [Waiter]) async {
        do {
            let found = try await read(Array(Set(waiters.map(\.key))))
            for waiter in waiters { waiter.continuation.resume(returning: found[waiter.key]) }
        } catch {
            for waiter in waiters { waiter.continuation.resume(throwing: error) }
        }
        state.withLock { $0.schedule.finish(address) }
        advance()
    }

    private static var refusal: Problem {
        Problem(
            .rateLimited, "Too many credentials that are not known yet come from this address.", action: .wait,
            retryAfter: 1)
    }
}

/// The turns that all queues of look-ups share.
final class LookupLimits: Sendable {
    let tokens: Mutex<LookupTokens>
    /// Reads of storage so far.
    var databaseReads: Int { tokens.withLock { $0.taken } }

    /// - Parameter perAddress: turns a second for each address.
    init(perAddress: Int) { tokens = Mutex(LookupTokens(perAddress: perAddress)) }
}

extension Array {
    /// The elements with the last one repeated up to a power of two, so that lists have few lengths and few statements
    /// are compiled for them.
    var padded: [Element] {
        guard let last else { return self }
        var length = 1
        while length < count { length *= 2 }
        return self + Array(repeating: last, count: length - count)
    }
}
