#if Postgres
    import Foundation
    import Support
    import Testing

    @testable import SQL

    /// Ways to a real server: TLS, several hosts, a pooler.
    @Suite(.enabled(if: PostgresServer.isRunning)) struct PostgresServerTests {
        private func secured(_ url: String, host: String, _ query: String = "") throws -> String {
            var parts = try PostgresPlace.parsed(url)
            parts.host = host
            parts.query = "sslmode=verify-full" + query
            return parts.string ?? ""
        }

        private func isEncrypted(_ url: String, _ authorities: String) async throws -> Bool {
            let parameters = try PostgresPlace.parameters(url, authorities: authorities)
            let database = try await PostgresDatabase.open(parameters, connections: 2)
            let row = try await database.read {
                try $0.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            }
            await database.close()
            return try row?.bool("ssl") ?? false
        }

        @Test func `TLS is used with a certificate that is trusted and names the host, and refused otherwise`()
            async throws
        {
            let (url, own) = (try PostgresServer.url(), try PostgresPlace.variable("GATEWAY_TEST_POSTGRES_CA"))
            #expect(try await isEncrypted(secured(url, host: "localhost"), own))
            #expect(try await isEncrypted(secured(url, host: "127.0.0.1"), own))
            #expect(try await !isEncrypted(url, own))
            let others = try Fixture.temporaryFolder().appendingPathComponent("ca.pem")
            let key = others.deletingLastPathComponent().appendingPathComponent("ca.key").path
            let made = try Command(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=another CA", "-keyout", key, "-out", others.path,
                ])
            #expect(made.code == 0, "\(made.output)")
            for (url, authorities) in [
                (try secured(url, host: "localhost"), others.path),
                (try secured(url, host: "localhost"), "/nowhere.pem"),
                (try secured(url, host: "db.example.com", "&hostaddr=127.0.0.1"), own),
            ] {
                let refused = await error { _ = try await isEncrypted(url, authorities) }
                #expect(refused.isUnavailable(.cannotOpen), "\(refused.text)")
            }
        }

        @Test func `A wrong password and a database that is missing are unavailable, and neither is shown`()
            async throws
        {
            var parts = try PostgresPlace.parsed(PostgresServer.url())
            parts.password = "canary"
            let wrong = await error { try await PostgresPlace.open(parts.string) }
            #expect(wrong.isUnavailable(.cannotOpen) && !wrong.text.contains("canary"), "\(wrong.text)")
            let missing = await error {
                try await PostgresPlace.open(try PostgresServer.url(ofDatabase: "nothing_of_this_name"))
            }
            #expect(missing.isUnavailable(.cannotOpen), "\(missing.text)")
        }

        @Test func `The host that may be written to is found among several`() async throws {
            let url = try PostgresServer.newDatabase()
            let parts = try PostgresPlace.parsed(url)
            let dead = try TestEnvironment.freePort()
            let several =
                "postgres://gateway:\(parts.password ?? "")@127.0.0.1:\(dead),127.0.0.1:\(parts.port ?? 0)\(parts.path)"
                + "?target_session_attrs=read-write"
            let database = try await PostgresPlace.open(several)
            #expect(try await database.read { try $0.first("SELECT 7 AS n")?.integer("n") } == 7)
            await database.close()
        }

        // MARK: - PgBouncer, without prepared statements

        private func openPooled(statementTimeout: Duration = .seconds(15)) async throws -> PostgresDatabase {
            let url = try PostgresServer.newDatabase()
            return try await PostgresPlace.open(
                PostgresPlace.url(
                    PostgresPlace.variable("GATEWAY_TEST_PGBOUNCER"), database: PostgresServer.database(of: url)),
                statementTimeout: statementTimeout, prepares: false)
        }

        @Test(.timeLimit(.minutes(1))) func `Reads, writes and errors work through a pooler`() async throws {
            let database = try await openPooled()
            try await database.write { try $0.script("CREATE TABLE pooled (n BIGINT PRIMARY KEY, t TEXT)") }
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let failed = await error {
                            try await database.write { tx in
                                try tx.run("INSERT INTO pooled (n, t) VALUES (\(number), \("t\(number)"))")
                                if number.isMultiple(of: 5) { try tx.run("SELECT nothing") }
                            }
                        }
                        #expect(failed.isStatement == number.isMultiple(of: 5), "\(failed.text)")
                        let read = await error { try await database.read { try $0.run("SELECT n FROM pooled") } }
                        #expect(read == nil, "\(read.text)")
                    }
                }
            }
            let rows = try await database.read { try $0.run("SELECT n, t FROM pooled ORDER BY n") }
            #expect(rows.count == 80)
            #expect(try rows.allSatisfy { try $0.text("t") == "t\(try $0.integer("n"))" })
            let taken = await error { try await database.write { try $0.run("INSERT INTO pooled (n) VALUES (1)") } }
            #expect(taken.isUniqueViolation(of: UniqueKey("pooled", "n")), "\(taken.text)")
            let refused = await error { try await database.read { try $0.run("DELETE FROM pooled") } }
            #expect(refused.isUnavailable(.readOnly), "\(refused.text)")
            await database.close()
        }

        @Test(.timeLimit(.minutes(1))) func `Settings hold for one transaction, so a pooler's next client has none`()
            async throws
        {
            let database = try await openPooled(statementTimeout: .milliseconds(300))
            let late = await error { try await database.read { try $0.run("SELECT pg_sleep(20)") } }
            #expect(late.isUnavailable(.timedOut), "\(late.text)")
            let value = try await database.read { tx in
                try tx.first("SELECT current_setting('statement_timeout') AS value")?.text("value")
            }
            #expect(value == "300ms")
            await database.close()
        }
    }
#endif
