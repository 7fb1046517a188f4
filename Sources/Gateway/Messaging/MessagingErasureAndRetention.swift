import JSONValue
import SQL

extension ErasureStep {
    /// A message may have megabytes, and each freed page is overwritten.
    private static let messagesAtOnce = 50

    static func messaging(_ database: any Database, _ clock: GatewayClock) -> ErasureStep {
        var step = ErasureStep("messaging") { tenant in
            [
                .all(of: tenant, in: "attempts", key: "delivery_id, number"),
                .all(of: tenant, in: "deliveries", key: "id"), .all(of: tenant, in: "replays", key: "id"),
                .all(of: tenant, in: "messages", key: "id", atOnce: messagesAtOnce),
                // Webhooks of its own account that were attributed to nobody.
                ExpiredRows(
                    "messages", key: "id", where: "account_id = \(tenant) AND tenant_id IS NULL",
                    atOnce: messagesAtOnce),
                ExpiredRows("quarantine_counts", key: "account_id", where: "account_id = \(tenant)"),
                .all(of: tenant, in: "former_endpoint_secrets", key: "id"),
                .all(of: tenant, in: "delivery_counts", key: "endpoint_id"),
                .all(of: tenant, in: "webhook_endpoints", key: "id"),
            ]
        }
        step.goesFirst = true
        step.anonymise = { tenant, users in
            try await MessageAnonymiser(database: database, clock: clock).run(tenant, users)
        }
        return step
    }
}

extension RetentionRule {
    /// - Parameter days: the retention of messages.
    static func messaging(days: Int) -> [RetentionRule] {
        let retention = Double(days) * 86_400
        var messages = RetentionRule("messages", tables: ["messages", "deliveries", "attempts"]) { now, writes in
            try await MessageRetention(database: writes.database).run(at: now, retention: retention)
        }
        messages.mayTakeLong = true
        return [
            RetentionRule("replays and former secrets") { now in
                [ReplayStore.expired(before: now.adding(seconds: -retention))]
                    + FormerEndpointSecretStore.expired(at: now)
            },
            messages,
        ]
    }
}
