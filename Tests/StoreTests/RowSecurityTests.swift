#if Postgres
    import Foundation
    import SQL
    import Support
    import Synchronization
    import Testing

    @testable import Gateway

    /// Row-level security on PostgreSQL: a transaction sees and writes rows of its tenant alone, whatever its statements name.
    @Suite(.enabled(if: PostgresServer.isRunning)) struct RowSecurityTests {
        /// Tables with a column `tenant_id` that have no policy, with the reason. Think twice.
        private static let exempt: [String: String] = [:]

        /// The tables with rows of tenants, as the database has them.
        private static func tables(in tx: any Transaction) throws -> [String] {
            try tx.run(
                """
                SELECT CAST(pg_class.relname AS TEXT) AS name FROM pg_class
                JOIN pg_attribute ON pg_attribute.attrelid = pg_class.oid AND pg_attribute.attname = 'tenant_id'
                WHERE pg_class.relkind IN ('r', 'p') AND pg_class.relnamespace = to_regnamespace(CURRENT_SCHEMA)
                ORDER BY pg_class.relname
                """
            ).map { try $0.text("name") }
        }

        /// As in an operator's own session, in which nothing is set; or with the value that a former transaction leaves.
        private static func clear(_ tx: any Transaction) throws {
            try tx.run("SELECT set_config('gateway.tenant', '', true), set_config('gateway.scope', '', true)")
        }

        @Test func `Each table with a tenant has the policy, for its owner too`() async throws {
            let place = try await StorePlace(.postgres)
            let rows = try await place.read { tx in
                try Self.tables(in: tx).map { table in
                    (
                        table,
                        try tx.first(
                            """
                            SELECT COUNT(*) AS n FROM pg_class JOIN pg_policy ON pg_policy.polrelid = pg_class.oid
                            WHERE pg_class.oid = to_regclass(\(table)) AND pg_class.relrowsecurity
                                AND pg_class.relforcerowsecurity AND polname = 'tenant_isolation' AND polcmd = '*'
                                AND polpermissive AND polroles = ARRAY[CAST(0 AS OID)]
                                AND pg_get_expr(polqual, polrelid) = pg_get_expr(polwithcheck, polrelid)
                                AND pg_get_expr(polqual, polrelid) LIKE '%tenant_id = %gateway.tenant%gateway.scope%'
                            """)?.integer("n") == 1
                    )
                }
            }
            #expect(rows.count >= Schema.tablesOfTenants.count)
            for (table, isGuarded) in rows where Self.exempt[table] == nil {
                #expect(isGuarded, "\(table) has a tenant_id and no policy: see Schema.rowSecurityOfPostgres")
            }
            #expect(Set(rows.map(\.0)) == Set(Dump.tables.filter { Self.isOfTenant($0.name) }.map(\.name)))
            await place.database.close()
        }

        private static func isOfTenant(_ table: String) -> Bool { Schema.tablesOfTenants.contains(table) }

        /// Rows that each statement found or changed.
        private struct Counts: Equatable { var (selected, updated, deleted) = (0, 0, 0) }

        private func counts(_ table: String, in tx: any Transaction) throws -> Counts {
            let name = Query(stringLiteral: table)
            return Counts(
                selected: Int(try tx.count(name)),
                updated: try tx.run("UPDATE \(name) SET tenant_id = tenant_id RETURNING 1 AS one").count,
                deleted: try tx.run("DELETE FROM \(name) RETURNING 1 AS one").count)
        }

        @Test func `Without a tenant there are no rows, and with one there are its own`() async throws {
            let place = try await StorePlace(.postgres)
            let (a, b) = (place.rows.tenant, place.other.tenant)
            for table in try await place.read({ try Self.tables(in: $0) }) where Self.exempt[table] == nil {
                let name = Query(stringLiteral: table)
                let all = try await place.read { try $0.count(name) }
                let own = try await place.read { try $0.count("\(name) WHERE tenant_id = \(a)") }
                #expect(own > 0 && all > own, "\(table) has no rows of both tenants")
                let unscoped = try await place.trial { tx in
                    try Self.clear(tx)
                    return try counts(table, in: tx)
                }
                #expect(unscoped == Counts(), "\(table)")
                let scoped = try await TenantScope.$current.withValue(.tenant(a)) {
                    try await place.trial { tx in
                        let counts = try counts(table, in: tx)
                        let others = try tx.acrossTenants { try tx.count("\(name) WHERE tenant_id = \(b)") }
                        return (counts, others)
                    }
                }
                let expected = Counts(selected: Int(own), updated: Int(own), deleted: Int(own))
                #expect(scoped.0 == expected && scoped.1 > 0, "\(table)")
            }
            await place.database.close()
        }

        @Test(arguments: ["", "a"]) func `A row of another tenant is refused`(scope: String) async throws {
            let place = try await StorePlace(.postgres)
            let b = place.other.tenant
            for table in try await place.read({ try Self.tables(in: $0) }) where Self.exempt[table] == nil {
                let name = Query(stringLiteral: table)
                let error = await #expect(throws: SQLError.self, "\(table)") {
                    try await place.trial { tx in
                        // It takes no bound value.
                        let row = "SELECT * FROM \(table) WHERE tenant_id = '\(b)' LIMIT 1"
                        try tx.run(Query(stringLiteral: "CREATE TEMPORARY TABLE kept AS \(row)"))
                        try Self.clear(tx)
                        if !scope.isEmpty {
                            try tx.run("SELECT set_config('gateway.tenant', \(place.rows.tenant), true)")
                        }
                        try tx.run("INSERT INTO \(name) SELECT * FROM kept")
                    }
                }
                #expect("\(String(describing: error))".contains("42501"), "\(table): \(String(describing: error))")
            }
            await place.database.close()
        }

        /// Nothing is set in it, not even by a former transaction.
        @Test func `An operator's session sees nothing until it says so`() async throws {
            let place = try await StorePlace(.postgres)
            func ask(_ options: String) throws -> String {
                try Command(
                    "psql", ["--no-psqlrc", "-At", "-c", "SELECT COUNT(*) FROM messages", place.location.address],
                    environment: ["PGOPTIONS": options]
                ).output
            }
            #expect(try ask("") == "0\n")
            #expect(try ask("-c gateway.scope=all") == "\(try await place.count("messages"))\n")
            #expect(try ask("-c gateway.tenant=\(place.rows.tenant)") == "1\n")
            await place.database.close()
        }

        /// A held webhook has no tenant. What a tenant's work does with it is done across tenants.
        private static let ofHeldWebhooks = ["MessageStore.hasQuarantined", "MessageStore.quarantined"]

        /// Statements that a tenant's work needs and that name rows of others say so with `acrossTenants`.
        @Test func `Each call of a tenant does the same in its tenant's scope as in that of all`() async throws {
            let place = try await StorePlace(.postgres)
            for call in TenantCall.all where !Self.ofHeldWebhooks.contains(call.name) {
                let whole = try await effect(call, .all, in: place)
                let scoped = try await effect(call, .tenant(place.rows.tenant), in: place)
                #expect(whole == scoped, "\(call.name)")
            }
            await place.database.close()
        }

        private func effect(_ call: TenantCall, _ scope: TenantScope, in place: StorePlace) async throws -> [String] {
            let rows = place.rows
            return try await TenantScope.$current.withValue(scope) {
                try await place.trial { tx in
                    var answer: String
                    do {
                        answer = "\(try call.run(rows, tx))"
                    } catch let problem as Problem {
                        answer = "refused: \(problem.code)"
                    } catch let error as SQLError {
                        return ["\(error)"]
                    }
                    answer = Dump.normalized(answer)
                    return try [answer]
                        + tx.acrossTenants { try Dump.rows(of: rows.tenant, in: tx) }.map(Dump.normalized).sorted()
                }
            }
        }

        // MARK: - scopes of transactions

        private struct Refused: Error {}

        /// The number of rows of each tenant that a transaction sees.
        private static func seen(_ tx: any Transaction) throws -> [String: Int] {
            var seen: [String: Int] = [:]
            for row in try tx.run("SELECT tenant_id FROM api_keys") { seen[try row.text("tenant_id"), default: 0] += 1 }
            return seen
        }

        private struct Seen: Equatable {
            var tenants: Set<String>
            var commit: String
        }

        private static func seenTwice(_ tx: any Transaction, failing: Bool) throws -> Seen {
            let before = try seen(tx)
            #expect(try tx.acrossTenants { try seen(tx) }.count == 2)
            try tx.run("UPDATE api_keys SET name = 'touched'")
            if failing { throw Refused() }
            #expect(try seen(tx) == before)
            let commit = try tx.first("SELECT CAST(txid_current() AS TEXT) AS id")?.text("id")
            return Seen(tenants: Set(before.keys), commit: commit ?? "")
        }

        /// The writer is held until all bodies wait: they share one commit.
        /// - Parameter failing: every third body fails after it has written, so that the group runs again, each body in a
        ///   savepoint.
        @Test(arguments: [false, true])
        func `Bodies of several tenants in one commit see their own rows each`(failing: Bool) async throws {
            let place = try await StorePlace(.postgres)
            let tenants = place.tenants.map(\.tenant)
            let isHeld = Mutex(false)
            let mayGo = Mutex(false)
            let holder = Task {
                try await place.write { _ in
                    isHeld.withLock { $0 = true }
                    while !mayGo.withLock(\.self) { continue }
                }
            }
            while !isHeld.withLock(\.self) { await Task.yield() }
            let results = await withTaskGroup(of: (Int, Seen?).self) { group in
                for number in 0..<24 {
                    // Two of a scope follow each other: the second must not trust what the first one's savepoint undid.
                    let scope: TenantScope = number % 12 >= 10 ? .all : .tenant(tenants[number / 2 % 2])
                    group.addTask {
                        let seen = await TenantScope.$current.withValue(scope) {
                            try? await place.write { tx in
                                try Self.seenTwice(tx, failing: failing && number.isMultiple(of: 3))
                            }
                        }
                        return (number, seen)
                    }
                    while place.database.load.writes <= number { await Task.yield() }
                }
                mayGo.withLock { $0 = true }
                return await group.reduce(into: [(Int, Seen?)]()) { $0.append($1) }
            }
            try await holder.value
            for (number, seen) in results {
                let expected = number % 12 >= 10 ? Set(tenants) : [tenants[number / 2 % 2]]
                let isRefused = failing && number.isMultiple(of: 3)
                #expect(isRefused ? seen == nil : seen?.tenants == expected, "\(number)")
            }
            if !failing { #expect(Set(results.map(\.1?.commit)).count == 1) }
            await place.database.close()
        }

        @Test func `A body that fails leaves the next one its own scope`() async throws {
            let place = try await StorePlace(.postgres)
            let (a, b) = (place.rows.tenant, place.other.tenant)
            for _ in 0..<3 {
                await #expect(throws: Refused.self) {
                    try await TenantScope.$current.withValue(.tenant(a)) {
                        try await place.write { tx in
                            try tx.acrossTenants {
                                _ = try Self.seen(tx)
                                throw Refused()
                            }
                        }
                    }
                }
                try await TenantScope.$current.withValue(.tenant(b)) {
                    #expect(try await place.write { try Self.seen($0) }.keys.sorted() == [b])
                    #expect(try await place.read { try Self.seen($0) }.keys.sorted() == [b])
                    let all = try await TenantScope.acrossTenants { try await place.read { try Self.seen($0) } }
                    #expect(all.count == 2)
                }
                #expect(try await place.read { try Self.seen($0) }.count == 2)
            }
            await place.database.close()
        }

        /// Fast paths write without a task.
        @Test func `A write without a task is for all tenants`() async throws {
            let place = try await StorePlace(.postgres)
            let seen = await withCheckedContinuation { (caller: CheckedContinuation<Int?, Never>) in
                let thread = Thread {
                    place.database.write({ try Self.seen($0).count }) { caller.resume(returning: try? $0.get()) }
                }
                thread.start()
            }
            #expect(seen == 2)
            await place.database.close()
        }

        /// A row that names the shared account's generation is made in a tenant's scope.
        @Test func `The shared account's generation is known to every tenant`() async throws {
            let place = try await StorePlace(.postgres)
            try await place.write {
                try GenerationStore.advance(
                    Account.sharedID, .account, GenerationStore.account, at: StorePlace.now, in: $0)
            }
            try await TenantScope.$current.withValue(.tenant(place.rows.tenant)) {
                let number = try await place.read {
                    try $0.first("SELECT \(GenerationStore.present(ofAccount: Account.sharedID)) AS n")?.integer("n")
                }
                #expect(number == 1)
                await #expect(throws: SQLError.self) {
                    try await place.write {
                        try GenerationStore.advance(
                            Account.sharedID, .account, GenerationStore.account, at: StorePlace.now, in: $0)
                    }
                }
            }
            await place.database.close()
        }
    }
#endif
