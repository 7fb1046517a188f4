import Logging
import ServiceLifecycle
import SQL

/// Frees what replicas worked on when they ended: their jobs run again, and requests are repeated.
///
/// A process does this for itself at its start. Where there are others, each one looks every 2 s: with a replica's life of
/// 12 s, its work is taken over within 15.
struct AbandonedWork: Service {
    let database: any Database
    let replica: Replica
    let rows: [AbandonedRows]
    let logger: Logger

    private static let every = Duration.seconds(2)

    func run() async throws {
        guard replica.isShared else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // No event shows that a process has died.
                try? await Task.sleep(for: Self.every)
                if Task.isCancelled { return }
                do {
                    try await round()
                } catch {
                    logger.error("work of replicas that ended cannot be freed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    func round() async throws {
        let rows = self.rows
        // Mostly there is none, and the writer is not needed.
        guard try await database.read({ try ReplicaStore.isAnyAbandoned(rows.map(\.table), in: $0) }) else { return }
        try await database.write { tx in
            for rows in rows { try rows.free(tx) }
        }
    }
}

/// Rows of a table with a column `owner`.
struct AbandonedRows: Sendable {
    let table: Query
    /// Frees those whose owner does not live.
    let free: @Sendable (any Transaction) throws -> Void

    init(_ table: Query, free: @escaping @Sendable (any Transaction) throws -> Void) {
        (self.table, self.free) = (table, free)
    }
}
