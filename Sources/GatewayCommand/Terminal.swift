import Foundation
import Gateway
import Logging

/// Text that the command writes for a person.
enum Terminal {
    /// Milliseconds that a reader of standard error may stall before the rest of a line is given up.
    private static let timeout: Int32 = 1_000

    /// Prepares for what is at the other end of the outputs.
    static func prepare() {
        // A closed pipe and a file that may not grow are errors of a write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        atexit { LogWriter.standardError.flush() }
    }

    /// Writes one line to standard error, after the log's lines. A reader that is gone or stalls is left alone.
    static func complain(_ line: String) {
        LogWriter.standardError.flush()
        var rest = Array((line.escapingControlCharacters + "\n").utf8)[...]
        while !rest.isEmpty {
            var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, timeout) > 0 else { return }
            // A pipe that is ready takes this much without blocking.
            let count = rest.prefix(Int(PIPE_BUF)).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    static func logger(_ configuration: GatewayConfiguration) -> Logger {
        let format = configuration.logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        return logger(format, configuration.logLevel)
    }

    static func logger(_ format: GatewayConfiguration.LogFormat, _ level: Logger.Level) -> Logger {
        var logger =
            switch format {
            case .json: Logger(label: "meeting-gateway") { _ in JSONLogHandler() }
            case .text: Logger(label: "meeting-gateway") { _ in TextLogHandler() }
            }
        logger.logLevel = level
        return logger
    }
}
