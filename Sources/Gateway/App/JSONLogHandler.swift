import Foundation
public import Logging
import Wire

/// One JSON object a line on standard error: time, level, message, then the values.
public struct JSONLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level = .info

    public init() {}

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var out: JSON.Members = [
            "time": .string("\(Timestamp(Date()))"), "level": .string(event.level.rawValue),
            "message": .string("\(event.message)"),
        ]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            out[key] = Self.json(value)
        }
        FileHandle.standardError.write(Data(JSON.object(out).bytes + [0x0A]))
    }

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
