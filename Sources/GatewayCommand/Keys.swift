import ArgumentParser
import HTTPTypes
import JSONValue

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes and revokes the API keys of a tenant.",
        discussion:
            "Calls the admin API at GATEWAY_URL, else on this machine at GATEWAY_PORT (8080), with GATEWAY_ADMIN_TOKEN.",
        subcommands: [Create.self, List.self, Rotate.self, Delete.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a key and prints it, this once.")
        @Argument(help: "The tenant's slug.") var slug: String
        @Option(help: "What the key is for.") var name = "server"
        @Option(help: "A scope; may be repeated. Default: all but connections:import and tokens:read.")
        var scope: [String] = []
        @Option(help: "When it ends, like 2027-01-31T00:00:00Z.") var expiresAt: String?
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            var body: JSON.Members = ["name": .string(name)]
            if !scope.isEmpty { body["scopes"] = .array(scope.map { .string($0) }) }
            if let expiresAt { body["expires_at"] = .string(expiresAt) }
            output.show(
                try await gateway.client().call(
                    .post, "/admin/v1/tenants/\(slug)/keys", .object(body)))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists a tenant's keys, without the keys.")
        @Argument(help: "The tenant's slug.") var slug: String
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(try await gateway.client().call(.get, "/admin/v1/tenants/\(slug)/keys"))
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replaces a key and prints the new one; the old goes on for the overlap.")
        @Argument(help: "The tenant's slug.") var slug: String
        @Argument(help: "The key's id, key_….") var key: String
        @Option(help: "Seconds that the old key goes on.") var overlapSeconds = 86_400
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(
                try await gateway.client().call(
                    .post, "/admin/v1/tenants/\(slug)/keys/\(key)/rotate", ["overlap_seconds": .int(overlapSeconds)]))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a key and the sessions it minted, at once.")
        @Argument(help: "The tenant's slug.") var slug: String
        @Argument(help: "The key's id, key_….") var key: String
        @OptionGroup var gateway: GatewayOptions

        func run() async throws {
            _ = try await gateway.client().call(.delete, "/admin/v1/tenants/\(slug)/keys/\(key)")
        }
    }
}
