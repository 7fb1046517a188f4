extension Schema {
    /// Indexes of queries that read whole tables: an account's or a tenant's calendars page by page, another tenant's
    /// calendar of the same raw id, and grants without use for long.
    static let largeTables = """
        CREATE INDEX calendars_live ON calendars (account_id, api_version, row_id)
            WHERE calendar_id IS NOT NULL AND deleted_at IS NULL;
        CREATE INDEX calendars_of_tenant ON calendars (tenant_id, row_id) WHERE deleted_at IS NULL;
        CREATE INDEX calendars_by_raw ON calendars (raw_calendar_id);
        CREATE INDEX connections_idle ON connections (refreshed_at)
            WHERE status = 'active' AND sealed_refresh_token IS NOT NULL;
        """
}
