import SQL

/// A delivery that is due as it is committed: the worker is told of it, and need not look for it.
struct NewDelivery: Sendable {
    let id: String
    let endpoint: String
    let tenant: String

    init(id: String, endpoint: String, tenant: String) {
        (self.id, self.endpoint, self.tenant) = (id, endpoint, tenant)
    }

    /// From a notice's payload.
    init?(_ payload: String) {
        let parts = payload.split(separator: " ").map(String.init)
        guard parts.count == 3 else { return nil }
        self.init(id: parts[0], endpoint: parts[1], tenant: parts[2])
    }

    var notice: Notice { Notice(.newDelivery, "\(id) \(endpoint) \(tenant)") }
}
