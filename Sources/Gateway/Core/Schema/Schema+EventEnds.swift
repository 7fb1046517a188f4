extension Schema {
    /// The ends of events in the record of changes, and indexes for what goes some time after its end.
    ///
    /// `seen_at` is the time at which a list or a webhook told of the event last; for an event that is not long past it may be
    /// earlier. The end is known where a bot of the event has ended; the next backfill corrects it, and tells the others.
    static let eventEnds = """
        ALTER TABLE event_changes ADD COLUMN ends_at {int};
        ALTER TABLE event_changes ADD COLUMN seen_at {int};
        UPDATE event_changes SET ends_at = (SELECT MAX(bots.state_at) FROM bots
            WHERE bots.tenant_id = event_changes.tenant_id AND bots.event_id = event_changes.event_id
                AND bots.state IN ('completed', 'failed'));
        CREATE INDEX event_changes_by_end ON event_changes (tenant_id, calendar_id, ends_at);
        CREATE INDEX owned_events_by_age ON owned_objects (created_at) WHERE kind = 'event';
        CREATE INDEX bots_by_state_time ON bots (state_at) WHERE calendar_id IS NULL;
        """
}
