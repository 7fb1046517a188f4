import SQL

/// The browser origins that any active tenant lists: asked by every preflight and by refusals that know no tenant, so
/// they are kept in memory until a tenant changes.
final class ActiveOrigins: Sendable {
    private let database: any Database
    private let remembered = TTLCache<String, Set<String>>(life: .seconds(600))

    init(database: any Database) { self.database = database }

    func contains(_ origin: String) async throws -> Bool {
        let database = self.database
        let origins = try await remembered.value("") {
            try await database.read { try TenantStore.activeOrigins(in: $0) }
        }
        return origins?.contains(origin) ?? false
    }

    /// A tenant's settings or status were changed.
    func forget() { remembered.forget() }
}
