import JSONValue
import MeetingBaaS
import SQL

/// Attributes quarantined webhooks of a bot or a calendar whose owner has become known: the first in the caller's
/// transaction, the rest by a job.
extension WebhookAttribution {
    /// Webhooks that one transaction attributes: each may have a delivery for each of its tenant's endpoints.
    private static let quarantinedAtOnce = 15
    /// Events that they may hold together, and bytes, before the transaction ends.
    private static let (instancesAtOnce, bytesAtOnce) = (500, 1 << 20)

    struct Page {
        /// The owner of the last webhook that has one.
        var tenant: String?
        /// nil when no more follow.
        var last: MessageStore.QuarantinedWebhook?
    }

    func attributeQuarantined(account: String, calendar: String, at now: Timestamp, in tx: any Transaction) throws {
        _ = try begin(.calendar(calendar), account, at: now, in: tx)
    }

    /// - Returns: true when a job attributes the rest.
    @discardableResult
    func attributeQuarantined(account: String, bot: String, at now: Timestamp, in tx: any Transaction) throws -> Bool {
        try begin(.bot(bot), account, at: now, in: tx)
    }

    private func begin(
        _ subject: MessageStore.QuarantineSubject, _ account: String, at now: Timestamp, in tx: any Transaction
    ) throws -> Bool {
        let page = try bindPage(subject, account, after: nil, at: now, in: tx)
        guard page.last != nil, let tenant = page.tenant else { return false }
        try tx.acrossTenants {
            try JobStore.add(AttributeQuarantinedJob.kind, tenant, Self.text(subject, account), at: now, in: tx)
        }
        return true
    }

    /// Attributes some of the quarantined webhooks, the oldest first. They have no tenant before.
    func bindPage(
        _ subject: MessageStore.QuarantineSubject, _ account: String, after: MessageStore.QuarantinedWebhook?,
        at now: Timestamp,
        in tx: any Transaction
    ) throws -> Page {
        try tx.acrossTenants { try nextPage(subject, account, after: after, at: now, in: tx) }
    }

    private func nextPage(
        _ subject: MessageStore.QuarantineSubject, _ account: String, after: MessageStore.QuarantinedWebhook?,
        at now: Timestamp,
        in tx: any Transaction
    ) throws -> Page {
        let some = try MessageStore.quarantined(
            account: account, subject, after: after, limit: Self.quarantinedAtOnce, in: tx)
        var previous: MessageStore.QuarantinedWebhook?
        var page = Page(last: some.count == Self.quarantinedAtOnce ? some.last : nil)
        var (instances, bytes) = (0, 0)
        for quarantined in some {
            // The first has its turn, whatever its size.
            guard bytes == 0 || instances < Self.instancesAtOnce && bytes < Self.bytesAtOnce else {
                page.last = previous
                break
            }
            bytes += max(quarantined.body.count, 1)
            previous = quarantined
            guard let given = WebhookPayload(quarantined.body), let owner = try owner(given, account: account, in: tx)
            else {
                continue
            }
            let content = Content(given, id: quarantined.id, at: quarantined.receivedAt)
            try MessageStore.attribute(content.message(of: owner, account: account), at: now, in: tx)
            try apply(given, owner, account: account, at: now, in: tx)
            page.tenant = owner.tenant
            instances += given.instances.count
        }
        return page
    }

    /// The subject of the job: `bot:<account>:<id>`. Ids of accounts hold no colon.
    private static func text(_ subject: MessageStore.QuarantineSubject, _ account: String) -> String {
        switch subject {
        case .calendar(let id): "calendar:\(account):\(id)"
        case .bot(let id): "bot:\(account):\(id)"
        }
    }

    static func subject(_ text: String) -> (MessageStore.QuarantineSubject, account: String)? {
        let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
        guard parts.count == 3 else { return nil }
        return (parts[0] == "bot" ? .bot(parts[2]) : .calendar(parts[2]), parts[1])
    }
}
