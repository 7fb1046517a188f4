import SQL
import Scheduling
import Synchronization

/// A bounded cache of values read from the database, invalidated by change notices.
///
/// Returns a value for at most `ttl` after it was read. A value that is still in use when three quarters of that time are
/// over is read anew by one caller, while the others get the present one. `invalidate(_:)` drops one key, `invalidateAll()` all. An insertion carries
/// the generation that was current when its query began, so a read that started before an invalidation is never cached. When
/// the cache is full, the least recently used entry is evicted.
final class TTLCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// The number of invalidations at the time when a query began.
    struct Generation: Sendable {
        fileprivate let number: UInt64
    }

    private struct Entry {
        let value: Value
        let expires: ContinuousClock.Instant
        /// From then on one caller reads the value anew.
        var refreshAt: ContinuousClock.Instant
    }

    private enum Found {
        case value(Value)
        /// The caller reads the value.
        /// - Parameter present: the one that others get meanwhile, if there is one.
        case read(present: Value?)
    }

    /// A read that one caller does, and for which others wait.
    private final class SharedRead: Sendable {
        /// Changed under the cache's lock alone.
        let waiters = Mutex<[CheckedContinuation<Turn, Never>]>([])
    }

    private enum Turn: Sendable {
        case lead(SharedRead)
        case follow(Result<Value?, any Error>)
        /// The caller that was reading was cancelled: that is no answer for others.
        case again
    }

    private struct State {
        var entries: LRUMap<Key, Entry>
        /// Reads that are under way and may be joined: no invalidation of their key came since they began.
        var sharedReads: [Key: SharedRead] = [:]
        var generation: UInt64 = 0
        /// The generation of the last invalidation of any key that shares the slot.
        var invalidated = [UInt64](repeating: 0, count: slots)
        var misses = 0

        mutating func cached(_ key: Key, at now: ContinuousClock.Instant) -> Value? {
            entry(key, at: now).flatMap { $0.refreshAt > now ? $0.value : nil }
        }

        /// - Parameter retry: the time until another caller reads a value that is due, if this one fails.
        mutating func find(_ key: Key, at now: ContinuousClock.Instant, retry: Duration) -> Found {
            guard var entry = entry(key, at: now) else { return .read(present: nil) }
            if entry.refreshAt > now { return .value(entry.value) }
            entry.refreshAt = now + retry
            entries.insert(entry, for: key)
            misses += 1
            return .read(present: entry.value)
        }

        mutating func entry(_ key: Key, at now: ContinuousClock.Instant) -> Entry? {
            guard let entry = entries.value(for: key) else { return nil }
            if entry.expires > now { return entry }
            entries.remove(key)
            return nil
        }
    }

    private static var slots: Int { 256 }
    /// Expired entries that one insertion removes at the most: it holds the lock meanwhile.
    private static var removedAtOnce: Int { 1_024 }
    private let state: Mutex<State>
    private let ttl: Duration
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter capacity: the most values that are kept.
    init(
        ttl: Duration, capacity: Int = 200_000, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        (self.ttl, self.capacity, self.now) = (ttl, capacity, now)
        state = Mutex(State(entries: LRUMap(capacity: capacity)))
    }

    /// Values in memory. Those that have expired are removed when another is inserted.
    var count: Int { state.withLock { $0.entries.count } }

    /// The number of reads that `value(for:read:)` and `unsharedValue(for:read:)` began.
    var misses: Int { state.withLock { $0.misses } }

    /// The present generation, to be taken before the query whose results are inserted.
    var generation: Generation { state.withLock { Generation(number: $0.generation) } }

    /// Returns the cached value and reads nothing. A value that is due to be read anew is not returned: its caller is to
    /// ask `value(for:read:)`.
    func cached(_ key: Key) -> Value? { state.withLock { $0.cached(key, at: now()) } }

    /// Returns the cached value, or reads and caches it. Concurrent misses for one key share one read.
    /// - Throws: what `read` throws. Errors and missing values are not cached.
    func value(for key: Key, read: @Sendable () async throws -> Value?) async throws -> Value? {
        while true {
            switch state.withLock({ $0.find(key, at: now(), retry: ttl / 8) }) {
            case .value(let value): return value
            case .read(let present?): return try await refresh(key, present) { try await read() }
            case .read(nil): break
            }
            switch await turn(for: key) {
            case .again: continue
            case .follow(let result): return try result.get()
            case .lead(let shared):
                do {
                    let value = try await TenantScope.acrossTenants(read)
                    end(shared, of: key, .follow(.success(value)))
                    return value
                } catch {
                    end(shared, of: key, Task.isCancelled ? .again : .follow(.failure(error)))
                    throw error
                }
            }
        }
    }

    /// Returns the cached value, or reads and caches it by itself: for a read that waits or fails for reasons of its caller,
    /// which must not hold up another's.
    func unsharedValue(for key: Key, read: () async throws -> Value?) async throws -> Value? {
        switch state.withLock({ $0.find(key, at: now(), retry: ttl / 8) }) {
        case .value(let value): return value
        case .read(let present?): return try await refresh(key, present, read)
        case .read(nil): break
        }
        let generation = state.withLock { state in
            state.misses += 1
            return Generation(number: state.generation)
        }
        let value = try await TenantScope.acrossTenants(read)
        if let value { insert(value, for: key, readIn: generation) }
        return value
    }

    /// Reads a value anew that is in memory.
    /// - Returns: the present one if the read fails and that is still valid.
    /// - Throws: the read's error, if the present one was invalidated or has expired meanwhile.
    private func refresh(_ key: Key, _ present: Value, _ read: () async throws -> Value?) async throws -> Value? {
        let generation = self.generation
        do {
            guard let value = try await TenantScope.acrossTenants(read) else {
                invalidate(key)
                return nil
            }
            insert(value, for: key, readIn: generation)
            return value
        } catch {
            let isValid = state.withLock { state in
                state.invalidated[Self.slot(key)] <= generation.number && state.entry(key, at: now()) != nil
            }
            guard isValid else { throw error }
            return present
        }
    }

    /// Caches a value, unless its key was invalidated since the generation.
    /// - Parameter generation: the one that was current before the value's query began.
    func insert(_ value: Value, for key: Key, readIn generation: Generation) {
        state.withLock { state in
            guard state.invalidated[Self.slot(key)] <= generation.number else { return }
            put(value, for: key, &state)
        }
    }

    /// Drops one key: its value was written. A read of it that is under way is not cached, and nobody joins it any more.
    func invalidate(_ key: Key) {
        state.withLock { state in
            state.entries.remove(key)
            state.sharedReads[key] = nil
            state.generation += 1
            state.invalidated[Self.slot(key)] = state.generation
        }
    }

    /// Drops all keys, as `invalidate(_:)` does one.
    func invalidateAll() {
        state.withLock { state in
            state.entries = LRUMap(capacity: capacity)
            state.sharedReads = [:]
            state.generation += 1
            for slot in state.invalidated.indices { state.invalidated[slot] = state.generation }
        }
    }

    /// Waits for the read of the key that is under way, or is to begin one.
    private func turn(for key: Key) async -> Turn {
        await withCheckedContinuation { continuation in
            let begun: SharedRead? = state.withLock { state in
                if let shared = state.sharedReads[key] {
                    shared.waiters.withLock { $0.append(continuation) }
                    return nil
                }
                let shared = SharedRead()
                state.sharedReads[key] = shared
                state.misses += 1
                return shared
            }
            if let begun { continuation.resume(returning: .lead(begun)) }
        }
    }

    private func end(_ shared: SharedRead, of key: Key, _ turn: Turn) {
        let waiters = state.withLock { state in
            // Another read or none stands there when the key was invalidated meanwhile.
            if state.sharedReads[key] === shared {
                state.sharedReads[key] = nil
                if case .follow(.success(let value?)) = turn { put(value, for: key, &state) }
            }
            return shared.waiters.withLock(\.self)
        }
        for waiter in waiters { waiter.resume(returning: turn) }
    }

    private func put(_ value: Value, for key: Key, _ state: inout State) {
        let now = now()
        // All entries that were not used for `ttl` have expired, and they are the oldest.
        for _ in 0..<Self.removedAtOnce {
            guard let oldest = state.entries.oldest, oldest.value.expires <= now else { break }
            state.entries.remove(oldest.key)
        }
        state.entries.insert(Entry(value: value, expires: now + ttl, refreshAt: now + ttl * 3 / 4), for: key)
    }

    private static func slot(_ key: Key) -> Int { Int(UInt(bitPattern: key.hashValue) % UInt(slots)) }
}
