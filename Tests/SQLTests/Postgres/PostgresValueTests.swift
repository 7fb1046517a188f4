#if Postgres
    import Support
    import Testing

    @testable import SQL

    /// Values on their way to a PostgreSQL server and back, with and without prepared statements.
    @Suite(.enabled(if: PostgresServer.isRunning)) struct PostgresValueTests {
        @Test(arguments: [true, false]) func `Values come back as they were`(prepares: Bool) async throws {
            let database = try await PostgresPlace.open(prepares: prepares)
            try await database.write { try $0.script("CREATE TABLE kinds (id BIGINT, t TEXT, n BIGINT, b BYTEA)") }
            let long = String(repeating: "é", count: 524_288)
            let bytes = [UInt8]((0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let rows: [(text: String?, number: Int64?, bytes: [UInt8]?)] = [
                ("", 0, []), (nil, nil, nil), ("x", .max, [0]), ("a\nb\t\u{1F600}'\\", .min, [255, 0, 1]),
                (long, -1, bytes),
            ]
            for (id, row) in rows.enumerated() {
                try await database.write { tx in
                    _ = try tx.run(
                        "INSERT INTO kinds (id, t, n, b) VALUES (\(id), \(row.text), \(row.number), \(row.bytes))")
                }
            }
            let found = try await database.read { try $0.run("SELECT t, n, b FROM kinds ORDER BY id") }
            #expect(found.count == rows.count)
            for (row, found) in zip(rows, found) {
                #expect(try found.optionalText("t") == row.text)
                #expect(try found.optionalInteger("n") == row.number)
                #expect(try found.optionalBlob("b") == row.bytes)
            }
            await database.close()
        }

        @Test func `Smaller integers, booleans, names and counts are integers and texts`() async throws {
            let database = try await PostgresPlace.open()
            let row = try await database.read { tx in
                try tx.first(
                    """
                    SELECT CAST(-2 AS SMALLINT) AS small, CAST(-3 AS INT) AS middle, TRUE AS yes, FALSE AS no, COUNT(*) AS n,
                        CAST('name' AS NAME) AS name, CAST('v' AS VARCHAR(9)) AS v, 'literal' AS literal, NULL AS nothing
                    FROM pg_class WHERE relname = \("nothing of this name")
                    """)
            }
            let found = try #require(row)
            #expect(try found.integer("small") == -2 && found.integer("middle") == -3 && found.integer("n") == 0)
            #expect(try found.bool("yes") && !found.bool("no"))
            #expect(try found.text("name") == "name" && found.text("v") == "v" && found.text("literal") == "literal")
            #expect(try found.optionalText("nothing") == nil)
            await database.close()
        }

        @Test func `A text with U+0000 is stored with U+FFFD in its place`() async throws {
            let database = try await PostgresPlace.open()
            let text = try await database.read { try $0.first("SELECT \("a\0b\0") AS t")?.text("t") }
            #expect(text == "a\u{FFFD}b\u{FFFD}")
            await database.close()
        }

        @Test func `A statement may have hundreds of values`() async throws {
            let database = try await PostgresPlace.open()
            try await database.write { try $0.script("CREATE TABLE numbers (n BIGINT)") }
            let values = (0..<300).map { "\($0)" }
            let found = try await database.read { tx in
                try tx.run("SELECT CAST(1 AS BIGINT) AS n WHERE '299' IN \(list: values)").count
            }
            #expect(found == 1)
            await database.close()
        }

        /// One text with values of other types is another statement, and the least recently used ones make room.
        @Test func `More statements than are kept prepared work, in one transaction too`() async throws {
            let database = try await PostgresPlace.open(connections: 2)
            for _ in 0..<2 {
                try await database.read { tx in
                    for number in 0..<600 {
                        let row = try tx.first(Query(stringLiteral: "SELECT \(number) AS n_\(number)"))
                        #expect(try row?.integer("n_\(number)") == Int64(number))
                    }
                }
            }
            let kept = try await database.read {
                try $0.first("SELECT COUNT(*) AS n FROM pg_prepared_statements")?.integer("n") ?? 0
            }
            #expect(kept <= 520 && kept > 400)
            for value in [1 as Int64?, nil] {
                let row = try await database.read { try $0.first("SELECT CAST(\(value) AS BIGINT) AS n") }
                #expect(try row?.optionalInteger("n") == value)
            }
            await database.close()
        }

        @Test func `A table that has changed is read with its new columns`() async throws {
            let url = try PostgresServer.newDatabase()
            let (one, other) = (try await PostgresPlace.open(url), try await PostgresPlace.open(url))
            try await one.write { tx in
                try tx.script("CREATE TABLE changing (a BIGINT)")
                try tx.run("INSERT INTO changing VALUES (1)")
            }
            func names(_ database: PostgresDatabase) async throws -> Bool {
                let row = try await database.read { try $0.first("SELECT * FROM changing") }
                return (try? row?.optionalText("b")) != nil
            }
            for _ in 0..<8 { #expect(try await !names(other)) }
            try await one.write { try $0.script("ALTER TABLE changing ADD COLUMN b TEXT; UPDATE changing SET b = 'b'") }
            for _ in 0..<8 { #expect(try await names(other)) }
            for database in [one, other] { await database.close() }
        }
    }
#endif
