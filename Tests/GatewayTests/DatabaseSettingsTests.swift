#if Postgres
    import Foundation
    import SQL
    import Support
    import Testing

    @testable import Gateway

    /// The settings of a database on a server.
    struct DatabaseSettingsTests {
        private static let url = "postgres://gateway:canary-password@db.example.com:6432/meetings"

        private func read(_ environment: [String: String]) async throws -> GatewayConfiguration {
            try await GatewayConfiguration.read(
                environment: environment.merging(["GATEWAY_MASTER_KEY": ConfigurationTests.key]) { one, _ in one })
        }

        private func lines(_ environment: [String: String]) async -> [String] {
            do {
                _ = try await read(environment)
                return []
            } catch { return (error as? ConfigurationError)?.lines ?? ["\(error)"] }
        }

        @Test func `A URL of PostgreSQL brings its presets`() async throws {
            let configuration = try await read(["GATEWAY_DATABASE_URL": Self.url])
            guard case .postgres(let server, 6, true, nil) = configuration.database else {
                Issue.record("\(configuration.database)")
                return
            }
            #expect(server.hosts == ["db.example.com"] && server.database == "meetings")
            #expect(configuration.databaseFile == nil)
            #expect(!"\(configuration)".contains("canary"))
        }

        @Test func `Connections, prepared statements and a URL for notices can be set`() async throws {
            let configuration = try await read([
                "GATEWAY_DATABASE_URL": Self.url, "GATEWAY_DATABASE_CONNECTIONS": "12",
                "GATEWAY_DATABASE_PREPARE": "off",
                "GATEWAY_DATABASE_LISTEN_URL": "postgresql://gateway@[::1]/meetings",
                "GATEWAY_DATABASE_CA_FILE": Fixture.package.appendingPathComponent("README.md").path,
            ])
            guard case .postgres(_, 12, false, let listening?) = configuration.database else {
                Issue.record("\(configuration.database)")
                return
            }
            #expect(listening.hosts == ["::1"])
        }

        @Test func `Each mistake is one line that names its variable, and no line has a password`() async {
            let mistakes: [([String: String], String, String)] = [
                (["GATEWAY_DATABASE_URL": Self.url, "GATEWAY_DATABASE_CONNECTIONS": "1"], "CONNECTIONS", "2"),
                (["GATEWAY_DATABASE_URL": Self.url, "GATEWAY_DATABASE_PREPARE": "never"], "PREPARE", "on"),
                (["GATEWAY_DATABASE_URL": Self.url, "GATEWAY_DATABASE_CA_FILE": "/nowhere.pem"], "CA_FILE", "read"),
                (["GATEWAY_DATABASE_URL": Self.url + "?sslmode=require"], "URL", "verify-full"),
                (["GATEWAY_DATABASE_URL": Self.url + "?nonsense=1"], "URL", "libpq"),
                (["GATEWAY_DATABASE_URL": "mysql://gateway:canary@db/x"], "URL", "postgres://"),
                (["GATEWAY_DATABASE_URL": "postgres://gateway:canary/2@db.example.com/x"], "URL", "percent-encoded"),
                (["GATEWAY_DATABASE_URL": "postgres://gateway:can@canary@db.example.com/x"], "URL", "percent-encoded"),
                (
                    ["GATEWAY_DATABASE_URL": Self.url, "GATEWAY_DATABASE_LISTEN_URL": "http://canary"], "LISTEN_URL",
                    "must"
                ),
                (["GATEWAY_DATABASE_LISTEN_URL": Self.url], "LISTEN_URL", "only for a database on a PostgreSQL"),
            ]
            for (environment, name, reason) in mistakes {
                let found = await lines(environment)
                #expect(found.count == 1, "\(found)")
                #expect(found.first?.hasPrefix("GATEWAY_DATABASE_\(name): ") == true, "\(found)")
                #expect(found.first?.contains(reason) == true, "\(found)")
                #expect(!found.joined().contains("canary"), "\(found)")
            }
        }

        @Test func `A URL in a file that cannot be used is not repeated`() async throws {
            let file = try Fixture.temporaryFolder().appendingPathComponent("url")
            try Data("postgres://gateway:canary@db.example.com/x?sslmode=disable\n".utf8).write(to: file)
            let found = await lines(["GATEWAY_DATABASE_URL_FILE": file.path])
            #expect(found.count == 1 && found.first?.contains("verify-full") == true, "\(found)")
            #expect(!found.joined().contains("canary"))
        }
    }
#endif
