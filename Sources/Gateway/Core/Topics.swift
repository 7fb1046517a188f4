import SQL

/// What transactions tell when they are committed: who writes a row names its topic beside it, and no caller has to
/// remember whom to wake.
extension ChangeTopic {
    /// Something that may end a credential: a key was deleted or rotated, a tenant's status changed.
    static let access = ChangeTopic("access")
    /// A tenant's key was destroyed: the tenant's id.
    static let tenantKey = ChangeTopic("tenant_key")
    /// Work for the job queue.
    static let jobs = ChangeTopic("jobs")
    /// Messages that readers of the feed have not seen.
    static let messages = ChangeTopic("messages")
    /// A new delivery that is due: a `NewDelivery`.
    static let newDelivery = ChangeTopic("new_delivery")
    /// Deliveries or endpoints that were changed: released, sent again, given up, allowed more or less.
    static let deliveries = ChangeTopic("deliveries")
    /// Deliveries were held; some of them may be new.
    static let held = ChangeTopic("held")
    /// A row of an endpoint was changed or deleted: its id.
    static let endpoint = ChangeTopic("endpoint")
}
