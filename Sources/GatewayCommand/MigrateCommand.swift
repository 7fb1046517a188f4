import ArgumentParser
import Foundation
import Gateway
import JSONValue

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Shows and runs the steps of the database's schema.",
        discussion: """
            A program's number is the number of steps that it knows. Expand steps leave the database usable by older
            programs, and every start of `serve` runs them. Contract steps take something away from older programs:
            `migrate up --finish` alone runs them, and then programs below their number refuse to start.
            """,
        subcommands: [Status.self, Up.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows each step, this program's number and the oldest program that may use the database.",
            discussion: """
                Reads the same settings as `serve`, changes nothing and may run beside a gateway. It exits with 1 if this
                program must not use the database; a database that lacks steps is fine.
                """)

        @Option(help: "A YAML file with the same names as the environment, which goes first.")
        var config: String?

        @Flag(help: "Print the status as JSON.")
        var json = false

        func run() async throws {
            let status = try await MigrateCommand.reporting(config) { try await SchemaMigration($0).status() }
            if json {
                print(status.json.text)
            } else {
                for line in status.lines { print(line.escapingControlCharacters) }
            }
            if !status.isUsable { throw ExitCode(1) }
        }
    }

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Runs the pending steps that older programs can live with; with --finish, all.",
            discussion: """
                Reads the same settings as `serve` and takes the same lock: stop a gateway on the same database file first.
                Make a backup. Before --finish, stop every program whose number is lower than a contract step names
                (`migrate status` shows both); it cannot start again afterwards. On PostgreSQL a contract step is refused while
                such programs run. It exits with 1 if this program still cannot use the database.
                """)

        @Option(help: "A YAML file with the same names as the environment, which goes first.")
        var config: String?

        @Flag(name: .customLong("finish"), help: "Also run contract steps, after which older programs refuse to start.")
        var runsContractSteps = false

        func run() async throws {
            let status = try await MigrateCommand.reporting(config) { configuration in
                var lock: DatabaseLock?
                defer { lock?.release() }
                if configuration.locksDatabase, let path = configuration.databaseFile {
                    lock = try await Serve.lock(
                        path, configuration.lockWaitSeconds, Terminal.logger(configuration))
                }
                return try await SchemaMigration(configuration).run(runsContractSteps: runsContractSteps) { step in
                    print("done: \(step)")
                }
            }
            print("The database: \(status.text).".escapingControlCharacters)
            if !status.isUsable { throw ExitCode(1) }
        }
    }

    /// Runs `body` with the settings. An error is one line that says why.
    private static func reporting<T>(
        _ config: String?, _ body: (GatewayConfiguration) async throws -> T
    ) async throws -> T {
        // The database and its companions are for this user's eyes alone.
        umask(0o077)
        do {
            return try await body(GatewayConfiguration.read(file: config))
        } catch let error as ConfigurationError {
            for line in error.lines { Terminal.complain(line) }
            throw ExitCode(2)
        } catch {
            Terminal.complain("meeting-gateway migrate: \(error)")
            throw ExitCode(1)
        }
    }
}
