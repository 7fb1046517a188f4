import JSONValue
import SQL

/// Times are stored as milliseconds since 1970-01-01T00:00:00Z.
extension Row {
    func time(_ column: String) throws -> Timestamp { Timestamp(milliseconds: try integer(column)) }

    func optionalTime(_ column: String) throws -> Timestamp? {
        try optionalInteger(column).map { Timestamp(milliseconds: $0) }
    }
}
