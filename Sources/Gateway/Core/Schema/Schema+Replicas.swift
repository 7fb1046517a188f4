extension Schema {
    /// Processes that serve one database, and what each of them has for itself.
    ///
    /// A lease holds while the replica of its owner does. `fence` grows with each owner; what an owner stores names it.
    /// Columns `owner` name the replica that works on a row.
    static let replicas = """
        CREATE TABLE replicas (
            id TEXT PRIMARY KEY, host TEXT NOT NULL, started_at {int} NOT NULL, until {int} NOT NULL) {strict};
        CREATE TABLE object_leases (
            kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT, fence {int} NOT NULL, PRIMARY KEY (kind, id)) {strict};
        CREATE INDEX object_leases_by_owner ON object_leases (owner);
        CREATE TABLE request_reports (
            replica_id TEXT PRIMARY KEY, reported_at {int} NOT NULL, counts TEXT NOT NULL) {strict};
        ALTER TABLE jobs ADD COLUMN owner TEXT;
        ALTER TABLE idempotency_keys ADD COLUMN owner TEXT;
        ALTER TABLE consents ADD COLUMN owner TEXT;
        """
}
