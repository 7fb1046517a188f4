import SQL

extension ErasureStep {
    /// Generations of a tenant's users, provider apps and account. Jobs go by the job that erases the tenant.
    static let core = ErasureStep("core") {
        [.all(of: $0, in: "generations", key: "tenant_id, kind, id")]
    }
}
