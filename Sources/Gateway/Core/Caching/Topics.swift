import MeetingBaaS
import Sealing
import SQL

/// The topics of notices. The store function that writes a row names its topic in the same transaction, so no caller has to
/// remember whom to tell. A payload has at most 8 000 bytes: PostgreSQL's `NOTIFY` is to carry it.
extension ChangeTopic {
    /// Credentials that ended or change their end: their digests in hexadecimal, separated by blanks.
    static let credential = ChangeTopic("credential")
    /// A key was deleted or rotated, which ends sessions that it minted: the tenant's id and the key's, separated by a blank.
    static let apiKey = ChangeTopic("api_key")
    /// A tenant's status or settings were changed, or it was deleted: its id.
    static let tenant = ChangeTopic("tenant")
    /// A slug names no tenant any more: the slug.
    static let tenantSlug = ChangeTopic("tenant_slug")
    /// The browser origins that active tenants list may be others than before.
    static let origins = ChangeTopic("origins")
    /// A tenant's own Meeting BaaS account was put or deleted: the tenant's id.
    static let account = ChangeTopic("account")
    /// A user was deleted: the tenant's id and the user's, separated by a blank.
    static let user = ChangeTopic("user")
    /// An object at Meeting BaaS has another owner than before, or none: the account's id, the kind and the object's id,
    /// separated by blanks.
    static let owner = ChangeTopic("owner")
    /// A tenant's key was destroyed: the tenant's id.
    static let tenantKey = ChangeTopic("tenant_key")
    /// A replica has joined or left, or has given something up: the others look for their share.
    static let replicas = ChangeTopic("replicas", delivery: .afterCommit)
    /// An object's lease was given back: its kind and the object's id, separated by a blank.
    static let leases = ChangeTopic("leases", delivery: .afterCommit)
    /// Work for the job queue.
    static let jobs = ChangeTopic("jobs", delivery: .afterCommit)
    /// Messages of a tenant that readers of its feed have not seen: the tenant's id.
    static let messages = ChangeTopic("messages", delivery: .afterCommit)
    /// A new delivery that is due: a `NewDelivery`.
    static let newDelivery = ChangeTopic("new_delivery", delivery: .afterCommit)
    /// Deliveries or endpoints that were changed: released, sent again, given up, allowed more or less.
    static let deliveries = ChangeTopic("deliveries", delivery: .afterCommit)
    /// Deliveries were held; some of them may be new.
    static let held = ChangeTopic("held", delivery: .afterCommit)
    /// A row of an endpoint was changed or deleted: its id.
    static let endpoint = ChangeTopic("endpoint")
    /// An attempt changed the health of an endpoint: its id. Only the process that delivers to it uses the health.
    static let endpointHealth = ChangeTopic("endpoint_health", delivery: .local)
}

extension ChangeNotice {
    static func owner(account: String, _ kind: ObjectKind, _ id: String) -> ChangeNotice {
        ChangeNotice(.owner, "\(account) \(kind.rawValue) \(id)")
    }
}

extension Transaction {
    /// Names credentials that ended or change their end.
    func notify(credentials digests: [[UInt8]]) {
        // A digest has 64 characters, and a payload 8 000 bytes.
        for start in stride(from: 0, to: digests.count, by: 100) {
            let some = digests[start..<min(start + 100, digests.count)]
            notify(ChangeNotice(.credential, some.map { Hex.encode($0) }.joined(separator: " ")))
        }
    }
}
