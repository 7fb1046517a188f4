import Foundation

/// The steps that a database has: the rows of its table `migrations`.
struct AppliedSteps {
    struct Row {
        let name: String
        /// Nil if the step was run by a build that stored no checksums, and is not known to this one.
        let checksum: String?
        /// Milliseconds since 1970; nil if the step was run by a build that stored no times.
        let appliedAt: Int64?
    }

    /// By number.
    private(set) var rows: [Int: Row] = [:]
    /// The number of steps that a program must know to use the database; 0 if any may.
    private(set) var oldestProgram = 0

    static func read(in connection: any Transaction) throws -> AppliedSteps {
        var applied = AppliedSteps()
        let columns = try Migrator.columns(of: "migrations", in: connection)
        if columns.contains("checksum") {
            for row in try connection.run("SELECT number, name, checksum, oldest_program, applied_at FROM migrations") {
                applied.rows[Int(try row.integer("number"))] = Row(
                    name: try row.text("name"), checksum: try row.optionalText("checksum"),
                    appliedAt: try row.optionalInteger("applied_at"))
                applied.oldestProgram = max(applied.oldestProgram, Int(try row.integer("oldest_program")))
            }
        } else if !columns.isEmpty {
            for row in try connection.run("SELECT number, name FROM migrations") {
                applied.rows[Int(try row.integer("number"))] = Row(
                    name: try row.text("name"), checksum: nil, appliedAt: nil)
            }
        }
        return applied
    }

    /// Creates the table, or adds the columns that former builds did not have, and fills in the checksums of steps that
    /// those builds ran: their names say which steps they are.
    static func prepareTable(for steps: [Migrator.Step], in connection: any Transaction) throws {
        let columns = try Migrator.columns(of: "migrations", in: connection)
        func script(_ text: String) throws {
            try connection.script(Migrator.Step.rendered(text, connection.dialect))
        }
        if columns.isEmpty {
            try script(
                """
                CREATE TABLE migrations (
                    number {int} PRIMARY KEY, name TEXT NOT NULL, checksum TEXT, oldest_program {int} NOT NULL DEFAULT 0,
                    applied_at {int}) {strict}
                """)
            return
        }
        for (column, declaration) in [
            ("checksum", "TEXT"), ("oldest_program", "{int} NOT NULL DEFAULT 0"), ("applied_at", "{int}"),
        ] where !columns.contains(column) {
            try script("ALTER TABLE migrations ADD COLUMN \(column) \(declaration)")
        }
        guard try connection.first("SELECT number FROM migrations WHERE checksum IS NULL") != nil else { return }
        for (index, step) in steps.enumerated() {
            try connection.run(
                """
                UPDATE migrations SET checksum = \(step.checksum)
                WHERE number = \(index + 1) AND name = \(step.name) AND checksum IS NULL
                """)
        }
    }

    static func insert(
        _ number: Int, _ step: Migrator.Step, oldestProgram: Int, in connection: any Transaction
    ) throws {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        try connection.run(
            """
            INSERT INTO migrations (number, name, checksum, oldest_program, applied_at)
            VALUES (\(number), \(step.name), \(step.checksum), \(oldestProgram), \(now))
            """)
    }
}
