import ServiceLifecycle
import SQL
import Synchronization

/// Wakes the streams of messages when something was committed, and ends them when the gateway stops.
final class MessageBroadcaster: Service {
    /// Streams of one tenant at once.
    static let perTenant = 20

    /// One stream's place: it is woken by `signal`.
    final class Reader: Sendable {
        let signal = WakeSignal()
        private let ended = Mutex(false)
        var hasEnded: Bool { ended.withLock { $0 } }
        fileprivate func end() {
            ended.withLock { $0 = true }
            signal.wake()
        }
    }

    /// Holds a place as long as anybody holds it: also a reply that is never sent gives it back.
    final class Subscription: Sendable {
        let reader: Reader
        private let broadcaster: MessageBroadcaster
        private let tenant: String

        /// nil when the tenant has all its streams.
        init?(_ broadcaster: MessageBroadcaster, _ tenant: String) {
            guard let reader = broadcaster.join(tenant) else { return nil }
            (self.reader, self.broadcaster, self.tenant) = (reader, broadcaster, tenant)
        }

        deinit { broadcaster.leave(tenant, reader) }
    }

    private struct State {
        var readers: [String: [ObjectIdentifier: Reader]] = [:]
        var stopped = false
    }
    private let state = Mutex(State())

    private func join(_ tenant: String) -> Reader? {
        state.withLock { state in
            guard state.readers[tenant]?.count ?? 0 < Self.perTenant else { return nil }
            let reader = Reader()
            if state.stopped { reader.end() }
            state.readers[tenant, default: [:]][ObjectIdentifier(reader)] = reader
            return reader
        }
    }

    private func leave(_ tenant: String, _ reader: Reader) {
        state.withLock { state in
            state.readers[tenant]?[ObjectIdentifier(reader)] = nil
            if state.readers[tenant]?.isEmpty ?? false { state.readers[tenant] = nil }
        }
    }

    var invalidations: [Invalidation] {
        // Each stream asks before a batch whether its reader may still read: a key or a tenant may have ended.
        [ChangeTopic.messages, .apiKey, .tenant].map { topic in
            .wake(topic, all: wakeAll) { [self] changes in
                let tenants = Set(changes[topic].compactMap { $0.payload.split(separator: " ").first.map(String.init) })
                for tenant in tenants { wake(tenant) }
            }
        }
    }

    /// Wakes a tenant's streams.
    private func wake(_ tenant: String) {
        for reader in state.withLock({ $0.readers[tenant].map { Array($0.values) } ?? [] }) { reader.signal.wake() }
    }

    private func wakeAll() {
        for reader in state.withLock({ $0.readers.values.flatMap { Array($0.values) } }) { reader.signal.wake() }
    }

    func run() async throws {
        try? await gracefulShutdown()
        let all = state.withLock { state in
            state.stopped = true
            return state.readers.values.flatMap(\.values)
        }
        for reader in all { reader.end() }
    }
}
