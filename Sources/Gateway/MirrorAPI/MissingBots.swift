import HTTPTransport
import JSONValue
import MeetingBaaS
import SQL

/// Bots that Meeting BaaS says it does not have.
extension MirrorAPI {
    /// The bot that a refusal says is not there: v2's own code, on a call for nothing but the bot. A 404 of a proxy or of a wrong
    /// base URL has no such code; v1's errors are not documented and prove nothing.
    static func missingBot(_ operation: UpstreamOperation, ids: [String], _ reply: HTTPExchange.Reply) -> String? {
        guard reply.status == 404, operation == UpstreamOperation.V2.bot || operation == UpstreamOperation.V2.botStatus,
            let json = try? JSON.parse(reply.body, depth: 64, lenient: true),
            json["code"]?.stringValue == "FST_ERR_BOT_NOT_FOUND_BY_ID"
        else { return nil }
        return ids.first?.lowercased()
    }

    func noteMissingBot(_ reply: HTTPExchange.Reply, _ context: MirrorContext) async {
        guard let bot = Self.missingBot(context.operation, ids: context.call.ids, reply) else { return }
        let (tenant, account) = (context.tenant, context.account.id)
        // It is asked again the next time.
        _ = try? await database.write { try BotStore.deleteMissing(bot, of: tenant, account: account, in: $0) }
    }
}
