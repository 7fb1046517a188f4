import SQL

/// Hands what was committed to those who wait for it.
struct Listeners: Sendable {
    let jobs: JobRunner
    let feed: MessageBroadcaster
    let worker: DeliveryWorker
    let vault: TenantKeys

    /// On the database's own thread: nothing here waits.
    func hear(_ notices: [ChangeNotice]) {
        let topics = Set(notices.map(\.topic))
        if topics.contains(.jobs) { jobs.wake() }
        // A stream of messages asks whether its reader may still read, before each batch.
        if topics.contains(.messages) || topics.contains(.access) { feed.wake() }
        for notice in notices where notice.topic == .tenantKey { vault.forgetKey(of: notice.payload) }
        // Before any is taken: what must not be remembered is forgotten then.
        if topics.contains(.endpoint) {
            for notice in notices where notice.topic == .endpoint { worker.forget(endpoint: notice.payload) }
        }
        if topics.contains(.deliveries) { worker.wake() }
        if topics.contains(.newDelivery) { worker.take(NewDelivery.told(in: notices)) }
    }
}
