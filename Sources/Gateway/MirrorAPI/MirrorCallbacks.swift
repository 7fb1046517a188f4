import JSONValue
import MeetingBaaS
import SQL

/// Callbacks that are taken back or switched off or on: the newest fact decides, so each is written down.
extension MirrorAPI {
    /// Runs `body`, which asks Meeting BaaS for the change, and writes the change down before. If Meeting BaaS refuses, all
    /// is as before.
    /// - Parameter change: nil: nothing changes about the callback.
    func withCallbackChange<T: Sendable>(
        _ change: BotCallback.Change?, of base: BotCreation, _ context: MirrorContext, _ body: () async throws -> T
    ) async throws -> T {
        guard let change, let written = try await prepare(change, of: base, context, at: clock.now) else {
            return try await body()
        }
        do {
            return try await body()
        } catch let error as MirrorError where !error.mayHaveHappened {
            try await database.write { try BotCreationStore.delete(written, in: $0) }
            throw error
        }
    }

    /// - Returns: the order that was written; nil when the change says nothing new.
    private func prepare(
        _ change: BotCallback.Change, of base: BotCreation, _ context: MirrorContext, at now: Timestamp
    ) async throws -> BotCreation? {
        var order = base
        order.correlationID = AttributionTags.newCorrelationID()
        order.callbackOf = base.root
        order.meetingDigest = nil
        order.createdAt = now
        let draft = order
        return try await database.write(as: context.caller, at: now) { tx, admitted in
            guard try BotCreationStore.owner(of: base, in: tx) != .ended else { throw MirrorError.unknown(.bot) }
            let last = try BotCreationStore.callback(
                draft.tenant, account: draft.accountID, bot: draft.botID, root: draft.root, in: tx)
            guard let new = last?.changed(by: change) else { return nil }
            var order = draft
            switch new {
            case .removed: (order.reference, order.endpointID) = (BotCallbacks.newReference(), nil)
            case .off(let endpoint): (order.reference, order.endpointID) = (nil, endpoint)
            case .set(let endpoint): (order.reference, order.endpointID) = (BotCallbacks.newReference(), endpoint)
            }
            try BotCreationStore.insert(order, as: admitted, in: tx)
            return order
        }
    }
}
