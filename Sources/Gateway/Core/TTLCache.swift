import Synchronization

/// What was read from the database and still holds: for `life` at the longest, and not beyond the moment when something
/// was written that could have changed it.
final class TTLCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct State {
        var values: [Key: (value: Value, until: ContinuousClock.Instant)] = [:]
        /// By key's slot; grows with each `forget`, so that what was read before it is not kept.
        var generations = Array(repeating: 0, count: slots)
        var reads = 0
        /// The next time at which values that have expired are dropped.
        var pruneAt: ContinuousClock.Instant?
    }
    private static var slots: Int { 64 }
    private let state = Mutex(State())
    private let life: Duration
    private let capacity: Int

    /// - Parameter capacity: values kept at the most; above that all go.
    init(life: Duration, capacity: Int = 50_000) {
        self.life = life
        self.capacity = capacity
    }

    /// Values in memory. Those that have expired are dropped when another is added, once in `life` at most.
    var count: Int { state.withLock { $0.values.count } }

    /// How often it had to be read.
    var reads: Int { state.withLock { $0.reads } }

    func known(_ key: Key) -> Value? {
        state.withLock { state in
            guard let entry = state.values[key], entry.until > .now else { return nil }
            return entry.value
        }
    }

    /// From memory, or by `read`. What there is not is asked again each time.
    func value(_ key: Key, read: () async throws -> Value?) async throws -> Value? {
        if let known = known(key) { return known }
        let slot = Self.slot(key)
        let generation = state.withLock { state in
            state.reads += 1
            return state.generations[slot]
        }
        guard let value = try await read() else { return nil }
        state.withLock { if $0.generations[slot] == generation { put(key, value, &$0) } }
        return value
    }

    func note(_ key: Key, _ value: Value) { state.withLock { put(key, value, &$0) } }

    /// What has this key was written.
    func forget(_ key: Key) {
        state.withLock { state in
            state.values[key] = nil
            state.generations[Self.slot(key)] += 1
        }
    }

    /// Something was written that could have changed any of it.
    func forget() {
        state.withLock { state in
            state.values = [:]
            for slot in state.generations.indices { state.generations[slot] += 1 }
        }
    }

    private static func slot(_ key: Key) -> Int { Int(UInt(bitPattern: key.hashValue) % UInt(slots)) }

    private func put(_ key: Key, _ value: Value, _ state: inout State) {
        let now = ContinuousClock.now
        if state.pruneAt ?? now <= now {
            state.values = state.values.filter { $0.value.until > now }
            state.pruneAt = now + life
        }
        if state.values.count >= capacity { state.values = [:] }
        state.values[key] = (value, now + life)
    }
}
