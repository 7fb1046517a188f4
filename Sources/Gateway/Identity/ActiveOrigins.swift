import SQL

/// The browser origins that any active tenant lists: asked by every preflight and by refusals that know no tenant.
///
/// They are one cached value, since a preflight names no tenant. A tenant's change of status or of its origins drops it.
final class ActiveOrigins: Sendable {
    private let database: any Database
    private let cache = TTLCache<String, Set<String>>(ttl: .seconds(600), capacity: 1)
    private static let key = ""

    init(database: any Database) { self.database = database }

    var invalidations: [Invalidation] {
        let cache = self.cache
        return [.drop(.origins, all: cache.invalidateAll) { _ in cache.invalidate(Self.key) }]
    }

    func contains(_ origin: String) async throws -> Bool {
        let database = self.database
        let origins = try await cache.value(for: Self.key) {
            try await database.read { try TenantStore.activeOrigins(in: $0) }
        }
        return origins?.contains(origin) ?? false
    }
}
