#if Postgres
    import Foundation
    import HTTPTypes
    import JSONValue
    import SQL
    import Support
    import Testing

    extension EndToEnd {
        /// A server in trouble that does not die: callers get a 503 with `Retry-After` in bounded time, webhooks are not
        /// acknowledged, and all goes on without a restart of the gateway once the trouble ends.
        @Suite(.enabled(if: PostgresServer.isRunning)) struct PostgresTroubleTests {
            /// A caller's wait, at most: a statement's 15 seconds on the server, 5 for the way, and a busy machine.
            private static let longest = Duration.seconds(50)

            /// A webhook and a write are refused, each in bounded time.
            private static func expectRefused(_ place: DeliveryPlace, _ mark: String) async throws {
                let start = ContinuousClock.now
                async let webhook = place.webhook(mark)
                let reply = try await write(place, mark)
                #expect(reply.status == 503 && reply.code == "storage_unavailable", "\(reply.status) \(reply.text)")
                #expect(reply.header("retry-after") != nil)
                #expect(await webhook == 503)
                #expect(.now - start < longest)
            }

            /// Many at once: the wait of one is not added to that of another.
            /// - Returns: the marks of the webhooks.
            private static func expectManyRefused(_ place: DeliveryPlace) async throws -> [String] {
                let (start, marks) = (ContinuousClock.now, (0..<20).map { "many-\($0)" })
                let statuses = await withTaskGroup(of: Int?.self) { group in
                    for mark in marks { group.addTask { await place.webhook(mark) } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.allSatisfy { $0 == 503 }, "\(statuses)")
                let time = ContinuousClock.now - start
                print("20 webhooks refused in \(time)")
                #expect(time < longest)
                return marks
            }

            private static func write(_ place: DeliveryPlace, _ name: String) async throws -> API.Reply {
                try await place.server.call(
                    .post, "/api/v1/webhook-endpoints", ["url": .string("\(place.receiver.url)/of/\(name)")])
            }

            /// Works again, and what was acknowledged before and is acknowledged now is delivered.
            private static func expectRecovered(_ place: DeliveryPlace, _ marks: [String]) async throws {
                try await place.env.eventually(within: 60) {
                    try await place.env.anonymous.call(.get, "/readyz").status == 200 ? true : nil
                }
                for mark in marks {
                    try await place.env.eventually(within: 60) { await place.webhook(mark) == 200 ? true : nil }
                }
                try await place.env.eventually(within: 60) {
                    try await write(place, "after").status == 201 ? true : nil
                }
                try await place.env.eventually(within: 60) { Set(marks).isSubset(of: place.marks("/a")) ? true : nil }
                let all = place.receiver.deliveries.filter { $0.path == "/a" }
                let ids = Dictionary(grouping: all) { $0.data["mark"]?.stringValue ?? "" }
                #expect(ids.values.allSatisfy { Set($0.map(\.id)).count == 1 }, "a second id")
            }

            private static func place(
                _ more: [String: String] = [:], url: String? = nil,
                _ body: @escaping @Sendable (DeliveryPlace, _ url: String) async throws -> Void
            ) async throws {
                let url = try url ?? PostgresServer.newDatabase()
                let environment = ["GATEWAY_DATABASE_URL": url].merging(more) { $1 }
                try await DeliveryPlace.run(environment: environment) { place, gateway in
                    try await place.endpoint("/a")
                    #expect(await place.webhook("before") == 200)
                    try await body(place, url)
                    #expect(gateway.current?.isRunning == true)
                }
            }

            /// A client that leaves a transaction idle.
            private static func idle(_ url: String, _ statement: String) async throws -> Program {
                let client = try Program(
                    ["-u", "-c", idleClient, url, statement], folder: nil, executable: "/usr/bin/python3")
                try await client.prints("idle")
                return client
            }

            /// psql holds its transaction for as long as its input is open.
            private static let idleClient = """
                import subprocess, sys
                psql = subprocess.Popen(["psql", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", sys.argv[1]],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                psql.stdin.write("BEGIN;\\n" + sys.argv[2] + ";\\n\\\\echo done\\n")
                psql.stdin.flush()
                while (line := psql.stdout.readline()).strip() != "done":
                    if not line: sys.exit("psql ended")
                print("idle", flush=True)
                psql.wait()
                """

            private static let locks = [
                "UPDATE tenants SET name = name", "LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE",
            ]

            @Test(.timeLimit(.minutes(5)), arguments: locks)
            func `A transaction that is left idle with a lock refuses others, until it ends`(statement: String)
                async throws
            {
                try await Self.place { place, url in
                    let client = try await Self.idle(url, statement)
                    defer { client.kill() }
                    let many = try await Self.expectManyRefused(place)
                    #expect(await place.webhook("single") == 503)
                    try await place.env.anonymous.call(.get, "/healthz").expect(200)
                    client.kill()
                    try await Self.expectRecovered(place, ["before", "single"] + many)
                }
            }

            @Test(.timeLimit(.minutes(5)))
            func `A transaction that is left idle without a lock refuses nobody`() async throws {
                try await Self.place { place, url in
                    let client = try await Self.idle(
                        url, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT COUNT(*) FROM deliveries")
                    defer { client.kill() }
                    for number in 0..<20 { #expect(await place.webhook("m\(number)") == 200) }
                    try await Self.expectRecovered(place, ["before"] + (0..<20).map { "m\($0)" })
                }
            }

            @Test(.timeLimit(.minutes(5)))
            func `A role without connections left is refused, until it has some`() async throws {
                try await OwnServer.run { server in
                    try await Self.place(url: try server.newDatabase("limited")) { place, url in
                        func limit(_ count: Int) throws {
                            try PostgresServer.run(
                                """
                                ALTER ROLE gateway CONNECTION LIMIT \(count);
                                SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gateway';
                                """, on: server.administratorURL)
                        }
                        try limit(0)
                        for number in 0..<3 { try await Self.expectRefused(place, "m\(number)") }
                        try limit(-1)
                        try await Self.expectRecovered(place, ["before"] + (0..<3).map { "m\($0)" })
                    }
                }
            }

            @Test(.timeLimit(.minutes(5)))
            func `A pool whose connections others have is refused, until it has one`() async throws {
                try await OwnServer.run { server in
                    let direct = try server.newDatabase("pooled")
                    let pooled = try OwnServer.address(server.poolerURL, of: "pooled")
                    let console = try OwnServer.address(
                        server.poolerURL.replacing("//gateway:", with: "//postgres:"), of: "pgbouncer")
                    let administrator = try #require(URLComponents(string: server.administratorURL)?.password)
                    var parts = try #require(URLComponents(string: console))
                    parts.password = administrator
                    try PostgresServer.run("SET default_pool_size = 1", on: parts.string ?? "")
                    let variables = ["GATEWAY_DATABASE_PREPARE": "off", "GATEWAY_DATABASE_LISTEN_URL": direct]
                    try await Self.place(variables, url: pooled) { place, _ in
                        let client = try await Self.idle(pooled, "SELECT 1")
                        defer { client.kill() }
                        try await Self.expectRefused(place, "single")
                        let many = try await Self.expectManyRefused(place)
                        client.kill()
                        try await Self.expectRecovered(place, ["before", "single"] + many)
                    }
                }
            }
        }
    }
#endif
