import JSONValue
import SQL

/// One caller at a time for each object, on all replicas; others wait.
struct ObjectLeases: Sendable {
    private let database: any Database
    private let replica: Replica
    private let kind: LeaseKind
    private let lock = KeyedLock()
    private let pollEvery: Duration

    /// The longest wait for another replica.
    private static let timeout = Duration.seconds(30)

    /// - Parameter pollEvery: another replica's notice says that it has given a lease back; one that has died gives none.
    init(
        _ kind: LeaseKind, database: any Database, replica: Replica, pollEvery: Duration = .milliseconds(500)
    ) {
        (self.kind, self.database, self.replica, self.pollEvery) = (kind, database, replica, pollEvery)
    }

    /// Runs `body` while this process has the lease of an object.
    /// - Throws: `conflict` when another replica has had it for long, and what `body` throws.
    func withLease<T: Sendable>(_ id: String, _ body: () async throws -> T) async throws -> T {
        try await lock.withLock(id) {
            guard replica.isShared else { return try await body() }
            let lease = try await take(id)
            do {
                let value = try await Self.$currentLease.withValue(Held(lease, replica)) { try await body() }
                await release(lease)
                return value
            } catch {
                await release(lease)
                throw error
            }
        }
    }

    /// A lease under which a task works.
    private final class Held: Sendable {
        private let lease: Lease
        private let replica: Replica

        init(_ lease: Lease, _ replica: Replica) { (self.lease, self.replica) = (lease, replica) }

        var isCertain: Bool { replica.mayAct && replica.id == lease.owner }
    }

    /// The lease of the present task. No closure: an optimized build of Swift 6.3 crashes when a task-local value is one
    /// (swiftlang/swift pull request 88321).
    @TaskLocal private static var currentLease: Held?

    /// Asked before something is changed elsewhere. Does nothing where no lease is needed.
    /// - Throws: `conflict` when another replica may have the lease by now: this process was stopped for long.
    static func confirm() throws {
        if let currentLease, !currentLease.isCertain { throw busy }
    }

    private static let busy = Problem(
        .conflict, "Another request is changing this; try again later.", action: .wait, retryAfter: 5)

    private func take(_ id: String) async throws -> Lease {
        let deadline = ContinuousClock.now + Self.timeout
        // Before the first attempt: a lease that is given back after that is noticed.
        let signal = replica.leaseWaiters.add(Lease.name(kind, id))
        defer { replica.leaseWaiters.remove(Lease.name(kind, id)) }
        while true {
            if replica.mayAct {
                let (kind, owner) = (self.kind, replica.id)
                do {
                    if let lease = try await database.write({ try ReplicaStore.take(kind, id, for: owner, in: $0) }) {
                        return lease
                    }
                } catch {
                    // It may have been taken all the same, and nobody would give it back.
                    if case SQLError.commitOutcomeUnknown = error { releaseUnknown(id, of: owner) }
                    throw error
                }
            }
            guard .now < deadline else { throw Self.busy }
            // Another replica has it, and ends or dies.
            await signal.wait(upTo: pollEvery)
            try Task.checkCancellation()
        }
    }

    /// Gives back what a commit of unknown outcome may have taken.
    private func releaseUnknown(_ id: String, of owner: String) {
        Task {
            // Nobody of this process has it meanwhile.
            await lock.withLock(id) {
                while replica.id == owner {
                    do {
                        let lease = try await database.write { [kind] in
                            try ReplicaStore.take(kind, id, for: owner, in: $0)
                        }
                        if let lease { await release(lease) }
                        return
                    } catch SQLError.closed {
                        return
                    } catch {
                        // Until the database answers again.
                        try? await Task.sleep(for: .seconds(1))
                    }
                }
            }
        }
    }

    /// In a task of its own: the caller's may be cancelled, and the lease ends all the same. While the database is away it
    /// goes on in the background; a replica that has another name by then has lost the lease.
    private func release(_ lease: Lease) async {
        let isDone = await Task { await tryRelease(lease) }.value
        if isDone { return }
        Task {
            while replica.id == lease.owner, await !tryRelease(lease) {
                // Until the database answers again.
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// - Returns: false while the database is away.
    private func tryRelease(_ lease: Lease) async -> Bool {
        do {
            try await database.write { try ReplicaStore.release(lease, in: $0) }
            return true
        } catch SQLError.closed {
            return true
        } catch {
            return false
        }
    }
}
