import SQL
import Synchronization

/// The browser origins that any active tenant lists: asked by every preflight and by refusals that know no tenant, so
/// they are kept in memory until a tenant changes.
final class ActiveOrigins: Sendable {
    private struct State {
        var origins: Set<String>?
        /// Grows with each change, so that what was read before it is not kept.
        var generation = 0
    }
    private let database: any Database
    private let state = Mutex(State())

    init(database: any Database) { self.database = database }

    func contains(_ origin: String) async throws -> Bool {
        let (known, generation) = state.withLock { ($0.origins, $0.generation) }
        if let known { return known.contains(origin) }
        let read = try await database.read { try TenantStore.activeOrigins(in: $0) }
        state.withLock { if $0.generation == generation { $0.origins = read } }
        return read.contains(origin)
    }

    /// A tenant's settings or status were changed.
    func drop() {
        state.withLock { state in
            state.origins = nil
            state.generation += 1
        }
    }
}
