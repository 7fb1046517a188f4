/// One row of a result; columns by name. Asking for a column that is not there, or as another type, is an error of ours
/// and throws `SQLError.column`.
public struct Row: Sendable {
    private let columns: Columns
    /// In the order of the statement's columns.
    public let values: [Value]

    init(columns: Columns, values: [Value]) {
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
        guard let index = columns.index(of: name) else { throw SQLError.column(name) }
        return values[index]
    }
}

/// The names of a statement's columns, shared by its rows.
struct Columns: Sendable {
    /// Up to this many, comparing names one after the other costs less than hashing one.
    private static let scanned = 16
    private let names: [String]
    private let indices: [String: Int]

    init(_ names: [String]) {
        self.names = names
        indices = names.count > Self.scanned ? Dictionary(zip(names, names.indices)) { $1 } : [:]
    }

    /// The position of the last column of that name.
    func index(of name: String) -> Int? {
        names.count > Self.scanned ? indices[name] : names.lastIndex(of: name)
    }
}
