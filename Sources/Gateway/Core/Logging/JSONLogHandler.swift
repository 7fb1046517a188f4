import Foundation
import JSONValue
public import Logging

/// One JSON object a line: time, level, message, then the values.
public struct JSONLogHandler: LogHandler {
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
        let given = event.metadata ?? [:]
        let all = metadata.isEmpty ? given : metadata.merging(given, uniquingKeysWith: { $1 })
        writer.write(Self.line(event.level, "\(event.message)", all))
    }

    private static func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(512)
        out += "{\"time\":\"\(Timestamp(Date()))\",\"level\":\"\(level.rawValue)\",\"message\":".utf8
        JSON.write(string: message, to: &out)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where !fixed.contains(key) {
            out.append(UInt8(ascii: ","))
            JSON.write(string: key, to: &out)
            out.append(UInt8(ascii: ":"))
            if case .string(let text) = value { JSON.write(string: text, to: &out) } else { out += json(value).bytes }
        }
        out.append(UInt8(ascii: "}"))
        out = ControlCharacters.escape(inJSON: out)
        out.append(UInt8(ascii: "\n"))
        return out
    }

    private static let fixed: Set = ["time", "level", "message"]

    private static func json(_ value: Logger.Metadata.Value) -> JSON {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value as Int): .int(value)
        case .stringConvertible(let value as UInt): .int(value)
        case .stringConvertible(let value as Double): .number("\(value)")
        case .stringConvertible(let value): .string("\(value)")
        case .array(let items): .array(items.map(json))
        case .dictionary(let members):
            .object(
                members.sorted { $0.key < $1.key }.reduce(into: JSON.Members()) { $0[$1.key] = json($1.value) })
        }
    }
}
