import Logging
import SQL

/// Erases a tenant: what ends by itself first, then what Meeting BaaS has, then all rows, and the tenant's key and row last.
/// Its subject is the tenant.
struct DeleteTenantJob: Job {
    static let kind = JobKind.deleteTenant

    let database: any Database
    let tenantKeys: TenantKeys
    let steps: [ErasureStep]
    let logger: Logger

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        try await waitForDeletions(job.tenant, isLastTry)
        var remained: [String] = []
        for step in steps {
            if let takeDown = step.takeDown { remained += try await takeDown(job.tenant, nil, isLastTry) }
        }
        if !remained.isEmpty {
            logger.warning(
                "a tenant's things remained at Meeting BaaS",
                metadata: ["tenant.id": .string(job.tenant), "remained": .string(remained.joined(separator: ", "))])
        }
        try await BackgroundWrites(database: database).repeating { tx in
            // Something may have come while Meeting BaaS was asked, or since the last batch.
            guard try !isPending(job.tenant, isLastTry, in: tx) else { throw Self.busy }
            if try TenantErasure.deleteRows(job.tenant, steps, for: job, limit: BackgroundWrites.rows, in: tx) > 0 {
                return true
            }
            try tenantKeys.destroyKey(of: job.tenant, in: tx)
            try TenantStore.delete(job.tenant, in: tx)
            return false
        }
    }

    /// The tenant goes last: the deletions that it waits for tell what remained, and end by themselves.
    /// - Throws: `conflict` while one of them is left.
    private func waitForDeletions(_ tenant: String, _ isLastTry: Bool) async throws {
        for step in steps { try await step.begin?(tenant, nil) }
        guard try await !database.read({ try isPending(tenant, isLastTry, in: $0) }) else { throw Self.busy }
    }

    /// Returns whether other deletions of the tenant are to be done first, or a call may still bring something.
    /// Deletions end by themselves; what has no end is waited for until the last try.
    private func isPending(_ tenant: String, _ isLastTry: Bool, in tx: any Transaction) throws -> Bool {
        if try JobStore.waits(tenant, [DeleteUserJob.kind], in: tx) { return true }
        return try steps.contains { try $0.isPending?(tenant, nil, isLastTry, tx) ?? false }
    }

    private static let busy = Problem(.conflict, "Other deletions of the tenant are still to be done.")
}
