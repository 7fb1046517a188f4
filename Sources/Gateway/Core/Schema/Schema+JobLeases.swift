/// Jobs run under a lease, and are found by kind and tenant. `lease_number` grows with each claim.
extension Schema {
    static let jobLeases = """
        ALTER TABLE jobs ADD COLUMN leased_until {int} NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN lease_number {int} NOT NULL DEFAULT 0;
        CREATE INDEX jobs_by_kind ON jobs (kind, tenant_id, due_at);
        """
}
