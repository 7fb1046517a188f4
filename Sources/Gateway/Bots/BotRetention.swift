import JSONValue
import MeetingBaaS
import SQL

/// Bots without a calendar are the record of who owns them, so they stay long: until 400 days after their end, or until Meeting
/// BaaS says that there is no such bot. Bots of a calendar go with it, and all go with their tenant.
extension BotStore {
    /// Seconds after a bot's end.
    static let keptAfterEnd = 400 * 86_400.0
    /// A bot without a final webhook counts as ended this long after its last webhook: it may have been scheduled for
    /// 90 days ahead (facts/meeting-baas.md), and a call lasts less than a day.
    static let endsWithin = 91 * 86_400.0

    /// Deletes bots without a calendar that ended long ago.
    /// - Returns: whether more may remain.
    static func pruneEnded(at now: Timestamp, limit: Int = 1000, in tx: any Transaction) throws -> Bool {
        let ended = now.adding(seconds: -keptAfterEnd)
        return try tx.run(
            """
            DELETE FROM bots WHERE (account_id, bot_id) IN (SELECT account_id, bot_id FROM bots
                WHERE calendar_id IS NULL AND state_at <= \(ended.milliseconds)
                    AND (state IN ('completed', 'failed')
                        OR state_at <= \(ended.adding(seconds: -endsWithin).milliseconds)) LIMIT \(limit))
            RETURNING bot_id
            """
        ).count == limit
    }

    /// Deletes a bot that Meeting BaaS does not know any more. A bot that has not ended stays, since the call for the details of
    /// a scheduled one answers the same; and so does one of a former key, of which the answer says nothing.
    static func deleteMissing(_ bot: String, of tenant: String, account: String, in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM bots WHERE tenant_id = \(tenant) AND account_id = \(account) AND bot_id = \(bot)
                AND calendar_id IS NULL AND state IN ('completed', 'failed')
                AND account_generation = \(GenerationStore.present(ofAccount: account))
            """)
        tx.notify(.owner(account: account, .bot, bot))
    }
}
