import Foundation
import Gateway
import Logging

/// What the command writes to a person.
enum Terminal {
    static func complain(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    static func logger(_ configuration: GatewayConfiguration) -> Logger {
        let format = configuration.logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        return logger(format, configuration.logLevel)
    }

    static func logger(_ format: GatewayConfiguration.LogFormat, _ level: Logger.Level) -> Logger {
        var logger =
            switch format {
            case .json: Logger(label: "meeting-gateway") { _ in JSONLogHandler() }
            case .text: Logger(label: "meeting-gateway") { StreamLogHandler.standardError(label: $0) }
            }
        logger.logLevel = level
        return logger
    }
}
