extension Schema {
    /// Counts of waiting rows, kept by triggers in the transactions that change them. Counting the rows themselves takes the
    /// longer the more there are.
    ///
    /// A trigger counts what foreign keys delete, too. It changes one row more for each row whose state changes.
    static let rowCounts = """
        CREATE TABLE delivery_counts (
            endpoint_id TEXT PRIMARY KEY REFERENCES webhook_endpoints(id) ON DELETE CASCADE, tenant_id TEXT NOT NULL,
            pending {int} NOT NULL, held {int} NOT NULL) {strict};
        INSERT INTO delivery_counts (endpoint_id, tenant_id, pending, held)
            SELECT id, tenant_id,
                (SELECT COUNT(*) FROM deliveries WHERE endpoint_id = webhook_endpoints.id AND status = 'pending'),
                (SELECT COUNT(*) FROM deliveries WHERE endpoint_id = webhook_endpoints.id AND status = 'held')
            FROM webhook_endpoints;
        CREATE INDEX deliveries_held_by_age ON deliveries (created_at) WHERE status = 'held';
        CREATE TABLE quarantine_counts (account_id TEXT PRIMARY KEY, n {int} NOT NULL, bytes {int} NOT NULL) {strict};
        INSERT INTO quarantine_counts (account_id, n, bytes)
            SELECT COALESCE(account_id, ''), COUNT(*), COALESCE(SUM(LENGTH(held_body)), 0) FROM messages
            WHERE tenant_id IS NULL GROUP BY COALESCE(account_id, '');
        CREATE TABLE queue_counts (name TEXT PRIMARY KEY, n {int} NOT NULL) {strict};
        INSERT INTO queue_counts (name, n) SELECT 'jobs', COUNT(*) FROM jobs;
        INSERT INTO queue_counts (name, n) SELECT 'calendar_creations', COUNT(*) FROM calendar_creations;
        INSERT INTO queue_counts (name, n) SELECT 'unclaimed_calendars', COUNT(*) FROM unclaimed_calendars;
        CREATE INDEX unclaimed_calendars_by_age ON unclaimed_calendars (first_seen_at);
        """

    static let rowCountsOfSQLite =
        """
        CREATE TRIGGER deliveries_counted_in AFTER INSERT ON deliveries WHEN NEW.status IN ('pending', 'held') BEGIN
            INSERT INTO delivery_counts (endpoint_id, tenant_id, pending, held)
            VALUES (NEW.endpoint_id, NEW.tenant_id, NEW.status = 'pending', NEW.status = 'held')
            ON CONFLICT (endpoint_id) DO UPDATE SET pending = pending + excluded.pending, held = held + excluded.held;
        END;
        CREATE TRIGGER deliveries_counted_over AFTER UPDATE OF status ON deliveries
        WHEN OLD.status <> NEW.status AND (OLD.status IN ('pending', 'held') OR NEW.status IN ('pending', 'held')) BEGIN
            INSERT INTO delivery_counts (endpoint_id, tenant_id, pending, held)
            VALUES (NEW.endpoint_id, NEW.tenant_id, (NEW.status = 'pending') - (OLD.status = 'pending'),
                (NEW.status = 'held') - (OLD.status = 'held'))
            ON CONFLICT (endpoint_id) DO UPDATE SET pending = pending + excluded.pending, held = held + excluded.held;
        END;
        CREATE TRIGGER deliveries_counted_out AFTER DELETE ON deliveries WHEN OLD.status IN ('pending', 'held') BEGIN
            UPDATE delivery_counts SET pending = pending - (OLD.status = 'pending'), held = held - (OLD.status = 'held')
            WHERE endpoint_id = OLD.endpoint_id;
        END;
        CREATE TRIGGER quarantine_counted_in AFTER INSERT ON messages WHEN NEW.tenant_id IS NULL BEGIN
            INSERT INTO quarantine_counts (account_id, n, bytes)
            VALUES (COALESCE(NEW.account_id, ''), 1, COALESCE(LENGTH(NEW.held_body), 0))
            ON CONFLICT (account_id) DO UPDATE SET n = n + 1, bytes = bytes + excluded.bytes;
        END;
        CREATE TRIGGER quarantine_counted_over AFTER UPDATE OF tenant_id ON messages
        WHEN OLD.tenant_id IS NULL AND NEW.tenant_id IS NOT NULL BEGIN
            UPDATE quarantine_counts SET n = n - 1, bytes = bytes - COALESCE(LENGTH(OLD.held_body), 0)
            WHERE account_id = COALESCE(OLD.account_id, '');
        END;
        CREATE TRIGGER quarantine_counted_out AFTER DELETE ON messages WHEN OLD.tenant_id IS NULL BEGIN
            UPDATE quarantine_counts SET n = n - 1, bytes = bytes - COALESCE(LENGTH(OLD.held_body), 0)
            WHERE account_id = COALESCE(OLD.account_id, '');
        END;
        """
        + ["jobs", "calendar_creations", "unclaimed_calendars"].map { table in
            """
            CREATE TRIGGER \(table)_counted_in AFTER INSERT ON \(table) BEGIN
                UPDATE queue_counts SET n = n + 1 WHERE name = '\(table)';
            END;
            CREATE TRIGGER \(table)_counted_out AFTER DELETE ON \(table) BEGIN
                UPDATE queue_counts SET n = n - 1 WHERE name = '\(table)';
            END;
            """
        }.joined()

    static let rowCountsOfPostgres =
        """
        CREATE FUNCTION count_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            was_pending BIGINT := 0; was_held BIGINT := 0; is_pending BIGINT := 0; is_held BIGINT := 0;
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                was_pending := (OLD.status = 'pending')::int; was_held := (OLD.status = 'held')::int;
            END IF;
            IF TG_OP = 'DELETE' THEN
                UPDATE delivery_counts SET pending = pending - was_pending, held = held - was_held
                WHERE endpoint_id = OLD.endpoint_id AND was_pending + was_held > 0;
                RETURN NULL;
            END IF;
            is_pending := (NEW.status = 'pending')::int; is_held := (NEW.status = 'held')::int;
            IF is_pending <> was_pending OR is_held <> was_held THEN
                INSERT INTO delivery_counts (endpoint_id, tenant_id, pending, held)
                VALUES (NEW.endpoint_id, NEW.tenant_id, is_pending - was_pending, is_held - was_held)
                ON CONFLICT (endpoint_id) DO UPDATE SET pending = delivery_counts.pending + excluded.pending,
                    held = delivery_counts.held + excluded.held;
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER deliveries_counted AFTER INSERT OR DELETE OR UPDATE OF status ON deliveries
            FOR EACH ROW EXECUTE FUNCTION count_delivery();
        CREATE FUNCTION count_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' AND OLD.tenant_id IS NULL THEN
                UPDATE quarantine_counts SET n = n - 1, bytes = bytes - COALESCE(LENGTH(OLD.held_body), 0)
                WHERE account_id = COALESCE(OLD.account_id, '');
            END IF;
            IF TG_OP <> 'DELETE' AND NEW.tenant_id IS NULL THEN
                INSERT INTO quarantine_counts (account_id, n, bytes)
                VALUES (COALESCE(NEW.account_id, ''), 1, COALESCE(LENGTH(NEW.held_body), 0))
                ON CONFLICT (account_id) DO UPDATE SET n = quarantine_counts.n + 1,
                    bytes = quarantine_counts.bytes + excluded.bytes;
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER quarantine_counted AFTER INSERT OR DELETE OR UPDATE OF tenant_id ON messages
            FOR EACH ROW EXECUTE FUNCTION count_quarantine();
        CREATE FUNCTION count_queue() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE queue_counts SET n = n + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END WHERE name = TG_TABLE_NAME;
            RETURN NULL;
        END $$;
        """
        + ["jobs", "calendar_creations", "unclaimed_calendars"].map { table in
            """
            CREATE TRIGGER \(table)_counted AFTER INSERT OR DELETE ON \(table)
                FOR EACH ROW EXECUTE FUNCTION count_queue();
            """
        }.joined()
}
