#if Postgres
    import Foundation
    import HTTPTypes
    import JSONValue
    import SQL
    import Support
    import Testing

    extension EndToEnd {
        /// Requests of a tenant reach PostgreSQL with the tenant's scope: rules that are planted in the database show it.
        @Suite(.enabled(if: PostgresServer.isRunning)) struct RowSecurityTests {
            private typealias Body =
                @Sendable (TestEnvironment, _ url: String, TenantFixture, TenantFixture) async throws -> Void

            /// Runs `body` beside a gateway on PostgreSQL, with two tenants.
            private func run(_ body: @escaping Body) async throws {
                let url = try PostgresServer.newDatabase()
                try await TestEnvironment.run(extra: ["GATEWAY_DATABASE_URL": url]) { env, receiver in
                    let one = try await TenantFixture(env, slug: "one", receiver: receiver.url)
                    let two = try await TenantFixture(env, slug: "two", receiver: receiver.url)
                    try await body(env, url, one, two)
                }
            }

            private func id(of tenant: TenantFixture, _ env: TestEnvironment) async throws -> String {
                try await env.operator.call(.get, "/admin/v1/tenants/\(tenant.slug)").expect(200).text("id")
            }

            /// The rows are shown to transactions of one tenant alone, not to those for all.
            @Test(.timeLimit(.minutes(2))) func `What a request and its stream read is read in the tenant's scope`()
                async throws
            {
                try await run { env, url, one, two in
                    let list = try await one.server.call(.get, "/api/v1/webhook-endpoints").expect(200)
                    let endpoint = list["data"]?.arrayValue?.first?["id"]?.stringValue ?? ""
                    for table in ["webhook_endpoints", "messages"] {
                        try PostgresServer.run(
                            """
                            CREATE POLICY planted ON \(table) AS RESTRICTIVE FOR SELECT
                                USING (current_setting('gateway.scope', true) = 'tenant')
                            """, on: url)
                    }
                    #expect(try await one.server.call(.get, "/api/v1/webhook-endpoints").expect(200).json == list.json)
                    let path = "/api/v1/webhook-endpoints/\(endpoint)"
                    try await one.server.call(.get, path).expect(200)
                    try await two.server.call(.get, path).expect(404)
                    let received = Received()
                    let task = Task {
                        try? await one.server.listen("/api/v1/messages", lastEventID: nil) { received.add($0) }
                    }
                    defer { task.cancel() }
                    try await env.eventually { received.text.contains("retry:") ? true : nil }
                    try await one.server.call(.post, "\(path)/test").expect(202)
                    try await env.eventually(within: 60) { received.text.contains("endpoint.test") ? true : nil }
                }
            }

            @Test(.timeLimit(.minutes(2))) func `What a request writes is written in the tenant's scope`() async throws
            {
                try await run { env, url, one, two in
                    try PostgresServer.run(
                        """
                        CREATE TABLE seen (tenant TEXT, scope TEXT, named TEXT);
                        CREATE FUNCTION note_scope() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                            INSERT INTO seen VALUES (current_setting('gateway.tenant', true),
                                current_setting('gateway.scope', true), NEW.tenant_id);
                            RETURN NEW;
                        END $$;
                        CREATE TRIGGER planted BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION note_scope();
                        CREATE TRIGGER planted BEFORE INSERT ON connections FOR EACH ROW EXECUTE FUNCTION note_scope();
                        """, on: url)
                    // Both at once, so that they may share a commit.
                    async let first = one.session("ann")
                    async let second = two.session("ann")
                    _ = try await (first, second)
                    _ = try await one.consent(try await one.session("ann"), "google", email: "ann@example.com")
                    let (a, b) = (try await id(of: one, env), try await id(of: two, env))
                    let database = try await PostgresDatabase.open(
                        PostgresParameters(url: url, authorities: ""), connections: 2)
                    let seen = try await database.read { tx in
                        try tx.run("SELECT tenant, scope, named FROM seen").map {
                            [try $0.text("tenant"), try $0.text("scope"), try $0.text("named")]
                        }
                    }
                    await database.close()
                    #expect(Set(seen) == [[a, "tenant", a], [b, "tenant", b]])
                    #expect(seen.count == 4)
                }
            }
        }
    }
#endif
