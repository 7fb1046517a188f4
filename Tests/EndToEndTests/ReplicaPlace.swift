#if Postgres
    import Foundation
    import HTTPTypes
    import SQL
    import Support

    /// Two gateways on one PostgreSQL database, and HAProxy in front of them.
    final class ReplicaPlace: Sendable {
        /// Its `gatewayURL` is the balancer's.
        let env: TestEnvironment
        let ports: [Int]
        let databaseURL: String
        private let programs = LockedValue<[Int: Program]>()
        private let balancer: Program

        init(version: String = "v2") async throws {
            databaseURL = try PostgresServer.newDatabase()
            env = try await TestEnvironment(version: version, extra: ["GATEWAY_DATABASE_URL": databaseURL])
            ports = [try TestEnvironment.freePort(), try TestEnvironment.freePort()]
            programs.set([:])
            let file = env.folder.appendingPathComponent("haproxy.cfg")
            let front = env.gatewayURL.split(separator: ":").last.map(String.init) ?? ""
            try Self.configuration(front: front, ports: ports).write(to: file, atomically: true, encoding: .utf8)
            balancer = try Program(
                ["-f", file.path, "-db", "-q"], folder: env.folder, executable: "/usr/sbin/haproxy")
            for number in ports.indices { try await start(number) }
            // The balancer looks after them five times a second.
            let visitor = env.anonymous
            try await env.eventually(within: 60) {
                (try? await visitor.call(.get, "/readyz"))?.status == 200 ? true : nil
            }
        }

        deinit {
            balancer.kill()
            for program in (programs.value ?? [:]).values { program.kill() }
        }

        /// As `docker/haproxy.cfg`, with quicker checks.
        private static func configuration(front: String, ports: [Int]) -> String {
            """
            defaults
                mode http
                timeout connect 2s
                timeout client 90s
                timeout server 90s
                option redispatch 1
                retries 3
                retry-on conn-failure
            frontend front
                bind 127.0.0.1:\(front)
                default_backend gateways
            backend gateways
                balance roundrobin
                option httpchk GET /readyz
                default-server check inter 200ms fall 1 rise 1
            \(ports.enumerated().map { "    server g\($0) 127.0.0.1:\($1)" }.joined(separator: "\n"))

            """
        }

        /// Starts one of the two; it listens when this returns.
        func start(_ number: Int) async throws {
            let program = try Program(
                ["serve"],
                environment: env.variables.merging([
                    "GATEWAY_PORT": "\(ports[number])", "GATEWAY_PUBLIC_URL": env.gatewayURL,
                ]) { $1 },
                folder: env.folder)
            try await program.prints("\"listening\"")
            programs.set((programs.value ?? [:]).merging([number: program]) { $1 })
        }

        func program(_ number: Int) throws -> Program {
            guard let program = programs.value?[number] else { throw Program.Ended(description: "not started") }
            return program
        }

        func stop(_ number: Int) { programs.value?[number]?.send(SIGSTOP) }
        func resume(_ number: Int) { programs.value?[number]?.send(SIGCONT) }

        /// One of the two, without the balancer.
        func url(_ number: Int) -> String { "http://localhost:\(ports[number])" }

        func open() async throws -> any Database {
            try await DatabaseLocation.postgres(
                PostgresParameters(url: databaseURL, authorities: ""), connections: 2, prepares: true
            ).open()
        }

        /// Waits until both have a share of the endpoints.
        func shared() async throws {
            let database = try await open()
            try await env.eventually {
                let owners = try await database.read { tx in
                    try tx.run("SELECT COUNT(*) AS n FROM object_leases WHERE kind = 'shard' GROUP BY owner").map {
                        try $0.integer("n")
                    }
                }
                return owners == [16, 16] ? true : nil
            }
            await database.close()
        }
    }
#endif
