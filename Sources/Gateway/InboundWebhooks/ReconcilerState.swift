import JSONValue
import MeetingBaaS

extension Reconciler {
    struct State {
        var refused: [String: Int] = [:]
        /// Accounts whose webhooks may have been lost: everything is asked, with no grace.
        var suspects: Set<String> = []
        /// When an account was suspected last.
        var suspectedAt: [String: Timestamp] = [:]
        /// Steps of a round that have succeeded since the start, and since the account was suspected last.
        var done: Set<Step> = []
    }

    /// One list that is read. An error of one does not affect the others.
    struct Step: Hashable {
        enum Kind { case bots, calendars, changes }
        let account: String
        let version: APIVersion
        let kind: Kind
    }
}

extension Reconciler.State {
    /// True when a step asks for everything: the first time in this process, unless nothing can have been missed before,
    /// and after the account was suspected.
    func isThorough(_ step: Reconciler.Step, mayHaveMissed: Bool) -> Bool {
        !done.contains(step) && (mayHaveMissed || suspectedAt[step.account] != nil)
    }

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
