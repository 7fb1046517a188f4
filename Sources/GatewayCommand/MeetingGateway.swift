import ArgumentParser
import Gateway

@main
struct MeetingGateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meeting-gateway",
        abstract: "A self-hosted, multi-tenant gateway in front of Meeting BaaS.",
        discussion: """
            Start with `meeting-gateway serve --sandbox`: a gateway with stand-ins of Google, Microsoft and Meeting BaaS,
            and a walk of curl lines to paste.

            Settings come from the environment (GATEWAY_…); README.md lists them.
            """,
        version: Version.number,
        subcommands: [
            Serve.self, SandboxCommand.self, VaultCommand.self, Tenants.self, Keys.self, Healthcheck.self,
            DoctorCommand.self, MigrateCommand.self, DatabaseCommand.self,
        ])

    static func main() async {
        Terminal.prepare()
        if let mistake = UnknownCommand(in: Array(CommandLine.arguments.dropFirst()), of: Self.self) {
            Terminal.complain(mistake.description)
            exit(withError: ExitCode.validationFailure)
        }
        await main(nil)
    }
}
