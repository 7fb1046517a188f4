#if Postgres
    public import Foundation

    /// A PostgreSQL server of a test's own, beside the common one: it may be stopped, killed and filled up.
    public struct OwnServer: Sendable {
        public let folder: URL
        /// The URL of the role `gateway`; the same after a start anew.
        public let url: String
        /// The URL of the superuser.
        public let administratorURL: String
        /// The URL of the role `gateway` through PgBouncer; another one after a start anew.
        public let poolerURL: String
        private let settings: [String]

        /// - Parameters:
        ///   - settings: lines of its settings, as `fsync=on`.
        ///   - folder: its folder, else a new one.
        public static func start(_ settings: [String] = [], in folder: URL? = nil) async throws -> OwnServer {
            let folder = try folder ?? newFolder()
            let output = try await script("start", folder, settings)
            func variable(_ name: String) throws -> String {
                let prefix = "export \(name)='"
                guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix(prefix) }) else {
                    throw PostgresServer.Failure(description: "\(name) of the server is missing")
                }
                return String(line.dropFirst(prefix.count).dropLast())
            }
            return OwnServer(
                folder: folder, url: try variable("GATEWAY_TEST_POSTGRES"),
                administratorURL: try variable("GATEWAY_TEST_POSTGRES_ADMIN"),
                poolerURL: try variable("GATEWAY_TEST_PGBOUNCER"), settings: settings)
        }

        /// Runs `body` beside a server that ends with it.
        public static func run(
            _ settings: [String] = [], in folder: URL? = nil, _ body: (OwnServer) async throws -> Void
        ) async throws {
            let server = try await start(settings, in: folder)
            do {
                try await body(server)
            } catch {
                try? await server.stop()
                throw error
            }
            try await server.stop()
        }

        /// A path that the server's user may enter. It is removed with the common server.
        public static func newFolder() throws -> URL {
            guard let common = ProcessInfo.processInfo.environment["GATEWAY_TEST_POSTGRES_DATA"] else {
                throw PostgresServer.Failure(description: "GATEWAY_TEST_POSTGRES_DATA is not set")
            }
            return URL(fileURLWithPath: common).deletingLastPathComponent()
                .appendingPathComponent("own-\(UUID().uuidString.prefix(8))")
        }

        /// Starts it again, unless it runs.
        public func start() async throws { _ = try await Self.script("start", folder, settings) }
        public func stop() async throws { _ = try await Self.script("stop", folder) }
        /// SIGKILL to the postmaster; returns once its children have ended.
        public func crash() async throws { _ = try await Self.script("crash", folder) }

        /// Makes a database that belongs to the role `gateway`.
        /// - Returns: its URL.
        public func newDatabase(_ name: String, _ options: String = "") throws -> String {
            try PostgresServer.run("CREATE DATABASE \(name) OWNER gateway \(options)", on: administratorURL)
            return try Self.address(url, of: name)
        }

        /// The URL of another database of a server.
        public static func address(_ url: String, of database: String) throws -> String {
            guard var parts = URLComponents(string: url) else { throw PostgresServer.Failure(description: "no URL") }
            parts.path = "/" + database
            return parts.string ?? ""
        }

        private static func script(_ verb: String, _ folder: URL, _ settings: [String] = []) async throws -> String {
            let script = Fixture.package.appendingPathComponent("Tests/postgres.sh").path
            let command = try await Command.run("bash", [script, verb, folder.path] + settings)
            guard command.code == 0 else { throw PostgresServer.Failure(description: "\(verb): \(command.output)") }
            return command.output
        }
    }
#endif
