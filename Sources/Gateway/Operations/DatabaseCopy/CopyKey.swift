import JSONValue
import Sealing
import SQL

/// A row's primary key as a text: stored as the progress of a copy, and shown to a person.
enum CopyKey {
    /// An array of JSON, each value by the kind of its column.
    static func text(_ key: [Value]) -> String {
        JSON.array(
            key.map { value in
                switch value {
                case .null: .null
                // As a text: JSON's readers keep numbers up to 2^53 alone.
                case .integer(let number): .string(String(number))
                case .text(let text): .string(text)
                case .blob(let bytes): .string(Hex.encode(bytes))
                }
            }
        ).text
    }

    /// - Returns: nil if the text is no key of the table.
    static func values(_ text: String, of table: CopyTable) -> [Value]? {
        guard let items = try? JSON.parse(text).arrayValue, items.count == table.key.count else { return nil }
        var values: [Value] = []
        for (item, index) in zip(items, table.key) {
            guard let text = item.stringValue else { return nil }
            switch table.columns[index].kind {
            case .integer:
                guard let number = Int64(text) else { return nil }
                values.append(.integer(number))
            case .text: values.append(.text(text))
            case .bytes:
                guard let bytes = Hex.decode(text) else { return nil }
                values.append(.blob(bytes))
            }
        }
        return values
    }

    /// For a person: `tenant_id = ten_1, number = 2`.
    static func named(_ key: [Value], of table: CopyTable) -> String {
        zip(table.key, key).map { index, value in
            let text =
                switch value {
                case .null: "null"
                case .integer(let number): String(number)
                case .text(let text): text
                case .blob(let bytes): Hex.encode(bytes)
                }
            return "\(table.columns[index].name) = \(text)"
        }.joined(separator: ", ")
    }

    /// Returns true if a key comes before another: as both engines order them, texts by their bytes.
    static func isLess(_ left: [Value], _ right: [Value]) -> Bool {
        for (left, right) in zip(left, right) where !isSame(left, right) {
            switch (left, right) {
            case (.integer(let left), .integer(let right)): return left < right
            case (.text(let left), .text(let right)): return left.utf8.lexicographicallyPrecedes(right.utf8)
            case (.blob(let left), .blob(let right)): return left.lexicographicallyPrecedes(right)
            default: return false
            }
        }
        return false
    }

    /// Compares texts by their bytes: `==` takes canonically equivalent ones for equal.
    static func isSame(_ left: Value, _ right: Value) -> Bool {
        if case .text(let left) = left, case .text(let right) = right { return left.utf8.elementsEqual(right.utf8) }
        return left == right
    }
}
