extension Schema {
    /// Calendar creations of unknown outcome, upstream calendars without an owner here, and the identity of an account.
    /// A creation outlives its calendar's row, its connection and its tenant, so it has no foreign key.
    static let calendarCreations = """
        CREATE TABLE calendar_creations (
            row_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, account_id TEXT NOT NULL, api_version TEXT NOT NULL,
            provider TEXT NOT NULL, raw_calendar_id TEXT NOT NULL, began_at {int} NOT NULL, deadline_at {int} NOT NULL,
            listed_before {int} NOT NULL, absent_at {int}, made_id TEXT) {strict};
        CREATE INDEX calendar_creations_by_raw ON calendar_creations (account_id, provider, raw_calendar_id);
        CREATE INDEX calendar_creations_by_made ON calendar_creations (made_id);
        INSERT INTO calendar_creations (row_id, tenant_id, account_id, api_version, provider, raw_calendar_id, began_at,
            deadline_at, listed_before)
            SELECT row_id, tenant_id, account_id, api_version, provider, raw_calendar_id, created_at,
                created_at + 300000, 0
            FROM calendars WHERE calendar_id IS NULL AND deleted_at IS NULL;
        CREATE TABLE unclaimed_calendars (
            calendar_id TEXT PRIMARY KEY, account_id TEXT NOT NULL, api_version TEXT NOT NULL, raw_calendar_id TEXT,
            platform TEXT, email TEXT, created_at {int}, first_seen_at {int} NOT NULL) {strict};
        CREATE INDEX unclaimed_calendars_by_account ON unclaimed_calendars (account_id, api_version);
        CREATE INDEX calendars_by_upstream_id ON calendars (calendar_id);
        ALTER TABLE accounts ADD COLUMN key_digest {bytes};
        CREATE UNIQUE INDEX accounts_by_key ON accounts (key_digest);
        """
}
