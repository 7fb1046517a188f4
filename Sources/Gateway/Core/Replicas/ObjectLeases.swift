import JSONValue
import SQL

/// One caller at a time for each object, on all replicas; others wait.
struct ObjectLeases: Sendable {
    private let database: any Database
    private let replica: Replica
    private let kind: LeaseKind
    private let lock = KeyedLock()

    /// The longest wait for another replica.
    private static let timeout = Duration.seconds(30)
    private static let pollEvery = Duration.milliseconds(100)

    init(_ kind: LeaseKind, database: any Database, replica: Replica) {
        (self.kind, self.database, self.replica) = (kind, database, replica)
    }

    /// Runs `body` while this process has the lease of an object.
    /// - Throws: `conflict` when another replica has had it for long, and what `body` throws.
    func withLease<T: Sendable>(_ id: String, _ body: () async throws -> T) async throws -> T {
        try await lock.withLock(id) {
            guard replica.isShared else { return try await body() }
            let lease = try await take(id)
            do {
                let value = try await body()
                await release(lease)
                return value
            } catch {
                await release(lease)
                throw error
            }
        }
    }

    private func take(_ id: String) async throws -> Lease {
        let deadline = ContinuousClock.now + Self.timeout
        while true {
            if replica.mayAct {
                let (kind, owner) = (self.kind, replica.id)
                if let lease = try await database.write({ try ReplicaStore.take(kind, id, for: owner, in: $0) }) {
                    return lease
                }
            }
            guard .now < deadline else {
                throw Problem(
                    .conflict, "Another request is changing this; try again later.", action: .wait, retryAfter: 5)
            }
            // Another replica has it, and ends or dies.
            try await Task.sleep(for: Self.pollEvery)
        }
    }

    /// In a task of its own: the caller's may be cancelled, and the lease ends all the same.
    private func release(_ lease: Lease) async {
        await Task { try? await database.write { try ReplicaStore.release(lease, in: $0) } }.value
    }
}
