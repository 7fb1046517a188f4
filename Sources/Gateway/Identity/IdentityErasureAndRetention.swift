import SQL

extension ErasureStep {
    static let identity = ErasureStep("identity") {
        [
            .all(of: $0, in: "former_api_keys", key: "digest"), .all(of: $0, in: "sessions", key: "id"),
            .all(of: $0, in: "api_keys", key: "id"),
        ]
    }
}

extension RetentionRule {
    static let identity = RetentionRule("identity") {
        [SessionStore.expired(at: $0), FormerKeyStore.expired(at: $0)]
    }
}
