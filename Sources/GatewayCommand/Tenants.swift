import ArgumentParser
import Foundation
import HTTPTypes
import JSONValue

struct Tenants: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Onboards and changes tenants of a running gateway.",
        discussion:
            "Calls the admin API at GATEWAY_URL, else on this machine at GATEWAY_PORT (8080), with GATEWAY_ADMIN_TOKEN.",
        subcommands: [
            Create.self, List.self, Show.self, Suspend.self, Activate.self, Delete.self, Provider.self,
            MeetingBaaS.self, TenantSettingsCommand.self,
        ])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a tenant.")
        @Argument(help: "2 to 40 characters of a-z, 0-9 and -; never changes.") var slug: String
        @Option(help: "A name for people; default: the slug.") var name: String?
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(
                try await gateway.client().call(
                    .post, "/admin/v1/tenants", ["slug": .string(slug), "name": .string(name ?? slug)]))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the tenants.")
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try gateway.client()
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
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(try await gateway.client().call(.get, "/admin/v1/tenants/\(slug)"))
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuses the tenant's calls and consents; its webhooks are stored and held.")
        @Argument var slug: String
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(
                try await gateway.client().call(
                    .patch, "/admin/v1/tenants/\(slug)", ["status": "suspended"]))
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a suspension; what was held is delivered.")
        @Argument var slug: String
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            output.show(
                try await gateway.client().call(
                    .patch, "/admin/v1/tenants/\(slug)", ["status": "active"]))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erases a tenant: calendars, grants, tokens, messages, keys.")
        @Argument var slug: String
        @Flag(help: "Needed: this cannot be undone.") var yes = false
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard yes else { throw ValidationError("This erases everything of \(slug). Add --yes to do it.") }
            output.show(try await gateway.client().call(.delete, "/admin/v1/tenants/\(slug)"))
        }
    }

    struct Provider: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets a tenant's app at Google or Microsoft and prints the redirect URI to register.",
            discussion: "The secret is read from standard input, so that no shell history keeps it.")
        @Argument var slug: String
        @Argument(help: "google or microsoft") var provider: String
        @Option var clientID: String
        @Option(help: "Microsoft's tenant segment; unless given, the one that is set, or common.")
        var directory: String?
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            var body: JSON.Members = [
                "client_id": .string(clientID), "client_secret": .string(try Secret.fromInput("client secret")),
            ]
            let client = try gateway.client()
            let path = "/admin/v1/tenants/\(slug)/providers/\(provider)"
            if let directory {
                body["directory"] = .string(directory)
            } else if provider == "microsoft" {
                // A PUT without it would bring back the default.
                body["directory"] = try await client.send(.get, path, expected: 404).json["directory"]
            }
            output.show(try await client.call(.put, path, .object(body)))
        }
    }

    struct MeetingBaaS: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "meeting-baas",
            abstract: "Gives a tenant its own Meeting BaaS account and prints the webhook URL to enter there.",
            discussion: """
                Secrets are read from standard input and files, so that no shell history and no list of processes shows
                them. The first line of standard input is the API key; with `--webhook-secret-file -` each line after it is
                a webhook secret.
                """)
        @Argument var slug: String
        @Option(help: "v1 or v2; unless given, the one that is set, or v2.") var apiVersion: String?
        @Option(
            help: "A file of Svix signing secrets (whsec_…), one a line; - for standard input. May be repeated.")
        var webhookSecretFile: [String] = []
        @Flag(help: "Remove the webhook secrets that are set.") var noWebhookSecrets = false
        /// Taken by version 0.1.0; it is still read so that its value is not printed as an unknown argument.
        @Option(help: .hidden) var webhookSecret: [String] = []
        @OptionGroup var gateway: GatewayOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard webhookSecret.isEmpty else {
                throw ValidationError(
                    "--webhook-secret is not taken: every user of this machine could read it. Write the secret to a file "
                        + "and give --webhook-secret-file PATH, or - to send it on standard input after the API key.")
            }
        }

        func run() async throws {
            let client = try gateway.client()
            let key = try Secret.fromInput("API key")
            let secrets = try webhookSecretFile.flatMap { try Secret.lines(of: $0, "webhook secret") }
            let path = "/admin/v1/tenants/\(slug)/meeting-baas"
            let present = try await client.send(.get, path, expected: 404).json
            let isOwn = present["shared"] == false
            // A PUT replaces all; what is not named must not go unnoticed.
            if secrets.isEmpty, !noWebhookSecrets, isOwn, let count = present["webhook_secret_count"]?.intValue,
                count > 0
            {
                throw ValidationError(
                    "\(slug) has \(count) webhook secrets, which cannot be read back. Give them with --webhook-secret-file, "
                        + "or add --no-webhook-secrets to remove them.")
            }
            let version = apiVersion ?? (isOwn ? present["api_version"]?.stringValue : nil) ?? "v2"
            output.show(
                try await client.call(
                    .put, path,
                    [
                        "api_key": .string(key), "api_version": .string(version),
                        "webhook_secrets": .array(secrets.map { .string($0) }),
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

    /// The lines of a file that are not empty, or with `-` those that are left on standard input.
    static func lines(of file: String, _ what: String) throws -> [String] {
        var text = ""
        if file == "-" {
            if isatty(STDIN_FILENO) == 1 { Terminal.complain("Type each \(what) on a line; end with Ctrl-D:") }
            while let line = readLine(strippingNewline: false) { text += line }
        } else {
            guard let read = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw ValidationError("\(file) cannot be read.")
            }
            text = read
        }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        guard !lines.isEmpty else {
            throw ValidationError("\(file == "-" ? "Standard input" : file) holds no \(what).")
        }
        return lines
    }
}
