public import Foundation
public import JSONValue
import Logging
import Sealing
import SQL

/// Looks at everything that a gateway needs before it is started, or while it runs, and says what to do about each.
///
/// It changes nothing: what it reads it reads beside a running gateway, and what it asks of others are reads.
public enum Doctor {
    public struct Finding: Sendable {
        public enum Level: String, Sendable {
            case ok
            /// Nothing is wrong; something is to be known or to be done by hand.
            case note
            case warning
            case failure
        }
        public let level: Level
        public let subject: String
        public let text: String

        public var json: JSON {
            ["level": .string(level.rawValue), "subject": .string(subject), "text": .string(text)]
        }
    }

    /// - Parameters: as `GatewayConfiguration.read` takes them.
    public static func examine(
        environment: [String: String] = ProcessInfo.processInfo.environment, file: String? = nil
    ) async -> [Finding] {
        let configuration: GatewayConfiguration
        do {
            configuration = try await GatewayConfiguration.read(environment: environment, file: file)
        } catch {
            let lines = (error as? ConfigurationError)?.lines ?? ["\(error)"]
            return lines.map { Finding(level: .failure, subject: "configuration", text: $0) }
        }
        var findings = Findings()
        SettingsCheck(configuration: configuration).run(&findings)
        HostCheck(configuration: configuration).run(&findings)
        await StorageCheck(configuration: configuration).run(&findings)
        await ConnectionsCheck(configuration: configuration).run(&findings)
        await OutsideCheck(configuration: configuration).run(&findings)
        return findings.all
    }
}

/// The findings so far.
struct Findings {
    private(set) var all: [Doctor.Finding] = []

    mutating func ok(_ subject: String, _ text: String) { add(.ok, subject, text) }
    mutating func note(_ subject: String, _ text: String) { add(.note, subject, text) }
    mutating func warn(_ subject: String, _ text: String) { add(.warning, subject, text) }
    mutating func fail(_ subject: String, _ text: String) { add(.failure, subject, text) }

    private mutating func add(_ level: Doctor.Finding.Level, _ subject: String, _ text: String) {
        all.append(.init(level: level, subject: subject, text: text))
    }
}
