import SQL

extension ErasureStep {
    static let accounts = ErasureStep("accounts") { tenant in
        [
            .all(of: tenant, in: "daily_uses", key: "tenant_id, day"),
            .all(of: tenant, in: "accounts", key: "tenant_id"),
            ExpiredRows("account_states", key: "account_id", where: "account_id = \(tenant)"),
            ExpiredRows("account_budgets", key: "account_id", where: "account_id = \(tenant)"),
        ]
    }
}

extension RetentionRule {
    static let accounts = RetentionRule("accounts") {
        [DailyQuota.expired(at: $0), AccountBudgetStore.expired(at: $0)]
    }
}
