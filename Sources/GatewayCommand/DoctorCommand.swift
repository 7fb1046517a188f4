import ArgumentParser
import Foundation
import Gateway
import JSONValue

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at settings, keys, database, clock, disk and everything outside, and says what to do.",
        discussion: """
            Reads the same settings as `serve`. It changes nothing and may run beside a gateway. Each line is `ok`, `note`
            (to be known or done by hand), `warn` or `FAIL`; it exits with 1 if anything failed.
            """)

    @Option(help: "A YAML file with the same names as the environment, which goes first.")
    var config: String?

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() async throws {
        // The database's companions are for this user's eyes alone.
        umask(0o077)
        let findings = await Doctor.examine(file: config)
        if json {
            print(JSON.object(["data": .array(findings.map(\.json))]).text)
        } else {
            for finding in findings {
                let line = "\(Self.mark(finding.level))  \(finding.subject): \(finding.text)"
                print(line.escapingControlCharacters)
            }
        }
        if findings.contains(where: { $0.level == .failure }) { throw ExitCode(1) }
    }

    private static func mark(_ level: Doctor.Finding.Level) -> String {
        switch level {
        case .ok: "ok  "
        case .note: "note"
        case .warning: "warn"
        case .failure: "FAIL"
        }
    }
}
