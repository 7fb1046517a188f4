import SQL

extension ErasureStep {
    /// Bots and Zoom credentials at Meeting BaaS, and the record of who owns them.
    static func bots(
        _ database: any Database, _ clock: GatewayClock, takeDown: @escaping TakeDown
    ) -> ErasureStep {
        var step = ErasureStep("bots") {
            [
                .all(of: $0, in: "bots", key: "account_id, bot_id"), .all(of: $0, in: "bot_orders", key: "marker"),
                .all(of: $0, in: "owned_objects", key: "account_id, api_version, kind, id"),
            ]
        }
        step.isPending = { tenant, user, _, tx in
            try user == nil && JobStore.waits(tenant, [EndBotJob.kind, EndCredentialJob.kind], in: tx)
        }
        step.takeDown = takeDown
        step.anonymise = { tenant, users in
            for (user, before) in users.deletedAt {
                let now = clock.now
                while try await database.write({
                    try BotStore.forgetUser(tenant, user: user, before: before, limit: anonymisedAtOnce, in: $0)
                }) == anonymisedAtOnce {}
                while try await database.write({
                    try BotCreationStore.endOfCalendars(
                        tenant, user: user, before: before, at: now, limit: anonymisedAtOnce, in: $0)
                }) == anonymisedAtOnce {}
            }
            return 0
        }
        return step
    }

    /// Rows changed in one transaction.
    private static let anonymisedAtOnce = 200
}

extension RetentionRule {
    static func bots(_ tombstones: CalendarTombstones) -> [RetentionRule] {
        // Bot orders and messages hold callbacks' endpoints: those rules come before.
        var callbacks = RetentionRule("callbacks") { _ in [BotCreationStore.unusedCallbacks] }
        callbacks.mayTakeLong = true
        return [
            RetentionRule("bot orders") { [BotCreationStore.expired(at: $0)] },
            orphans(
                [
                    BotStore.orphaned,
                    BotCreationStore.orphaned,
                    OwnershipStore.orphaned,
                ], after: tombstones),
            RetentionRule("ended bots", tables: ["bots"]) { now, writes in
                try await writes.repeating { try BotStore.pruneEnded(at: now, in: $0) }
            },
            callbacks,
        ]
    }
}
