import SQL

/// A delivery that is due at its commit. The commit's notice names it, so the worker need not look it up.
struct NewDelivery: Sendable {
    let id: String
    let endpoint: String
    let tenant: String
    /// The message, if this process made it and it may be sent as it is.
    let message: Message?

    init(id: String, endpoint: String, tenant: String, message: Message?) {
        (self.id, self.endpoint, self.tenant, self.message) = (id, endpoint, tenant, message)
    }

    init?(_ notice: ChangeNotice) {
        let parts = notice.payload.split(separator: " ").map(String.init)
        guard parts.count == 3 else { return nil }
        self.init(id: parts[0], endpoint: parts[1], tenant: parts[2], message: notice.localPayload as? Message)
    }

    /// The deliveries that one commit announced. If the commit held any delivery, none carries its message: it may be
    /// held itself and is looked up.
    static func announced(in changes: CommittedChanges) -> [NewDelivery] {
        let new = changes[.newDelivery].compactMap { NewDelivery($0) }
        return changes[.held].isEmpty ? new : new.map(\.withoutMessage)
    }

    var withoutMessage: NewDelivery { NewDelivery(id: id, endpoint: endpoint, tenant: tenant, message: nil) }

    var notice: ChangeNotice { ChangeNotice(.newDelivery, "\(id) \(endpoint) \(tenant)", localPayload: message) }
}
