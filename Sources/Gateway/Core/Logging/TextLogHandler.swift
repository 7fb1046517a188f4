import Foundation
import JSONValue
public import Logging

/// One line of text for each event, for people: time, level, message, then the values as `name=value`.
///
/// Control characters are escaped in everything: a value that comes from outside can neither begin a line nor colour it.
/// Values that hold spaces, quotes or `=` are quoted, so that none can look like another.
public struct TextLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level = .info
    private let writer: LogWriter

    public init(writer: LogWriter = .standardError) {
        self.writer = writer
        writer.reportDropped { count in
            Self.line(.warning, LogWriter.droppedMessage, [LogWriter.droppedName: .stringConvertible(count)])
        }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        writer.write(
            Self.line(
                event.level, "\(event.message)", metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 })))
    }

    private static func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> [UInt8] {
        var line = "\(Timestamp(Date())) \(level.rawValue) \(message.escapingControlCharacters)"
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(name.escapingControlCharacters)=\(quoted("\(value)"))"
        }
        return Array(line.utf8) + [UInt8(ascii: "\n")]
    }

    private static func quoted(_ value: String) -> String {
        let needsQuotes = value.isEmpty || value.utf8.contains { [0x20, 0x22, 0x3D, 0x5C].contains($0) }
        guard needsQuotes else { return value.escapingControlCharacters }
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"" + escaped.escapingControlCharacters + "\""
    }
}
