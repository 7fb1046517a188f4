import JSONValue
import SQL
import Testing

@testable import Gateway

/// Expired rows are deleted in transactions of a bounded size, however many there are.
struct RetentionTests {
    /// The numbers from 1 to `count`.
    static func numbers(_ count: Int) -> Query {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))"
    }

    private static let day: Int64 = 86_400_000

    /// Messages that were received in the past, one a millisecond.
    static func messages(
        _ count: Int, of tenant: String, prefix: String, before now: Timestamp, in tx: any Transaction
    ) throws {
        try tx.run(
            """
            INSERT INTO messages (id, tenant_id, position, type, timestamp, received_at, data, bytes)
            \(numbers(count)) SELECT \(prefix) || i, \(tenant), (SELECT message_position FROM tenants WHERE id = \(tenant)) + i,
                't', '', \(now.milliseconds) + i, '{}', 514 FROM n
            """)
        try tx.run(
            """
            UPDATE tenants SET message_position = message_position + \(count), message_bytes = message_bytes + 514 * \(count)
            WHERE id = \(tenant)
            """)
    }

    static func endpoints(_ count: Int, of tenant: String, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO webhook_endpoints (id, tenant_id, url, event_types, status, sealed_secret, created_at)
            \(numbers(count)) SELECT \(tenant) || '_ep_' || i, \(tenant), 'https://hooks.example.com/', '*', 'enabled',
                x'01', 1 FROM n
            """)
    }

    /// A delivery of every message of a tenant to each of its endpoints, with an attempt.
    static func deliveries(of tenant: String, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO deliveries (id, tenant_id, message_id, endpoint_id, status, attempts, step, created_at)
            SELECT messages.id || '/' || webhook_endpoints.id, \(tenant), messages.id, webhook_endpoints.id, 'delivered', 1,
                1, 1 FROM messages JOIN webhook_endpoints ON webhook_endpoints.tenant_id = messages.tenant_id
            WHERE messages.tenant_id = \(tenant)
            """)
        try tx.run(
            """
            INSERT INTO attempts (delivery_id, number, tenant_id, at, duration_ms)
            SELECT id, 1, tenant_id, 1, 1 FROM deliveries WHERE tenant_id = \(tenant)
            """)
    }

    private func count(_ place: TenantPlace, _ table: Query) async throws -> Int64 {
        try await place.number("SELECT COUNT(*) AS n FROM \(table)")
    }

    @Test(.timeLimit(.minutes(2))) func `Twenty thousand old deliveries go in small transactions`() async throws {
        let place = try await TenantPlace()
        let old = place.now.adding(seconds: -40 * 86_400)
        let now = place.now
        try await place.write { tx in
            try Self.messages(1_000, of: "ten_1", prefix: "msg_", before: old, in: tx)
            try Self.endpoints(20, of: "ten_1", in: tx)
            try Self.deliveries(of: "ten_1", in: tx)
            try tx.run("UPDATE deliveries SET status = 'held' WHERE endpoint_id = 'ten_1_ep_2'")
            try tx.run(
                """
                UPDATE deliveries SET status = 'pending', next_attempt_at = \(now.milliseconds)
                WHERE id = 'msg_500/ten_1_ep_3'
                """)
            try Self.messages(3, of: "ten_1", prefix: "msg_young_", before: now, in: tx)
        }
        #expect(try await count(place, "deliveries") == 20_000)
        place.database.resetLargestWrite()
        try await RetentionRound(database: place.database, rules: FeatureLists.retention(days: 30)).run(at: now)
        let largest = place.database.load.largestWrite
        #expect((100...2_000).contains(largest.rows), "\(largest.rows) rows: \(largest.statement)")
        // The one with a pending delivery stays, with its siblings.
        #expect(try await count(place, "messages") == 4)
        #expect(try await count(place, "messages WHERE id = 'msg_500'") == 1)
        #expect(try await count(place, "deliveries") == 20)
        #expect(try await count(place, "attempts") == 20)
        #expect(try await place.number("SELECT message_bytes AS n FROM tenants") == 4 * 514)
        try await place.write { tx in
            try tx.run("UPDATE deliveries SET status = 'dead', next_attempt_at = NULL WHERE status = 'pending'")
        }
        try await RetentionRound(database: place.database, rules: FeatureLists.retention(days: 30)).run(at: now)
        #expect(try await count(place, "messages") == 3)
        #expect(try await count(place, "deliveries") == 0)
        #expect(try await count(place, "attempts") == 0)
    }

    @Test(.timeLimit(.minutes(5))) func `A tenant with a long history holds up no other`() async throws {
        let place = try await TenantPlace()
        let other = Tenant(
            id: "ten_2", slug: "two", name: "Two", status: .active, settings: TenantSettings(), createdAt: place.now)
        let old = place.now.adding(seconds: -40 * 86_400)
        try await place.write { tx in
            try TenantStore.insert(other, in: tx)
            try Self.messages(2_000, of: "ten_1", prefix: "msg_a_", before: old, in: tx)
            // Newer than all of the other's.
            try Self.messages(5, of: "ten_2", prefix: "msg_b_", before: old.adding(seconds: 60), in: tx)
            try tx.script(
                """
                CREATE TABLE gone (number INTEGER PRIMARY KEY, tenant TEXT);
                CREATE TRIGGER gone AFTER DELETE ON messages BEGIN
                    INSERT INTO gone (tenant) VALUES (OLD.tenant_id);
                END;
                """)
        }
        try await MessageRetention(database: place.database).run(at: place.now, retention: 30 * 86_400)
        #expect(try await count(place, "gone") == 2_005)
        #expect(try await place.number("SELECT MAX(number) AS n FROM gone WHERE tenant = 'ten_2'") < 1_000)
    }

    @Test(.timeLimit(.minutes(5))) func `Every kind of row that ends goes in small transactions`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        let count = 2_500
        try await place.write { tx in
            let n = Self.numbers(count)
            let (old, day) = (now.milliseconds - 800 * Self.day, Self.day)
            try tx.run(
                """
                INSERT INTO sessions (id, tenant_id, user_id, key_id, digest, scopes, created_at, expires_at)
                \(n) SELECT 'ses_' || i, 'ten_1', 'ann', 'key_1', CAST('s' || i AS BLOB), '', 1, \(old) FROM n
                """)
            try tx.run(
                """
                INSERT INTO idempotency_keys (tenant_id, id, fingerprint, created_at)
                \(n) SELECT 'ten_1', 'id_' || i, x'01', \(old) FROM n
                """)
            try tx.run(
                """
                INSERT INTO consents (state_digest, tenant_id, connection_id, user_id, provider, client_id, nonce,
                    sealed_verifier, return_url, is_reconnect, status, ticket_expires_at, created_at, expires_at)
                \(n) SELECT CAST('c' || i AS BLOB), 'ten_1', 'con_' || i, 'ann', 'google', 'c', 'n', x'01', 'u', 0,
                    'parked', \(old), \(old), \(old) FROM n
                """)
            try tx.run(
                """
                INSERT INTO connections (id, tenant_id, user_id, provider, status, client_id, scopes, missing_scopes,
                    generation, created_at, updated_at, deleted_at)
                \(n) SELECT 'con_' || i, 'ten_1', 'ann', 'google', CASE WHEN i % 2 = 0 THEN 'pending' ELSE 'deleting' END,
                    'c', '', '', 1, \(old), \(old), CASE WHEN i % 2 = 0 THEN NULL ELSE \(old) END FROM n
                """)
            // Half of the calendars are tombstones; each has a recording, a bot, an order and an event.
            try tx.run(
                """
                INSERT INTO calendars (row_id, tenant_id, account_id, api_version, calendar_id, connection_id, user_id,
                    provider, raw_calendar_id, status, created_at, updated_at, deleted_at)
                \(n) SELECT 'cal_' || i, 'ten_1', 'shared', 'v2', 'up_' || i, 'con_1', 'ann', 'google', 'raw_' || i,
                    'active', 1, 1, CASE WHEN i % 2 = 0 THEN \(old) END FROM n
                """)
            try tx.run(
                """
                INSERT INTO recordings (tenant_id, event_id, account_id, calendar_id, connection_id, user_id,
                    all_occurrences, marker, asked, created_at, updated_at)
                \(n) SELECT 'ten_1', 'ev_' || i, 'shared', 'up_' || i, 'con_1', 'ann', 0, 'm' || i, '', 1, 1 FROM n
                """)
            try tx.run(
                """
                INSERT INTO bots (account_id, bot_id, tenant_id, calendar_id, state, state_at)
                \(n) SELECT 'shared', 'bot_' || i, 'ten_1', 'up_' || i, 'done', 1 FROM n
                """)
            try tx.run(
                """
                INSERT INTO bot_orders (marker, tenant_id, account_id, api_version, calendar_id, created_at)
                \(n) SELECT 'o' || i, 'ten_1', 'shared', 'v2', 'up_' || i,
                    CASE WHEN i % 3 = 0 THEN \(old) ELSE \(now.milliseconds) END FROM n
                """)
            try tx.run(
                """
                INSERT INTO owned_objects (account_id, api_version, kind, id, tenant_id, calendar_id, created_at)
                \(n) SELECT 'shared', 'v2', 'event', 'ev_' || i, 'ten_1', 'up_' || i, \(now.milliseconds) FROM n
                """)
            try tx.run(
                """
                INSERT INTO series_exceptions (tenant_id, calendar_id, event_id, series_id, created_at)
                \(n) SELECT 'ten_1', 'up_' || i, 'ev_' || i, 's', \(old) FROM n
                """)
            try tx.run(
                """
                INSERT INTO daily_uses (tenant_id, day, bots) \(n) SELECT 'ten_1', i, 1 FROM n WHERE i < \(old / day)
                """)
            try tx.run(
                """
                INSERT INTO messages (id, account_id, type, timestamp, received_at, data, held_body)
                \(n) SELECT 'msg_q_' || i, 'shared', 't', '', \(old) + i, '{}', x'01' FROM n
                """)
            try tx.run(
                """
                INSERT INTO webhook_endpoints (id, tenant_id, url, event_types, status, sealed_secret, previous_until,
                    created_at, callback_method, callback_digest)
                \(n) SELECT 'ep_' || i, 'ten_1', 'u', '*', 'enabled', x'01', \(old), 1,
                    CASE WHEN i % 2 = 0 THEN 'POST' END, CASE WHEN i % 2 = 0 THEN CAST(i AS BLOB) END FROM n
                """)
            try tx.run(
                """
                INSERT INTO replays (id, tenant_id, endpoint_id, state, since, until, types, statuses, position,
                    last_position, total, taken, created_at)
                \(n) SELECT 'rep_' || i, 'ten_1', 'ep_1', 'completed', 1, 1, '', '', 1, 1, 1, 1, \(old) FROM n
                """)
        }
        place.database.resetLargestWrite()
        try await RetentionRound(database: place.database, rules: FeatureLists.retention(days: 30)).run(at: now)
        let largest = place.database.load.largestWrite
        #expect((100...2_000).contains(largest.rows), "\(largest.rows) rows: \(largest.statement)")
        for table in [
            "sessions", "idempotency_keys", "consents", "connections", "series_exceptions", "daily_uses", "messages",
            "replays", "webhook_endpoints WHERE previous_until IS NOT NULL OR callback_method IS NOT NULL",
        ] as [Query] {
            #expect(try await self.count(place, table) == 0, "\(table)")
        }
        for table in ["calendars", "recordings", "bots", "owned_objects"] as [Query] {
            #expect(try await self.count(place, table) == Int64(count / 2), "\(table)")
        }
        // Of those whose calendar is there, one in three is too old.
        #expect(try await self.count(place, "bot_orders") == 833)
    }
}
