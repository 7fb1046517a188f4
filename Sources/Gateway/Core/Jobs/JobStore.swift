import JSONValue
import SQL

/// The rows of jobs. A job runs under a lease: its claim is a write, so nothing runs that could not be stored, and no
/// other process runs it meanwhile. Outcomes name the lease's number; one that was lost changes nothing.
enum JobStore {
    /// The life of a lease that is not renewed, in seconds.
    static let leaseSeconds = 120.0

    /// Adds the work, or makes it due now if it waits already. While it runs, it will run once more.
    static func add(
        _ kind: JobKind, _ tenant: String, _ subject: String, at now: Timestamp, delay: Double = 0,
        in tx: any Transaction
    ) throws {
        let due = now.adding(seconds: delay).milliseconds
        try tx.run(
            """
            INSERT INTO jobs (id, tenant_id, kind, subject_id, version, attempts, due_at, deadline_at, created_at)
            VALUES (\(Identifier.make(.job)), \(tenant), \(kind.name), \(subject), 0, 0, \(due),
                \(now.adding(seconds: QueuedJob.ttl).milliseconds), \(now.milliseconds))
            ON CONFLICT (tenant_id, kind, subject_id) DO UPDATE SET due_at = excluded.due_at, attempts = 0,
                deadline_at = excluded.deadline_at, version = jobs.version + 1
            """)
        tx.notify(ChangeNotice(.jobs))
    }

    /// Removes work that was done in another way.
    static func remove(_ kind: JobKind, _ tenant: String, _ subject: String, in tx: any Transaction) throws {
        try tx.run(
            "DELETE FROM jobs WHERE tenant_id = \(tenant) AND kind = \(kind.name) AND subject_id = \(subject)")
    }

    /// Removes a tenant's jobs but one; so many at once.
    /// - Returns: how many were removed.
    static func removeAll(_ tenant: String, except id: String, limit: Int, in tx: any Transaction) throws -> Int {
        try tx.run(
            """
            DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE tenant_id = \(tenant) AND id <> \(id)
                LIMIT \(limit)) RETURNING id
            """
        ).count
    }

    /// Returns whether work of one of these kinds waits for the tenant.
    static func waits(_ tenant: String, _ kinds: [JobKind], in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM jobs WHERE tenant_id = \(tenant) AND kind IN \(list: kinds.map(\.name)) LIMIT 1
            """) != nil
    }

    /// The tenant may call Meeting BaaS again: work that waited for that is due; so many at once.
    /// - Returns: how many were changed.
    static func hasten(_ tenant: String, at now: Timestamp, limit: Int, in tx: any Transaction) throws -> Int {
        let changed = try tx.run(
            """
            UPDATE jobs SET due_at = \(now.milliseconds), attempts = 0
            WHERE id IN (SELECT id FROM jobs WHERE tenant_id = \(tenant) AND due_at > \(now.milliseconds)
                AND last_error = \(suspended) LIMIT \(limit)) RETURNING id
            """
        ).count
        tx.notify(ChangeNotice(.jobs))
        return changed
    }

    /// The `last_error` of work that waits until its tenant is active again.
    static let suspended = Problem.Code.tenantSuspended.rawValue

    // MARK: - for the runner

    /// For each tenant and kind with a job that no lease holds: when the first of them is due. Goes from tenant to
    /// tenant through the index, so the cost depends on how many tenants wait, not on how much.
    static func waiting(_ kinds: [JobKind], at now: Timestamp, in tx: any Transaction) throws -> [JobSlots.DueJob] {
        try kinds.flatMap { kind in
            try tx.run(
                """
                WITH RECURSIVE waiting(tenant_id) AS (
                    SELECT MIN(tenant_id) FROM jobs WHERE kind = \(kind.name)
                    UNION ALL
                    SELECT (SELECT MIN(tenant_id) FROM jobs
                        WHERE kind = \(kind.name) AND jobs.tenant_id > waiting.tenant_id)
                    FROM waiting WHERE waiting.tenant_id IS NOT NULL)
                SELECT tenant_id, (SELECT MIN(due_at) FROM jobs WHERE kind = \(kind.name)
                    AND jobs.tenant_id = waiting.tenant_id AND leased_until <= \(now.milliseconds)) AS due
                FROM waiting WHERE tenant_id IS NOT NULL
                """
            ).compactMap { row in
                try row.optionalTime("due").map {
                    JobSlots.DueJob(tenant: try row.text("tenant_id"), kind: kind, due: $0)
                }
            }
        }
    }

    /// Leases the first job of each that is due and not leased.
    /// - Parameters:
    ///   - running: ids that run in this process, whatever became of their leases.
    ///   - owner: this replica; nil where there is one.
    static func claim(
        _ chosen: [JobSlots.DueJob], running: Set<String>, owner: String? = nil, at now: Timestamp,
        in tx: any Transaction
    ) throws -> [QueuedJob] {
        try chosen.compactMap { one in
            try tx.first(
                """
                UPDATE jobs SET leased_until = \(now.adding(seconds: leaseSeconds).milliseconds),
                    lease_number = lease_number + 1, owner = \(owner)
                WHERE id = (SELECT id FROM jobs WHERE kind = \(one.kind.name) AND tenant_id = \(one.tenant)
                    AND due_at <= \(now.milliseconds) AND leased_until <= \(now.milliseconds)
                    AND id NOT IN \(list: running.isEmpty ? [""] : Array(running)) ORDER BY due_at, id LIMIT 1)
                RETURNING id, tenant_id, subject_id, version, attempts, deadline_at, lease_number
                """
            ).map { row in
                QueuedJob(
                    id: try row.text("id"), tenant: try row.text("tenant_id"), kind: one.kind,
                    subject: try row.text("subject_id"), attempts: Int(try row.integer("attempts")),
                    deadline: try row.time("deadline_at"),
                    version: try row.integer("version"), lease: try row.integer("lease_number"))
            }
        }
    }

    /// Extends the leases of jobs that still run. A lease that was ended, and not taken since, holds again.
    /// - Returns: the ids of jobs that are others' by now.
    @discardableResult
    static func renew(
        _ jobs: [QueuedJob], owner: String? = nil, at now: Timestamp, in tx: any Transaction
    ) throws -> Set<String> {
        var lost: Set<String> = []
        for job in jobs {
            let renewed = try tx.run(
                """
                UPDATE jobs SET leased_until = \(now.adding(seconds: leaseSeconds).milliseconds), owner = \(owner)
                WHERE id = \(job.id) AND lease_number = \(job.lease) RETURNING id
                """)
            // A job without a row was removed: nobody else runs it.
            if try renewed.isEmpty && tx.first("SELECT id FROM jobs WHERE id = \(job.id)") != nil {
                lost.insert(job.id)
            }
        }
        return lost
    }

    /// Ends the leases of processes that do not live. Without replicas those are all that a start finds.
    static func endLeases(in tx: any Transaction) throws {
        let isGone = try ReplicaStore.isGone("owner", in: tx)
        let ended = try tx.run(
            "UPDATE jobs SET leased_until = 0, owner = NULL WHERE leased_until > 0 AND \(isGone) RETURNING id")
        if !ended.isEmpty { tx.notify(ChangeNotice(.jobs)) }
    }

    static let abandoned = AbandonedRows("jobs") { try endLeases(in: $0) }

    /// Ends the lease alone: the job stays due as it is.
    static func release(_ job: QueuedJob, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE jobs SET leased_until = 0, owner = NULL WHERE id = \(job.id) AND lease_number = \(job.lease)
            """)
    }

    /// The work is done, or given up. A job that was added again meanwhile stays, due as that said.
    /// - Returns: false when the row stays.
    @discardableResult
    static func remove(_ job: QueuedJob, in tx: any Transaction) throws -> Bool {
        let isGone = try !tx.run(
            """
            DELETE FROM jobs WHERE id = \(job.id) AND version = \(job.version) AND lease_number = \(job.lease)
            RETURNING id
            """
        ).isEmpty
        if !isGone { try release(job, in: tx) }
        return isGone
    }

    /// The try failed. A job that was added again meanwhile stays due as that said.
    static func postpone(
        _ job: QueuedJob, until due: Timestamp, deadline: Timestamp, reason: String, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            UPDATE jobs SET attempts = attempts + 1, due_at = \(due.milliseconds), last_error = \(reason),
                deadline_at = \(deadline.milliseconds)
            WHERE id = \(job.id) AND version = \(job.version) AND lease_number = \(job.lease)
            """)
        try release(job, in: tx)
    }
}
