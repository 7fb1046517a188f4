import JSONValue
import MeetingBaaS

extension Reconciler.State {
    /// Drops the state of accounts that no longer exist.
    mutating func forgetAccounts(except ids: Set<String>) {
        refused = refused.filter { ids.contains($0.key) }
        suspects.formIntersection(ids)
        suspectedAt = suspectedAt.filter { ids.contains($0.key) }
        done = done.filter { ids.contains($0.account) }
    }
}

extension Reconciler {
    /// For finding the owner before more is asked.
    static func probe(_ bot: EndedBot) -> MeetingBaaS.WebhookPayload? {
        let body: JSON = ["event": "bot", "data": ["bot_id": .string(bot.id)], "extra": bot.extra ?? .null]
        return MeetingBaaS.WebhookPayload(body.bytes)
    }
}
