extension Schema {
    /// Indexes by which what is past its time is found without reading whole tables.
    static let retention = """
        CREATE INDEX connections_deleted ON connections (deleted_at) WHERE deleted_at IS NOT NULL;
        CREATE INDEX connections_pending ON connections (created_at) WHERE status = 'pending';
        CREATE INDEX calendars_deleted ON calendars (deleted_at) WHERE deleted_at IS NOT NULL;
        CREATE INDEX consents_by_expiry ON consents (expires_at);
        CREATE INDEX bot_orders_by_age ON bot_orders (created_at);
        CREATE INDEX replays_by_age ON replays (created_at);
        CREATE INDEX webhook_endpoints_previous ON webhook_endpoints (previous_until) WHERE previous_until IS NOT NULL;
        CREATE INDEX calendars_to_fill ON calendars ((COALESCE(filled_at, 0)))
            WHERE api_version = 'v2' AND calendar_id IS NOT NULL AND deleted_at IS NULL;
        """
}
