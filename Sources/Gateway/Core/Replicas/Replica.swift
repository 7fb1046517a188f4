import Foundation
import JSONValue
import Logging
import ServiceLifecycle
import SQL
import Synchronization

/// This process among those that serve the same database.
///
/// Its row is renewed every 3 s and lives for 12; others take what it had when that is over. On SQLite there is one process:
/// it has everything, and nothing is stored.
///
/// Endpoints belong to one of 32 shards by their id; live replicas share the shards evenly.
final class Replica: Service {
    private struct State {
        var id: String
        /// Until then this process may act on its leases: 2 s before others may take them, by the monotonic clock.
        var deadline: ContinuousClock.Instant
        var shards: [Int: Lease] = [:]
        var liveCount = 1
        var startedAlone: Bool?
        /// True once the service that delivers runs: before that this process takes no shards.
        var delivers = false
        var onChange: @Sendable () -> Void = {}
    }

    static let shardCount = 32
    private static let renewEvery = Duration.seconds(3)
    private static let margin = Duration.seconds(2)

    /// True if other processes may serve the same database.
    let isShared: Bool
    let clock: GatewayClock
    private let offset: ClockOffset
    private let database: any Database
    private let logger: Logger
    private let state: Mutex<State>
    private let signal = WakeSignal()
    /// Callers of this process that wait for a lease of another one.
    let leaseWaiters = LeaseWaiters()

    /// Joins the others.
    static func join(_ database: any Database, isShared: Bool, logger: Logger) async throws -> Replica {
        let replica = Replica(database, isShared: isShared, logger: logger)
        if isShared { try await replica.begin() }
        return replica
    }

    /// The one process of a database.
    static func alone(_ database: any Database, logger: Logger) -> Replica {
        Replica(database, isShared: false, logger: logger)
    }

    private init(_ database: any Database, isShared: Bool, logger: Logger) {
        (self.database, self.isShared, self.logger) = (database, isShared, logger)
        offset = ClockOffset()
        clock = isShared ? .following(offset) : .system
        state = Mutex(State(id: Self.newID(), deadline: .now))
    }

    private static func newID() -> String { UUID().uuidString.lowercased() }

    /// The present name of this process. It gets another one when its life was over: what it had is lost then.
    var id: String { state.withLock { $0.id } }

    /// The replicas that live, this one among them.
    var liveCount: Int { state.withLock { $0.liveCount } }

    /// Takes this process's share of the endpoints from now on: the service that delivers runs.
    /// - Parameter action: called when the shards of this process change. It must not wait.
    func beginDelivering(onChange action: @escaping @Sendable () -> Void) {
        state.withLock { ($0.onChange, $0.delivers) = (action, true) }
        signal.wake()
    }

    /// The name for columns `owner`; nil where no other process serves the database.
    var owner: String? { isShared ? id : nil }

    /// True if no other replica lived when this process began: nothing was done in between.
    var startedAlone: Bool { !isShared || state.withLock { $0.startedAlone ?? false } }

    // MARK: - leases

    /// False when this process may have lost what it has.
    var mayAct: Bool { !isShared || state.withLock { $0.deadline > .now } }

    /// The lease by which this process delivers to an endpoint; nil when another one does.
    func lease(forEndpoint id: String) -> Lease? {
        guard isShared else { return Self.alone }
        return state.withLock { state in
            guard state.deadline > .now else { return nil }
            return state.shards[Self.shard(of: id)]
        }
    }

    /// Returns whether what was done under a lease may be stored.
    static func isValid(_ lease: Lease, in tx: any Transaction) throws -> Bool {
        try lease == alone || ReplicaStore.isValid(lease, in: tx)
    }

    /// Takes a role of the whole installation, or keeps it.
    /// - Returns: true while this process has it. Another one has it after this one's end.
    func has(role: String) async throws -> Bool {
        guard isShared else { return true }
        guard mayAct else { return false }
        let id = self.id
        return try await database.write { try ReplicaStore.take(.role, role, for: id, in: $0) != nil }
    }

    /// Takes its share of what is free, or gives up what is more; and wakes those that wait for a lease.
    var invalidations: [Invalidation] {
        [
            .wake(.replicas, all: {}) { [signal, leaseWaiters] _ in
                signal.wake()
                leaseWaiters.wakeAll()
            },
            .wake(.leases, all: leaseWaiters.wakeAll) { [leaseWaiters] changes in
                for notice in changes[.leases] { leaseWaiters.wake(notice.payload) }
            },
        ]
    }

    /// Work that one replica does for all.
    enum Role: String, Sendable, CaseIterable {
        case maintenance, reconciler
        case calendarWatch = "calendar_watch"
    }

    /// Takes a role, or keeps it.
    func has(_ role: Role) async throws -> Bool { try await has(role: role.rawValue) }

    private static let alone = Lease(kind: .shard, id: "", owner: "", fence: 0)

    /// FNV-1a: the same in every process.
    static func shard(of id: String) -> Int {
        let hash = id.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return Int(hash % UInt64(shardCount))
    }

    // MARK: - life

    private func begin() async throws {
        let (id, host) = (Self.newID(), ProcessInfo.processInfo.hostName)
        let began = ContinuousClock.now
        let isAlone = try await database.write(priority: .high) { tx in
            try ReplicaStore.join(id, host: host, in: tx)
            guard try ReplicaStore.live(in: tx) == [id] else { return false }
            // The first process looks for what was missed before: it has the roles before another one begins.
            for role in Role.allCases { _ = try ReplicaStore.take(.role, role.rawValue, for: id, in: tx) }
            return true
        }
        state.withLock { state in
            state.startedAlone = state.startedAlone ?? isAlone
            (state.id, state.shards) = (id, [:])
            state.deadline = began + ReplicaStore.ttl - Self.margin
        }
        try await renew()
    }

    func run() async throws {
        guard isShared else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.renew()
                } catch {
                    self.logger.error("this replica cannot be renewed", metadata: ["error": "\(error)"])
                }
                // A quarter of the row's life: three attempts may fail.
                await self.signal.wait(upTo: Self.renewEvery)
            }
        }
        await leave()
    }

    /// Gives up all that this process has, so that others need not wait for its end.
    func leave() async {
        guard isShared else { return }
        let id = state.withLock { state in
            (state.deadline, state.shards) = (.now, [:])
            return state.id
        }
        // In a task of its own: the caller's may be cancelled.
        await Task { [database] in try? await database.write { try ReplicaStore.leave(id, in: $0) } }.value
    }

    /// Renews the row, and takes or gives up shards, so that all live replicas have as many.
    private func renew() async throws {
        let (id, delivers) = state.withLock { ($0.id, $0.delivers) }
        let began = ContinuousClock.now
        let started = Date()
        let renewed = try await database.write(priority: .high) { tx -> (Timestamp, Int, [String: Lease])? in
            guard try ReplicaStore.renew(id, delivers: delivers, in: tx) else { return nil }
            let live = try ReplicaStore.live(in: tx).count
            let sharing = try ReplicaStore.delivering(in: tx)
            return (try ReplicaStore.now(in: tx), live, try Self.balance(id, sharing, in: tx))
        }
        guard let (time, count, leases) = renewed else {
            logger.warning("this replica was not renewed in time; it starts anew under another name")
            changed { $0.shards = [:] }
            return try await begin()
        }
        // The time of one that waited long says little.
        if ContinuousClock.now - began < .seconds(1) { offset.follow(time, sent: started, answered: Date()) }
        changed { state in
            guard state.id == id else { return }
            state.deadline = began + ReplicaStore.ttl - Self.margin
            state.liveCount = max(count, 1)
            state.shards = leases.reduce(into: [:]) { shards, lease in
                if let number = Int(lease.key) { shards[number] = lease.value }
            }
        }
    }

    private func changed(_ change: (inout State) -> Void) {
        let action = state.withLock { state -> (@Sendable () -> Void)? in
            let (before, wasOver) = (state.shards, state.deadline <= .now)
            change(&state)
            return state.shards == before && !wasOver ? nil : state.onChange
        }
        action?()
    }

    /// Gives up shards over this replica's share, or takes free ones up to it.
    /// - Parameter sharing: the replicas that deliver.
    private static func balance(
        _ id: String, _ sharing: [String], in tx: any Transaction
    ) throws -> [String: Lease] {
        var own = try ReplicaStore.leases(.shard, of: id, in: tx)
        guard let place = sharing.firstIndex(of: id) else { return own }
        // The first replicas have one more where the shards cannot be shared evenly.
        let share = shardCount / sharing.count + (place < shardCount % sharing.count ? 1 : 0)
        for lease in own.values.sorted(by: { $0.id < $1.id }).dropFirst(share) {
            try ReplicaStore.release(lease, in: tx)
            tx.notify(ChangeNotice(.replicas))
            own[lease.id] = nil
        }
        for number in 0..<shardCount where own.count < share && own["\(number)"] == nil {
            own["\(number)"] = try ReplicaStore.take(.shard, "\(number)", for: id, in: tx)
        }
        return own
    }
}
