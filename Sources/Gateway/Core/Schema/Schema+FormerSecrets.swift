extension Schema {
    /// Former secrets of keys and endpoints, each until its own end. Secrets from before this step keep their digest, or
    /// their sealed value with its former associated data; such a row bears the endpoint's id.
    /// `webhook_endpoints.previous_until` says until when an endpoint has former secrets.
    static let formerSecrets = """
        CREATE TABLE former_api_keys (
            digest {bytes} PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            key_id TEXT NOT NULL REFERENCES api_keys(id) ON DELETE CASCADE, until {int} NOT NULL) {strict};
        CREATE INDEX former_api_keys_by_key ON former_api_keys (key_id, until);
        CREATE INDEX former_api_keys_by_end ON former_api_keys (until);
        INSERT INTO former_api_keys (digest, tenant_id, key_id, until)
            SELECT previous_digest, tenant_id, id, previous_until FROM api_keys
            WHERE previous_digest IS NOT NULL AND previous_until IS NOT NULL;
        UPDATE api_keys SET previous_digest = NULL, previous_until = NULL WHERE previous_digest IS NOT NULL;
        CREATE TABLE former_endpoint_secrets (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints(id) ON DELETE CASCADE,
            sealed_secret {bytes} NOT NULL, until {int} NOT NULL) {strict};
        CREATE INDEX former_endpoint_secrets_by_endpoint ON former_endpoint_secrets (endpoint_id, until);
        CREATE INDEX former_endpoint_secrets_by_end ON former_endpoint_secrets (until);
        INSERT INTO former_endpoint_secrets (id, tenant_id, endpoint_id, sealed_secret, until)
            SELECT id, tenant_id, id, sealed_previous_secret, previous_until FROM webhook_endpoints
            WHERE sealed_previous_secret IS NOT NULL AND previous_until IS NOT NULL;
        UPDATE webhook_endpoints SET sealed_previous_secret = NULL WHERE sealed_previous_secret IS NOT NULL;
        """
}
