/// Sessions made until `sessions_before` end at `sessions_until` at the latest, whatever their own rows say: the secret
/// that made them was replaced.
extension Schema {
    static let keySessions = """
        ALTER TABLE api_keys ADD COLUMN sessions_before {int};
        ALTER TABLE api_keys ADD COLUMN sessions_until {int};
        CREATE INDEX sessions_by_key ON sessions (key_id, expires_at);
        CREATE INDEX deliveries_unsent_of_replay ON deliveries (replay_id)
            WHERE lane = 2 AND status IN ('pending', 'held');
        """
}
