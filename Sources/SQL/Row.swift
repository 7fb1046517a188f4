/// One row of a result; columns by name. Asking for a column that is not there, or as another type, is an error of ours
/// and throws `SQLError.column`.
public struct Row: Sendable {
    private let columns: [String: Int]
    private let values: [Value]

    init(columns: [String: Int], values: [Value]) {
        self.columns = columns
        self.values = values
    }

    public func text(_ name: String) throws -> String {
        guard let value = try optionalText(name) else { throw SQLError.column(name) }
        return value
    }

    public func optionalText(_ name: String) throws -> String? {
        switch try value(name) {
        case .text(let text): text
        case .null: nil
        default: throw SQLError.column(name)
        }
    }

    public func integer(_ name: String) throws -> Int64 {
        guard let value = try optionalInteger(name) else { throw SQLError.column(name) }
        return value
    }

    public func optionalInteger(_ name: String) throws -> Int64? {
        switch try value(name) {
        case .integer(let number): number
        case .null: nil
        default: throw SQLError.column(name)
        }
    }

    public func bool(_ name: String) throws -> Bool { try integer(name) != 0 }

    public func blob(_ name: String) throws -> [UInt8] {
        guard let value = try optionalBlob(name) else { throw SQLError.column(name) }
        return value
    }

    public func optionalBlob(_ name: String) throws -> [UInt8]? {
        switch try value(name) {
        case .blob(let bytes): bytes
        case .null: nil
        default: throw SQLError.column(name)
        }
    }

    private func value(_ name: String) throws -> Value {
        guard let index = columns[name] else { throw SQLError.column(name) }
        return values[index]
    }
}
