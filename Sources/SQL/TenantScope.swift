/// The tenants whose rows a transaction can read and write on PostgreSQL: a second wall behind the tenant that each
/// statement names.
///
/// A task has a scope, `TenantScope.current`, and a transaction has that of the task that asks for it. The request pipeline
/// sets the caller's tenant once the caller is authenticated, and the job runner that of a job. Everything else is the
/// gateway's own work, for all tenants: webhooks on their way in, deliveries, maintenance, and callers without a task.
///
/// PostgreSQL compares every row with the scope (row-level security, `Schema+RowSecurity`). A forgotten `WHERE tenant_id = …`
/// finds nothing of other tenants, and a row of another tenant is refused with 42501. The scope travels with `BEGIN`.
/// SQLite has no such rules: a scope changes nothing there.
///
/// A request sometimes needs what is not its tenant's, like the owner of a calendar id. `acrossTenants` does that, for
/// statements of a transaction or for transactions of a task. A test lists the files that call it.
public enum TenantScope: Sendable, Equatable {
    /// The rows of one tenant.
    case tenant(String)
    /// The rows of all tenants, and those of none.
    case all

    @TaskLocal public static var current = TenantScope.all

    /// Runs `work` with transactions that see all tenants: for values that tenants share, like those of a cache.
    public static func acrossTenants<T>(
        isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> T
    ) async rethrows -> T {
        try await $current.withValue(.all, operation: work, isolation: isolation)
    }
}
