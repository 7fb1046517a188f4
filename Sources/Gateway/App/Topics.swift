import SQL

/// What transactions tell when they are committed: who writes a row names its topic beside it, and no caller has to
/// remember whom to wake.
extension Topic {
    /// Work for the job queue.
    static let jobs = Topic("jobs")
    /// Messages that readers of the feed have not seen.
    static let messages = Topic("messages")
    /// A new delivery that is due: a `NewDelivery`.
    static let newDelivery = Topic("new_delivery")
    /// Deliveries or endpoints that were changed: released, sent again, given up, allowed more or less.
    static let deliveries = Topic("deliveries")
}

/// Hands what was committed to those who wait for it.
struct Listeners: Sendable {
    let jobs: JobQueue
    let feed: MessageFeed
    let worker: DeliveryWorker

    /// On the database's own thread: nothing here waits.
    func hear(_ notices: [Notice]) {
        let topics = Set(notices.map(\.topic))
        if topics.contains(.jobs) { jobs.wake() }
        if topics.contains(.messages) { feed.wake() }
        if topics.contains(.deliveries) { worker.wake() }
        if topics.contains(.newDelivery) {
            worker.take(notices.filter { $0.topic == .newDelivery }.compactMap { NewDelivery($0.payload) })
        }
    }
}
