import ArgumentParser
import Foundation
import Gateway

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "Moves the database to another file or server.", subcommands: [Copy.self])

    struct Copy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copies all rows into an empty database, compares them, and retires the source.",
            discussion: """
                Between SQLite and PostgreSQL, in both directions. Stop every gateway on the source first, and make a backup.
                URLs are as in GATEWAY_DATABASE_URL; one with a password belongs into a file. The other settings are those
                of `serve`; GATEWAY_MASTER_KEY must be the source's. Run the same command again after an interruption: it
                goes on where it ended. At the end gateways refuse to serve the source. It exits with 1 if rows differ or
                the databases cannot be copied.
                """)

        @Option(help: "The URL of the source: sqlite:<path> or postgres://…")
        var from: String?

        @Option(help: "A file that holds the URL of the source.")
        var fromFile: String?

        @Option(help: "The URL of the target: a new file, or an empty database.")
        var to: String?

        @Option(help: "A file that holds the URL of the target.")
        var toFile: String?

        @Flag(help: "For a trial: do not mark the source, so that gateways can go on serving it.")
        var keepSource = false

        @Option(help: "A YAML file with the same names as the environment, which goes first.")
        var config: String?

        func validate() throws {
            guard (from == nil) != (fromFile == nil) else { throw ValidationError("Give --from or --from-file.") }
            guard (to == nil) != (toFile == nil) else { throw ValidationError("Give --to or --to-file.") }
        }

        func run() async throws {
            // The database and its companions are for this user's eyes alone.
            umask(0o077)
            do {
                let copy = try DatabaseCopy(
                    try await GatewayConfiguration.read(file: config),
                    from: try Self.url(from, fromFile, "--from-file"),
                    to: try Self.url(to, toFile, "--to-file"), keepsSource: keepSource)
                let differences = try await copy.run { line in
                    print(line.escapingControlCharacters)
                    // A reader of a pipe sees the progress at once.
                    fflush(nil)
                }
                guard differences.isEmpty else {
                    for line in differences { Terminal.complain("DIFFERS  \(line)") }
                    Terminal.complain(
                        "meeting-gateway database copy: the databases differ. Nothing is marked; make the target anew and "
                            + "start again")
                    throw ExitCode(1)
                }
            } catch let error as ConfigurationError {
                for line in error.lines { Terminal.complain(line) }
                throw ExitCode(2)
            } catch let code as ExitCode {
                throw code
            } catch {
                Terminal.complain("meeting-gateway database copy: \(error)")
                throw ExitCode(1)
            }
        }

        /// The URL itself, or the content of a file without white space at its ends.
        private static func url(_ url: String?, _ file: String?, _ option: String) throws -> String {
            if let url { return url }
            guard let file, let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                Terminal.complain("\(option): cannot be read")
                throw ExitCode(2)
            }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
