import Testing

@testable import SQL

/// Values on their way into a statement and out of a row.
struct ValueTests {
    /// Short texts lie in the string itself, long ones outside it.
    @Test func `Each U+0000 is replaced, wherever it stands`() {
        for count in [0, 1, 7, 15, 16, 17, 100, 5_000] {
            let text = String(repeating: "é", count: count / 2) + String(repeating: "x", count: count % 2)
            #expect(text.sqlValue == .text(text))
            #expect(("\0" + text).sqlValue == .text("\u{FFFD}" + text))
            #expect((text + "\0").sqlValue == .text(text + "\u{FFFD}"))
            #expect((text + "\0" + text + "\0\0").sqlValue == .text(text + "\u{FFFD}" + text + "\u{FFFD}\u{FFFD}"))
        }
    }

    @Test(arguments: [1, 16, 17, 60])
    func `Columns are found by name, of two with one name the last`(count: Int) async throws {
        let database = try await SQLiteDatabase.open(path: newPath())
        let columns = (0..<count).map { "\($0) AS a_column_with_a_long_name_\($0)" } + ["-1 AS twice", "-2 AS twice"]
        let query = Query(stringLiteral: "SELECT " + columns.joined(separator: ", "))
        let row = try await database.read { try #require(try $0.first(query)) }
        for number in 0..<count {
            #expect(try row.integer("a_column_with_a_long_name_\(number)") == Int64(number))
        }
        #expect(try row.integer("twice") == -2)
        for missing in ["", "a_column_with_a_long_name_", "TWICE", "a_column_with_a_long_name_\(count)"] {
            #expect(throws: SQLError.self) { try row.integer(missing) }
        }
        await database.close()
    }
}
