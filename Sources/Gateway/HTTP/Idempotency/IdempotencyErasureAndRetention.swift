import SQL

extension ErasureStep {
    /// Stored replies of deleted users, and the Idempotency-Keys of a tenant.
    static func idempotency(_ database: any Database) -> ErasureStep {
        var step = ErasureStep("idempotency") {
            [
                .all(of: $0, in: "idempotency_keys", key: "tenant_id, id"),
                .all(of: $0, in: "idempotency_use", key: "tenant_id, hour"),
            ]
        }
        step.begin = { tenant, user in
            guard let user else { return }
            // The deletion of the user left the rest for later.
            try await BackgroundWrites(database: database).repeatingByRows { tx in
                guard let since = try GenerationStore.current(tenant, .user, user, in: tx).since else { return 0 }
                return try IdempotencyStore.eraseSome(
                    tenant, user: user, before: since, limit: BackgroundWrites.rows, in: tx)
            }
        }
        return step
    }
}

extension RetentionRule {
    static let idempotency = RetentionRule("idempotency") {
        [IdempotencyStore.expired(at: $0), IdempotencyQuota.expired(at: $0)]
    }
}
