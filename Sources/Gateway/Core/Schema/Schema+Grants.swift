extension Schema {
    /// `revocations`: the last one of each project and account at Google; `grant_digest` stands for both, so that no
    /// account's id outlives its connection here. `holder` is the attempt under way, `work` its connection or refused
    /// grant. `refuse_until`: a grant whose exchange began before it may have been revoked with the others.
    ///
    /// `grant_claims`: grants on their way whose account is known. `refused_grants`: what a provider gave and was not kept.
    ///
    /// `secret_version` counts an app's client secrets, and says which of them a calendar at Meeting BaaS has. Calendars
    /// that are older than their app's last change get -1: former builds did not renew them.
    static let grantsEnd = """
        CREATE TABLE revocations (
            grant_digest {bytes} PRIMARY KEY, holder TEXT, work TEXT NOT NULL, held_until {int} NOT NULL,
            refuse_until {int} NOT NULL) {strict};
        CREATE TABLE grant_claims (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            connection_id TEXT NOT NULL, grant_digest {bytes} NOT NULL, until {int} NOT NULL) {strict};
        CREATE INDEX grant_claims_by_grant ON grant_claims (grant_digest);
        CREATE TABLE refused_grants (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            client_id TEXT NOT NULL, subject TEXT NOT NULL, sealed_token {bytes} NOT NULL,
            created_at {int} NOT NULL) {strict};
        CREATE INDEX refused_grants_by_tenant ON refused_grants (tenant_id);
        CREATE INDEX connections_blocked ON connections (updated_at) WHERE status = 'blocked';
        DELETE FROM leases WHERE name LIKE 'revoke:%';
        ALTER TABLE provider_apps ADD COLUMN secret_version {int} NOT NULL DEFAULT 0;
        ALTER TABLE calendars ADD COLUMN secret_version {int} NOT NULL DEFAULT 0;
        UPDATE calendars SET secret_version = -1 WHERE deleted_at IS NULL AND EXISTS (
            SELECT 1 FROM provider_apps WHERE provider_apps.tenant_id = calendars.tenant_id
                AND provider_apps.provider = calendars.provider
                AND provider_apps.updated_at > provider_apps.created_at
                AND provider_apps.updated_at > calendars.created_at);
        INSERT INTO jobs (id, tenant_id, kind, subject_id, version, attempts, due_at, deadline_at, created_at)
            SELECT 'job_renew_' || connection_id, tenant_id, 'renewCalendars', connection_id, 0, 0, MAX(updated_at),
                MAX(updated_at) + 31536000000, MAX(updated_at)
            FROM calendars WHERE secret_version = -1 AND deleted_at IS NULL AND calendar_id IS NOT NULL
            GROUP BY tenant_id, connection_id
            ON CONFLICT (tenant_id, kind, subject_id) DO NOTHING;
        """
}
