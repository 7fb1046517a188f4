import ArgumentParser
import Foundation
import HTTPTypes
import Wire

struct Tenants: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Onboards and changes tenants of a running gateway.",
        discussion: "Calls the admin API at GATEWAY_URL (default http://localhost:8080) with GATEWAY_ADMIN_TOKEN.",
        subcommands: [
            Create.self, List.self, Show.self, Suspend.self, Activate.self, Delete.self, Provider.self,
            MeetingBaaS.self, Settings.self,
        ])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a tenant.")
        @Argument(help: "2 to 40 characters of a-z, 0-9 and -; never changes.") var slug: String
        @Option(help: "A name for people; default: the slug.") var name: String?
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(
                try await AdminClient.fromEnvironment().call(
                    .post, "/admin/v1/tenants", ["slug": .string(slug), "name": .string(name ?? slug)]))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the tenants.")
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try AdminClient.fromEnvironment()
            var cursor: String?
            repeat {
                let reply = try await client.call(.get, "/admin/v1/tenants" + (cursor.map { "?cursor=\($0)" } ?? ""))
                output.show(reply)
                cursor = reply["next_cursor"]?.stringValue
            } while cursor != nil
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a tenant.")
        @Argument var slug: String
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(try await AdminClient.fromEnvironment().call(.get, "/admin/v1/tenants/\(slug)"))
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuses the tenant's calls and consents; its webhooks are stored and held.")
        @Argument var slug: String
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(
                try await AdminClient.fromEnvironment().call(
                    .patch, "/admin/v1/tenants/\(slug)", ["status": "suspended"]))
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a suspension; what was held is delivered.")
        @Argument var slug: String
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(
                try await AdminClient.fromEnvironment().call(
                    .patch, "/admin/v1/tenants/\(slug)", ["status": "active"]))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erases a tenant: calendars, grants, tokens, messages, keys.")
        @Argument var slug: String
        @Flag(help: "Needed: this cannot be undone.") var yes = false
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard yes else { throw ValidationError("This erases everything of \(slug). Add --yes to do it.") }
            output.show(try await AdminClient.fromEnvironment().call(.delete, "/admin/v1/tenants/\(slug)"))
        }
    }

    struct Provider: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets a tenant's app at Google or Microsoft and prints the redirect URI to register.",
            discussion: "The secret is read from standard input, so that no shell history keeps it.")
        @Argument var slug: String
        @Argument(help: "google or microsoft") var provider: String
        @Option var clientID: String
        @Option(help: "Microsoft's tenant segment; default common.") var directory: String?
        @OptionGroup var output: OutputOptions

        func run() async throws {
            var body: JSON.Members = [
                "client_id": .string(clientID), "client_secret": .string(try Secret.fromInput("client secret")),
            ]
            if let directory { body["directory"] = .string(directory) }
            output.show(
                try await AdminClient.fromEnvironment().call(
                    .put, "/admin/v1/tenants/\(slug)/providers/\(provider)", .object(body)))
        }
    }

    struct MeetingBaaS: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "meeting-baas",
            abstract: "Gives a tenant its own Meeting BaaS account and prints the webhook URL to enter there.",
            discussion: "The API key is read from standard input.")
        @Argument var slug: String
        @Option(help: "v1 or v2") var apiVersion = "v2"
        @Option(help: "A Svix signing secret (whsec_…); may be repeated.") var webhookSecret: [String] = []
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(
                try await AdminClient.fromEnvironment().call(
                    .put, "/admin/v1/tenants/\(slug)/meeting-baas",
                    [
                        "api_key": .string(try Secret.fromInput("API key")), "api_version": .string(apiVersion),
                        "webhook_secrets": .array(webhookSecret.map { .string($0) }),
                    ]))
        }
    }

    struct Settings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a tenant's settings, or replaces them when any option is given.",
            discussion: "What is not given takes its default.")
        @Argument var slug: String
        @Option(help: "Where a consent may send the browser; may be repeated.") var returnURL: [String] = []
        @Option(help: "A browser origin that may call; may be repeated.") var allowedOrigin: [String] = []
        @Flag(help: "Keep grants at Google when a connection is deleted.") var keepGrants = false
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try AdminClient.fromEnvironment()
            let path = "/admin/v1/tenants/\(slug)/settings"
            if returnURL.isEmpty && allowedOrigin.isEmpty && !keepGrants {
                output.show(try await client.call(.get, path))
                return
            }
            output.show(
                try await client.call(
                    .put, path,
                    [
                        "return_urls": .array(returnURL.map { .string($0) }),
                        "allowed_origins": .array(allowedOrigin.map { .string($0) }),
                        "revoke_on_disconnect": .bool(!keepGrants),
                    ]))
        }
    }
}

enum Secret {
    /// One line of standard input.
    static func fromInput(_ what: String) throws -> String {
        if isatty(STDIN_FILENO) == 1 { Terminal.complain("Type the \(what) and press return:") }
        guard let line = readLine(), !line.isEmpty else {
            throw ValidationError("Give the \(what) on standard input.")
        }
        return line
    }
}
