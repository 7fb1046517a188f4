import SQL

/// The tables, step by step. A step that has been released is never edited; the next one is added below it.
/// Times are milliseconds since 1970; names of ids are as in the contract. `sealed` columns hold `Sealer`'s envelope.
enum Schema {
    static let migrator = Migrator([
        .init("tenants", tenants),
        .init("grants", grants),
        .init("calendars", calendars),
        .init("messages", messages),
        .init("limits", limits),
        .init("mirror", mirror),
        .init("fanout", fanout),
        .init("generations", generations),
        .init("idempotency", idempotency),
        .init("series-exceptions", seriesExceptions),
        .init("grants_end", grantsEnd),
        .init("calendar creations", calendarCreations),
        .init("former_secrets", formerSecrets),
        .init("storage_limits", storageLimits),
        .init("callbacks", callbacks),
        .init("readiness", readiness),
        .init("job_leases", jobLeases),
        .init("key_sessions", keySessions),
        .init("retention", retention),
        .init("row_counts", rowCounts, sqlite: rowCountsOfSQLite, postgres: rowCountsOfPostgres),
        .init("event_ends", eventEnds),
        .init("large_tables", largeTables),
        .init("replicas", replicas),
        .init("owners", owners),
        .init("database_moves", databaseMoves),
        .init("replica_programs", replicaPrograms),
        .init("account_budgets", accountBudgets),
        .init("delivering_replicas", deliveringReplicas),
        .init("hot_tables", "", postgres: hotTables),
        .init("row_security", "", postgres: rowSecurity),
    ])

    private static let tenants = """
        CREATE TABLE vault_keys (name TEXT PRIMARY KEY, sealed {bytes} NOT NULL) {strict};
        CREATE TABLE tenants (
            id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, status TEXT NOT NULL,
            settings TEXT NOT NULL, message_position {int} NOT NULL DEFAULT 0, created_at {int} NOT NULL) {strict};
        CREATE TABLE provider_apps (
            tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, provider TEXT NOT NULL,
            client_id TEXT NOT NULL, sealed_client_secret {bytes} NOT NULL, directory TEXT NOT NULL,
            created_at {int} NOT NULL, updated_at {int} NOT NULL, PRIMARY KEY (tenant_id, provider)) {strict};
        CREATE TABLE accounts (
            tenant_id TEXT PRIMARY KEY REFERENCES tenants(id) ON DELETE CASCADE, api_version TEXT NOT NULL,
            sealed_api_key {bytes} NOT NULL, sealed_webhook_secrets {bytes} NOT NULL,
            created_at {int} NOT NULL, updated_at {int} NOT NULL) {strict};
        CREATE TABLE account_states (
            account_id TEXT PRIMARY KEY, last_webhook_at {int}, last_sync_at {int}) {strict};
        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, name TEXT NOT NULL,
            digest {bytes} NOT NULL UNIQUE, previous_digest {bytes} UNIQUE, previous_until {int},
            scopes TEXT NOT NULL, created_at {int} NOT NULL, expires_at {int}, last_used_at {int}) {strict};
        CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id, id);
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            user_id TEXT NOT NULL, key_id TEXT NOT NULL, digest {bytes} NOT NULL UNIQUE, scopes TEXT NOT NULL,
            created_at {int} NOT NULL, expires_at {int} NOT NULL) {strict};
        CREATE INDEX sessions_by_tenant ON sessions (tenant_id, user_id);
        CREATE INDEX sessions_by_expiry ON sessions (expires_at);
        """

    private static let grants = """
        CREATE TABLE connections (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            user_id TEXT NOT NULL, provider TEXT NOT NULL, status TEXT NOT NULL, subject TEXT, email TEXT,
            client_id TEXT NOT NULL, directory TEXT, scopes TEXT NOT NULL, missing_scopes TEXT NOT NULL,
            sealed_refresh_token {bytes}, refresh_expires_at {int}, refreshed_at {int}, kept_alive_at {int},
            generation {int} NOT NULL,
            created_at {int} NOT NULL, updated_at {int} NOT NULL, deleted_at {int}) {strict};
        CREATE UNIQUE INDEX connections_by_subject ON connections (tenant_id, user_id, provider, subject)
            WHERE subject IS NOT NULL AND deleted_at IS NULL;
        CREATE INDEX connections_by_user ON connections (tenant_id, user_id, id);
        CREATE INDEX connections_by_grant ON connections (provider, subject);
        CREATE TABLE consents (
            state_digest {bytes} PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            connection_id TEXT NOT NULL, user_id TEXT NOT NULL, provider TEXT NOT NULL, client_id TEXT NOT NULL,
            nonce TEXT NOT NULL, sealed_verifier {bytes} NOT NULL, return_url TEXT NOT NULL, is_reconnect {int} NOT NULL,
            status TEXT NOT NULL, sealed_code {bytes}, ticket_digest {bytes} UNIQUE, ticket_expires_at {int},
            result_id TEXT, created_at {int} NOT NULL, expires_at {int} NOT NULL) {strict};
        CREATE INDEX consents_by_connection ON consents (tenant_id, connection_id);
        CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until {int} NOT NULL) {strict};
        CREATE TABLE jobs (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, kind TEXT NOT NULL, subject_id TEXT NOT NULL,
            version {int} NOT NULL, attempts {int} NOT NULL, due_at {int} NOT NULL, deadline_at {int} NOT NULL,
            last_error TEXT,
            created_at {int} NOT NULL) {strict};
        CREATE UNIQUE INDEX jobs_by_subject ON jobs (tenant_id, kind, subject_id);
        CREATE INDEX jobs_by_due ON jobs (due_at);
        """

    private static let calendars = """
        CREATE TABLE calendars (
            row_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            account_id TEXT NOT NULL, api_version TEXT NOT NULL, calendar_id TEXT, connection_id TEXT NOT NULL,
            user_id TEXT NOT NULL, provider TEXT NOT NULL, raw_calendar_id TEXT NOT NULL, name TEXT, email TEXT,
            status TEXT NOT NULL, status_message TEXT, sync_status TEXT, synced_at {int}, filled_at {int},
            created_at {int} NOT NULL, updated_at {int} NOT NULL, deleted_at {int}) {strict};
        CREATE UNIQUE INDEX calendars_once ON calendars (account_id, provider, raw_calendar_id)
            WHERE deleted_at IS NULL;
        CREATE UNIQUE INDEX calendars_by_id ON calendars (account_id, calendar_id);
        CREATE INDEX calendars_by_tenant ON calendars (tenant_id, calendar_id);
        CREATE INDEX calendars_by_connection ON calendars (tenant_id, connection_id);
        CREATE TABLE event_changes (
            tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, event_id TEXT NOT NULL,
            account_id TEXT NOT NULL, calendar_id TEXT NOT NULL, series_id TEXT, changed_at {int} NOT NULL,
            fingerprint {bytes} NOT NULL, PRIMARY KEY (tenant_id, event_id)) {strict};
        CREATE INDEX event_changes_by_time ON event_changes (tenant_id, calendar_id, changed_at, event_id);
        CREATE INDEX event_changes_by_account ON event_changes (account_id, event_id);
        CREATE TABLE recordings (
            tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, event_id TEXT NOT NULL,
            account_id TEXT NOT NULL, calendar_id TEXT NOT NULL, connection_id TEXT NOT NULL, user_id TEXT NOT NULL,
            series_id TEXT, all_occurrences {int} NOT NULL, marker TEXT NOT NULL UNIQUE, asked TEXT NOT NULL,
            sealed_api_key {bytes}, created_at {int} NOT NULL, updated_at {int} NOT NULL,
            PRIMARY KEY (tenant_id, event_id, all_occurrences)) {strict};
        CREATE INDEX recordings_by_calendar ON recordings (tenant_id, calendar_id, series_id);
        CREATE INDEX recordings_by_event ON recordings (account_id, event_id);
        CREATE TABLE bots (
            account_id TEXT NOT NULL, bot_id TEXT NOT NULL,
            tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, event_id TEXT, calendar_id TEXT,
            connection_id TEXT, user_id TEXT, state TEXT NOT NULL, state_at {int} NOT NULL,
            PRIMARY KEY (account_id, bot_id)) {strict};
        CREATE INDEX bots_by_event ON bots (tenant_id, event_id, state_at);
        """

    private static let messages = """
        CREATE TABLE messages (
            id TEXT PRIMARY KEY, tenant_id TEXT REFERENCES tenants(id) ON DELETE CASCADE, position {int}, account_id TEXT,
            type TEXT NOT NULL, timestamp TEXT NOT NULL, received_at {int} NOT NULL, data TEXT NOT NULL, extra TEXT,
            user_id TEXT, connection_id TEXT, calendar_id TEXT, event_id TEXT, bot_id TEXT,
            source_id TEXT, body_hash {bytes}, held_body {bytes}) {strict};
        CREATE UNIQUE INDEX messages_by_position ON messages (tenant_id, position);
        CREATE UNIQUE INDEX messages_by_source ON messages (account_id, source_id);
        CREATE INDEX messages_by_hash ON messages (account_id, body_hash, received_at);
        CREATE INDEX messages_held_calendar ON messages (account_id, calendar_id) WHERE tenant_id IS NULL;
        CREATE INDEX messages_held_bot ON messages (account_id, bot_id) WHERE tenant_id IS NULL;
        CREATE INDEX messages_by_age ON messages (received_at);
        CREATE TABLE webhook_endpoints (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, url TEXT NOT NULL,
            description TEXT, event_types TEXT NOT NULL, status TEXT NOT NULL, sealed_secret {bytes} NOT NULL,
            sealed_previous_secret {bytes}, previous_until {int}, created_at {int} NOT NULL) {strict};
        CREATE INDEX webhook_endpoints_by_tenant ON webhook_endpoints (tenant_id, id);
        CREATE TABLE deliveries (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            message_id TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
            endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints(id) ON DELETE CASCADE,
            status TEXT NOT NULL, attempts {int} NOT NULL, step {int} NOT NULL, next_attempt_at {int}, last_attempt_at {int},
            last_status_code {int}, last_error TEXT, last_duration_ms {int}, created_at {int} NOT NULL) {strict};
        CREATE INDEX deliveries_due ON deliveries (status, endpoint_id, next_attempt_at);
        CREATE INDEX deliveries_next ON deliveries (status, next_attempt_at);
        CREATE INDEX deliveries_by_tenant ON deliveries (tenant_id, id);
        CREATE INDEX deliveries_by_message ON deliveries (message_id);
        CREATE TABLE attempts (
            delivery_id TEXT NOT NULL REFERENCES deliveries(id) ON DELETE CASCADE, number {int} NOT NULL,
            tenant_id TEXT NOT NULL, at {int} NOT NULL, status_code {int}, error TEXT, duration_ms {int} NOT NULL,
            PRIMARY KEY (delivery_id, number)) {strict};
        """

    private static let mirror = """
        CREATE TABLE owned_objects (
            account_id TEXT NOT NULL, api_version TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
            tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, user_id TEXT, calendar_id TEXT,
            created_at {int} NOT NULL, PRIMARY KEY (account_id, api_version, kind, id)) {strict};
        CREATE INDEX owned_objects_by_tenant ON owned_objects (tenant_id, kind);
        CREATE INDEX owned_objects_by_calendar ON owned_objects (account_id, calendar_id);
        CREATE TABLE bot_orders (
            marker TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, user_id TEXT,
            account_id TEXT NOT NULL, api_version TEXT NOT NULL, calendar_id TEXT, event_id TEXT, connection_id TEXT,
            bot_id TEXT, meeting_digest {bytes}, reference TEXT UNIQUE, endpoint_id TEXT,
            sealed_request {bytes}, all_occurrences {int} NOT NULL DEFAULT 0, created_at {int} NOT NULL) {strict};
        CREATE INDEX bot_orders_by_endpoint ON bot_orders (endpoint_id);
        CREATE INDEX bot_orders_by_calendar ON bot_orders (tenant_id, calendar_id);
        CREATE INDEX bot_orders_by_bot ON bot_orders (account_id, bot_id);
        CREATE INDEX bot_orders_by_event ON bot_orders (tenant_id, event_id);
        CREATE INDEX bot_orders_by_meeting ON bot_orders (tenant_id, meeting_digest, created_at);
        ALTER TABLE webhook_endpoints ADD COLUMN callback_method TEXT;
        ALTER TABLE webhook_endpoints ADD COLUMN callback_digest {bytes};
        CREATE UNIQUE INDEX webhook_endpoints_by_callback ON webhook_endpoints (tenant_id, callback_digest);
        """

    /// `lane`: 0 first attempts, 1 late retries, 2 what is sent again on demand.
    private static let fanout = """
        ALTER TABLE webhook_endpoints ADD COLUMN rate {int};
        ALTER TABLE webhook_endpoints ADD COLUMN concurrency {int};
        ALTER TABLE webhook_endpoints ADD COLUMN timeout_seconds {int};
        ALTER TABLE webhook_endpoints ADD COLUMN sealed_headers {bytes};
        ALTER TABLE webhook_endpoints ADD COLUMN failures {int} NOT NULL DEFAULT 0;
        ALTER TABLE webhook_endpoints ADD COLUMN failing_since {int};
        ALTER TABLE webhook_endpoints ADD COLUMN opens_at {int};
        ALTER TABLE webhook_endpoints ADD COLUMN pause {int} NOT NULL DEFAULT 0;
        ALTER TABLE webhook_endpoints ADD COLUMN last_error TEXT;
        ALTER TABLE webhook_endpoints ADD COLUMN health_since {int};
        ALTER TABLE deliveries ADD COLUMN lane {int} NOT NULL DEFAULT 0;
        ALTER TABLE deliveries ADD COLUMN reason TEXT;
        ALTER TABLE deliveries ADD COLUMN replay_id TEXT;
        ALTER TABLE deliveries ADD COLUMN replay_from TEXT;
        DROP INDEX deliveries_due;
        DROP INDEX deliveries_next;
        CREATE INDEX deliveries_pending ON deliveries (endpoint_id, lane, next_attempt_at, id) WHERE status = 'pending';
        CREATE INDEX deliveries_next ON deliveries (next_attempt_at) WHERE status = 'pending';
        CREATE INDEX deliveries_held ON deliveries (endpoint_id) WHERE status = 'held';
        CREATE INDEX deliveries_dead ON deliveries (tenant_id, id) WHERE status = 'dead';
        CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, message_id);
        CREATE INDEX deliveries_by_replay ON deliveries (replay_id) WHERE replay_id IS NOT NULL;
        ALTER TABLE attempts ADD COLUMN endpoint_id TEXT;
        ALTER TABLE attempts ADD COLUMN message_id TEXT;
        ALTER TABLE attempts ADD COLUMN type TEXT;
        ALTER TABLE attempts ADD COLUMN dns_us {int};
        ALTER TABLE attempts ADD COLUMN connect_us {int};
        ALTER TABLE attempts ADD COLUMN tls_us {int};
        ALTER TABLE attempts ADD COLUMN first_byte_us {int};
        ALTER TABLE attempts ADD COLUMN sealed_response {bytes};
        UPDATE attempts SET
            endpoint_id = (SELECT endpoint_id FROM deliveries WHERE deliveries.id = attempts.delivery_id),
            message_id = (SELECT message_id FROM deliveries WHERE deliveries.id = attempts.delivery_id),
            type = (SELECT type FROM messages JOIN deliveries ON deliveries.message_id = messages.id
                WHERE deliveries.id = attempts.delivery_id);
        CREATE INDEX attempts_by_time ON attempts (tenant_id, at, delivery_id, number);
        CREATE TABLE replays (
            id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
            endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints(id) ON DELETE CASCADE, state TEXT NOT NULL,
            since {int} NOT NULL, until {int} NOT NULL, types TEXT NOT NULL, statuses TEXT NOT NULL,
            position {int} NOT NULL, last_position {int} NOT NULL, total {int} NOT NULL, taken {int} NOT NULL, created_at {int} NOT NULL) {strict};
        CREATE INDEX replays_by_tenant ON replays (tenant_id, id);
        ALTER TABLE messages ADD COLUMN reconciled {int} NOT NULL DEFAULT 0;
        CREATE INDEX messages_by_time ON messages (tenant_id, received_at);
        CREATE INDEX messages_final ON messages (account_id, bot_id)
            WHERE type IN ('bot.completed', 'bot.failed', 'complete', 'failed');
        ALTER TABLE account_states ADD COLUMN reconciled_at {int};
        """

    private static let limits = """
        CREATE TABLE idempotency_keys (
            tenant_id TEXT NOT NULL, id TEXT NOT NULL, fingerprint {bytes} NOT NULL, sealed_reply {bytes},
            created_at {int} NOT NULL, PRIMARY KEY (tenant_id, id)) {strict};
        CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
        CREATE TABLE daily_uses (
            tenant_id TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE, day {int} NOT NULL, bots {int} NOT NULL,
            PRIMARY KEY (tenant_id, day)) {strict};
        """
}
