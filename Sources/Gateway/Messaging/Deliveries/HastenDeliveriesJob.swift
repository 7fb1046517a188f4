import SQL

/// Makes the deliveries due that wait for a retry at an endpoint which works again. Ends when the endpoint fails again.
/// Its subject is the endpoint.
struct HastenDeliveriesJob: Job {
    static let kind = JobKind("hastenDeliveries", priority: .normal, mayBeGivenUp: true)

    let database: any Database
    let clock: GatewayClock

    func run(_ job: QueuedJob, isLastTry: Bool) async throws {
        let now = clock.now
        try await BackgroundWrites(database: database).repeatingByRows { tx in
            guard let endpoint = try EndpointStore.target(job.tenant, job.subject, in: tx),
                endpoint.health.failures == 0
            else { return 0 }
            return try PendingDeliveries.hasten(
                job.tenant, endpoint: job.subject, limit: BackgroundWrites.rows, at: now, in: tx)
        }
    }
}
