import SQL

extension ErasureStep {
    /// Connections go by jobs of their own, which tell what remained.
    static func connections(
        _ database: any Database, _ clock: GatewayClock, _ deletion: ConnectionDeletion
    ) -> ErasureStep {
        var step = ErasureStep("connections") {
            [
                .all(of: $0, in: "consents", key: "state_digest"), .all(of: $0, in: "grant_claims", key: "id"),
                .all(of: $0, in: "refused_grants", key: "id"), .all(of: $0, in: "connections", key: "id"),
                .all(of: $0, in: "provider_apps", key: "tenant_id, provider"),
            ]
        }
        step.begin = { tenant, user in
            let writes = BackgroundWrites(database: database)
            try await writes.repeating { tx in
                guard let settings = try TenantStore.find(id: tenant, in: tx)?.settings else { return false }
                guard let user else {
                    return try deletion.beginSome(tenant, settings: settings, at: clock.now, in: tx)
                }
                guard let since = try GenerationStore.current(tenant, .user, user, in: tx).since else { return false }
                return try deletion.beginSome(
                    tenant, user: user, before: since, settings: settings, at: clock.now, in: tx)
            }
            guard user == nil else { return }
            try await writes.repeatingByRows {
                try ConsentStore.deleteSome(tenant, user: nil, limit: BackgroundWrites.rows, in: $0)
            }
        }
        step.isPending = { tenant, user, isLastTry, tx in
            if let user {
                guard !isLastTry, let since = try GenerationStore.current(tenant, .user, user, in: tx).since else {
                    return false
                }
                return try ConnectionStore.hasUnfinished(tenant, user: user, before: since, in: tx)
            }
            if try JobStore.waits(tenant, [DeleteConnectionJob.kind, RevokeGrantJob.kind], in: tx) { return true }
            if try !ConnectionStore.list(tenant, limit: 1, in: tx).isEmpty { return true }
            return try !isLastTry && RefusedGrants.hasAny(tenant, in: tx)
        }
        return step
    }
}

extension RetentionRule {
    static let connections = RetentionRule("connections") { now in
        [RevocationStore.expired(at: now), GrantClaimStore.expired(at: now)] + ConsentStore.expired(at: now)
            + ConnectionStore.expired(at: now, tombstonesAfter: tombstoneLife)
    }
}
