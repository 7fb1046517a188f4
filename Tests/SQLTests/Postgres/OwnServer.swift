#if Postgres
    import Foundation
    import Support

    /// A PostgreSQL server of a test's own, beside the common one: it may be stopped.
    struct OwnServer: Sendable {
        let folder: URL
        /// The URL of the role `gateway`; the same after a start anew.
        let url: String

        static func start() async throws -> OwnServer {
            // A folder that the servers' user may enter, and that is removed with the common server.
            let common = URL(fileURLWithPath: try PostgresPlace.variable("GATEWAY_TEST_POSTGRES_DATA"))
            let folder = common.deletingLastPathComponent().appendingPathComponent("own-\(UUID().uuidString.prefix(8))")
            let output = try await script("start", folder)
            let prefix = "export GATEWAY_TEST_POSTGRES='"
            guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix(prefix) }) else {
                throw PostgresServer.Failure(description: "the server's URL is missing")
            }
            return OwnServer(folder: folder, url: String(line.dropFirst(prefix.count).dropLast()))
        }

        func start() async throws { _ = try await Self.script("start", folder) }
        func stop() async throws { _ = try await Self.script("stop", folder) }

        private static func script(_ verb: String, _ folder: URL) async throws -> String {
            let script = Fixture.package.appendingPathComponent("Tests/postgres.sh").path
            let command = try await Command.run("bash", [script, verb, folder.path])
            guard command.code == 0 else { throw PostgresServer.Failure(description: "\(verb): \(command.output)") }
            return command.output
        }
    }
#endif
