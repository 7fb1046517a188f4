#if Postgres
    import JSONValue

    import Support
    import Testing

    @testable import Gateway
    @testable import SQL

    /// Tables whose rows change often stay small on PostgreSQL, and finished deliveries cost those that wait nothing.
    @Suite(.enabled(if: PostgresServer.isRunning)) struct HotTableTests {
        private static let now = StorePlace.now

        /// Runs each statement under `EXPLAIN ANALYZE`, and keeps the plans.
        private final class Explaining: Transaction {
            private let base: any Transaction
            private(set) var plans: [(statement: String, lines: [String])] = []

            init(_ base: any Transaction) { self.base = base }

            var dialect: Dialect { base.dialect }
            func run(_ query: Query) throws -> [Row] {
                try base.run("SAVEPOINT explained")
                let lines = try base.run("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) \(query)").map {
                    try $0.text("QUERY PLAN")
                }
                try base.run("ROLLBACK TO SAVEPOINT explained")
                plans.append((query.text, lines))
                return try base.run(query)
            }
            func acrossTenants<T>(_ body: () throws -> T) rethrows -> T { try base.acrossTenants(body) }
            func notify(_ notice: ChangeNotice) { base.notify(notice) }
            func script(_ text: String) throws { try base.script(text) }
        }

        private static func context(
            _ rows: Rows, _ delivery: String, in tx: any Transaction
        ) throws -> PendingDeliveries.DeliveryContext {
            guard case .context(let found) = try PendingDeliveries.context(rows.tenant, rows.delivery, at: now, in: tx)
            else { throw CancellationError() }
            return .init(delivery: delivery, message: found.message, endpoint: found.endpoint)
        }

        /// Adds deliveries of the first tenant's endpoint.
        private static func add(_ count: Int, _ status: String, _ place: StorePlace) async throws {
            let rows = place.rows
            // A statement may take 15 seconds, also on a busy machine.
            for start in stride(from: 1, through: count, by: 10_000) {
                let end = min(start + 9_999, count)
                try await place.write { tx in
                    try tx.run(
                        """
                        INSERT INTO deliveries (id, tenant_id, message_id, endpoint_id, status, attempts, step,
                            next_attempt_at, created_at, lane)
                        SELECT \(status) || n, \(rows.tenant), \(rows.message), \(rows.endpoint), \(status), 0, 0,
                            CASE WHEN \(status) = 'pending' THEN CAST(\(rows.made.milliseconds) AS BIGINT) END,
                            CAST(\(rows.made.milliseconds) AS BIGINT), 0
                        FROM generate_series(CAST(\(start) AS INT), CAST(\(end) AS INT)) AS numbers (n)
                        """)
                }
            }
        }

        private static func vacuum(_ place: StorePlace, _ what: String = "VACUUM") throws {
            try PostgresServer.run("\(what) deliveries", on: place.location.address)
        }

        @Test(.timeLimit(.minutes(15))) func `Finished deliveries are not read by what waits`() async throws {
            let place = try await StorePlace(.postgres)
            try await Self.add(200_000, "delivered", place)
            try await Self.add(50, "pending", place)
            try Self.vacuum(place, "VACUUM ANALYZE")
            let (rows, now) = (place.rows, Self.now)
            let plans = try await place.trial { tx in
                let explaining = Explaining(tx)
                let endpoint = rows.endpoint
                _ = try PendingDeliveries.waiting(in: explaining)
                _ = try PendingDeliveries.limits(of: [endpoint], in: explaining)
                for lane in 0...2 {
                    _ = try PendingDeliveries.due(endpoint, lane, limit: 100, at: now, in: explaining)
                }
                _ = try PendingDeliveries.nextDue(after: now, in: explaining)
                _ = try PendingDeliveries.context(rows.tenant, "pending7", at: now, in: explaining)
                try PendingDeliveries.postpone(rows.tenant, "pending7", until: now, reason: nil, in: explaining)
                _ = try PendingDeliveries.hasten(rows.tenant, endpoint: endpoint, limit: 100, at: now, in: explaining)
                let context = try Self.context(rows, "pending8", in: tx)
                let next = PendingDeliveries.Next(status: .delivered, at: nil, lane: 0, reason: nil)
                let record = rows.attempt(of: "pending8", 1, code: 200, at: now)
                _ = try PendingDeliveries.finish(context, record, next, sealedResponse: nil, in: explaining)
                _ = try DeliveryStore.hold(rows.tenant, endpoint: endpoint, limit: 100, in: explaining)
                _ = try DeliveryStore.release(rows.tenant, endpoint: endpoint, limit: 100, at: now, in: explaining)
                return explaining.plans
            }
            #expect(plans.count >= 12)
            // The first line has the pages of all below it: all of them lie in shared buffers or are read.
            for (statement, lines) in plans {
                let pages = lines.first { $0.contains("Buffers:") }?.matches(of: /(?:hit|read)=(\d+)/).compactMap {
                    Int($0.output.1)
                }.reduce(0, +)
                // Fifty rows in eight indexes, changed one by one, are some thousands of pages; the table has 4,000 and its
                // indexes as many again.
                let isWrite = statement.hasPrefix("UPDATE")
                #expect((pages ?? 0) < (isWrite ? 3_000 : 400), "\(statement)\n\(lines.joined(separator: "\n"))")
                let scans = lines.filter { $0.contains("Scan") && $0.contains(" on deliveries") }
                for scan in scans {
                    #expect(
                        ["pending ", "next ", "held", "pkey ", "by_tenant "].contains {
                            scan.contains("using deliveries_\($0)")
                        }, "\(statement)\n\(scan)")
                }
            }
            await place.database.close()
        }

        private struct Sizes: Sendable {
            let table, indexes: Int64
        }

        private static func sizes(_ place: StorePlace) async throws -> Sizes {
            try await place.read { tx in
                let row = try #require(
                    try tx.first(
                        "SELECT pg_relation_size('deliveries') AS size, pg_indexes_size('deliveries') AS indexes"))
                return Sizes(table: try row.integer("size"), indexes: try row.integer("indexes"))
            }
        }

        /// Four times 5 000 outcomes. Without a vacuum the table would have five versions of each row.
        @Test(.timeLimit(.minutes(15))) func `Versions of deliveries do not heap up`() async throws {
            let place = try await StorePlace(.postgres, ["a"])
            try PostgresServer.run(
                "ALTER TABLE deliveries SET (autovacuum_enabled = off)", on: place.location.address)
            let (rows, now, count) = (place.rows, Self.now, 5_000)
            try await Self.add(count, "pending", place)
            var after: [Sizes] = []
            for round in 1...4 {
                for start in stride(from: 1, through: count, by: 500) {
                    try await place.write { tx in
                        let first = try Self.context(rows, "", in: tx)
                        for number in start..<(start + 500) {
                            let id = "pending\(number)"
                            let context = PendingDeliveries.DeliveryContext(
                                delivery: id, message: first.message, endpoint: first.endpoint)
                            let next = PendingDeliveries.Next(
                                status: round == 4 ? .delivered : .pending, at: round == 4 ? nil : now, lane: 1,
                                reason: nil)
                            let record = rows.attempt(of: id, round, code: 503, at: now)
                            guard try PendingDeliveries.finish(context, record, next, sealedResponse: nil, in: tx)
                            else { throw CancellationError() }
                        }
                    }
                }
                try Self.vacuum(place)
                after.append(try await Self.sizes(place))
            }
            print("deliveries after each 5000 outcomes and a vacuum: \(after.map(\.table)), \(after.map(\.indexes))")
            #expect(after[3].table <= after[0].table * 5 / 4, "\(after)")
            #expect(after[3].indexes <= after[0].indexes * 3 / 2, "\(after)")
            await place.database.close()
        }

        /// The rows that every message changes. Their versions stay in one page, and no index grows.
        @Test(.timeLimit(.minutes(3))) func `Counters are changed without their indexes`() async throws {
            let place = try await StorePlace(.postgres, ["a"])
            let (rows, count) = (place.rows, 300)
            for number in 0..<count {
                try await place.write { tx in
                    let message = rows.messageRow("hot-\(number)")
                    try MessageStore.insertWithoutDelivery(message, in: tx)
                    _ = try DeliveryStore.insert(message, for: rows.endpoint, held: false, at: Self.now, in: tx)
                }
            }
            for table in ["delivery_counts", "tenants"] {
                // A connection reports its counts some time after its transactions.
                var counts: (all: Int64, hot: Int64) = (0, 0)
                for _ in 0..<600 {
                    counts = try await place.read { tx in
                        let row = try tx.first(
                            """
                            SELECT n_tup_upd AS changed, n_tup_hot_upd AS hot FROM pg_stat_user_tables
                            WHERE relname = \(table)
                            """)
                        return (try row?.integer("changed") ?? 0, try row?.integer("hot") ?? 0)
                    }
                    if counts.all >= count { break }
                    // Nothing announces the report.
                    try await Task.sleep(for: .milliseconds(100))
                }
                print("\(table): \(counts.all) changes, \(counts.hot) of them heap-only")
                #expect(counts.all >= count && counts.hot * 10 >= counts.all * 9, "\(table): \(counts)")
            }
            await place.database.close()
        }
    }
#endif
