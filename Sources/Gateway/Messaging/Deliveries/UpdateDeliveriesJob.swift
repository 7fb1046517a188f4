import SQL

/// Brings deliveries in line with their endpoint and tenant. Its subject is an endpoint, or the tenant for all of them.
struct UpdateDeliveriesJob: Job {
    static let kind = JobKind("updateDeliveries", priority: .normal, mayBeGivenUp: false)

    let database: any Database
    let clock: GatewayClock

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        try await BackgroundWrites(database: database).repeatingByRows { tx in
            let (limit, now) = (BackgroundWrites.rows, clock.now)
            return try job.subject == job.tenant
                ? DeliveryUpdates.step(job.tenant, limit: limit, at: now, in: tx)
                : DeliveryUpdates.step(job.tenant, endpoint: job.subject, limit: limit, at: now, in: tx)
        }
    }
}
