import MeetingBaaS
import SQL

extension MirrorAPI {
    /// Returns the first order of a bot. Writes one for a bot that was created without this gateway.
    func findOrCreate(_ bot: String, _ context: MirrorContext) async throws -> BotCreation {
        let owner = try await ownership.owner(of: context.reference(.bot, bot))
        let now = clock.now
        return try await database.write(as: context.caller, at: now) { tx, admitted in
            if let known = try BotCreationStore.find(context.tenant, account: context.account.id, bot: bot, in: tx) {
                return known
            }
            let order = BotCreation(
                correlationID: AttributionTags.newCorrelationID(), tenant: context.tenant,
                user: owner?.user ?? context.user,
                accountID: context.account.id, version: context.version, calendarID: owner?.calendar,
                connection: owner?.connection, botID: bot, createdAt: now)
            try BotCreationStore.insert(order, as: admitted, in: tx)
            return order
        }
    }

    /// Returns the newest order for an event. Writes one for a bot that was created without this gateway.
    func findOrCreate(_ target: Target, _ context: MirrorContext) async throws -> BotCreation {
        let now = clock.now
        return try await database.write(as: context.caller, at: now) { tx, admitted in
            if let event = target.event, let known = try BotCreationStore.find(context.tenant, event: event, in: tx) {
                return known
            }
            let order = BotCreation(
                correlationID: AttributionTags.newCorrelationID(), tenant: context.tenant, user: target.owner.user,
                accountID: context.account.id,
                version: context.version, calendarID: target.owner.calendar, eventID: target.event,
                connection: target.owner.connection, createdAt: now)
            try BotCreationStore.insert(order, as: admitted, in: tx)
            return order
        }
    }
}
