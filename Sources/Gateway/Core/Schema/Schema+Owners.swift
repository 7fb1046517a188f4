extension Schema {
    /// Finds what replicas work on; and the shared account's key before the present one.
    static let owners = """
        CREATE INDEX jobs_by_owner ON jobs (owner) WHERE owner IS NOT NULL;
        CREATE INDEX idempotency_keys_by_owner ON idempotency_keys (owner) WHERE owner IS NOT NULL;
        CREATE INDEX consents_by_owner ON consents (owner) WHERE owner IS NOT NULL;
        ALTER TABLE account_states ADD COLUMN previous_key_digest {bytes};
        """
}
