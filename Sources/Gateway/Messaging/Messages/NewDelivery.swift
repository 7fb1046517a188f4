import SQL

/// A delivery that is due as it is committed: the worker is told of it, and need not look for it.
struct NewDelivery: Sendable {
    let id: String
    let endpoint: String
    let tenant: String
    /// What it delivers, where this process made it and nothing speaks against sending it as it is.
    let message: Message?

    init(id: String, endpoint: String, tenant: String, message: Message?) {
        (self.id, self.endpoint, self.tenant, self.message) = (id, endpoint, tenant, message)
    }

    init?(_ notice: ChangeNotice) {
        let parts = notice.payload.split(separator: " ").map(String.init)
        guard parts.count == 3 else { return nil }
        self.init(id: parts[0], endpoint: parts[1], tenant: parts[2], message: notice.localPayload as? Message)
    }

    /// What one commit told. Where something was held in it, none has its message: it may be held itself, and is looked up.
    static func announced(in changes: CommittedChanges) -> [NewDelivery] {
        let new = changes[.newDelivery].compactMap { NewDelivery($0) }
        return changes[.held].isEmpty ? new : new.map(\.withoutMessage)
    }

    var withoutMessage: NewDelivery { NewDelivery(id: id, endpoint: endpoint, tenant: tenant, message: nil) }

    var notice: ChangeNotice { ChangeNotice(.newDelivery, "\(id) \(endpoint) \(tenant)", localPayload: message) }
}
