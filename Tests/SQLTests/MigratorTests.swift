import Support
import Synchronization
import Testing

@testable import SQL

/// Steps of a schema on a database: each once, none edited, and two programs side by side.
struct MigratorTests {
    private static let things = Migrator.Step("things", "CREATE TABLE things (id TEXT PRIMARY KEY, old TEXT) {strict}")
    private static let new = Migrator.Step("new", "ALTER TABLE things ADD COLUMN new TEXT")
    private static let drop = Migrator.Step(
        "drop old", "ALTER TABLE things DROP COLUMN old", kind: .contract(oldestProgram: 2))
    private static let more = Migrator.Step("more", "CREATE TABLE more (id TEXT PRIMARY KEY) {strict}")
    /// Fails when it is run.
    private static let broken = Migrator.Step("more", "CREATE TABLE things (id TEXT PRIMARY KEY) {strict}")

    private func open(_ engine: DatabaseTests.Engine) async throws -> any Database {
        try await DatabaseTests().open(engine).0
    }

    /// The text with which a start is refused.
    private func refusal(
        _ steps: [Migrator.Step], _ goal: Migrator.Goal = .start, on database: any Database
    ) async -> String? {
        switch await error({ try await Migrator(steps).run(on: database, to: goal) }) {
        case .migration(let text): text
        case nil: nil
        case let other?: "another error: \(other)"
        }
    }

    /// Runs the steps.
    /// - Returns: the numbers of those that were not done before.
    @discardableResult
    private func run(
        _ steps: [Migrator.Step], _ goal: Migrator.Goal = .start, on database: any Database
    ) async throws -> [Int] {
        var numbers: [Int] = []
        try await Migrator(steps).run(on: database, to: goal, onStep: { number, _ in numbers.append(number) })
        return numbers
    }

    private func state(_ steps: [Migrator.Step], _ database: any Database) async throws -> Migrator.Status.State {
        try await Migrator(steps).status(of: database).state
    }

    private func columns(_ table: String, _ database: any Database) async throws -> Set<String> {
        try await database.read { try Migrator.columns(of: table, in: $0) }
    }

    private func applied(_ database: any Database) async throws -> AppliedSteps {
        try await database.read { try AppliedSteps.read(in: $0) }
    }

    /// A table of a former build, which stored no checksums.
    private func noteAsFormerBuild(_ names: [String], on database: any Database) async throws {
        try await database.write { tx in
            let table = "CREATE TABLE migrations (number {int} PRIMARY KEY, name TEXT NOT NULL) {strict}"
            try tx.script(Migrator.Step.rendered(table, tx.dialect))
            for (index, name) in names.enumerated() {
                try tx.run("INSERT INTO migrations (number, name) VALUES (\(index + 1), \(name))")
            }
        }
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `Each step runs once, and is noted with its checksum and time`(engine: DatabaseTests.Engine) async throws {
        let database = try await open(engine)
        #expect(try await run([Self.things], on: database) == [1])
        #expect(try await run([Self.things, Self.new], on: database) == [2])
        #expect(try await run([Self.things, Self.new], on: database) == [])
        let applied = try await applied(database)
        #expect(applied.rows[1]?.checksum == Self.things.checksum && applied.rows[2]?.checksum == Self.new.checksum)
        #expect(applied.rows.values.allSatisfy { $0.appliedAt ?? 0 > 1_700_000_000_000 })
        #expect(applied.oldestProgram == 0)
        #expect(try await state([Self.things, Self.new], database) == .current)
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `Programs that start together run each step once`(engine: DatabaseTests.Engine) async throws {
        let (first, path) = try await DatabaseTests().open(engine)
        var databases = [first]
        for _ in 0..<3 { databases.append(try await DatabaseTests().open(engine, path: path).0) }
        let steps = [Self.things, Self.new, Self.drop, Self.more]
        let ran = try await withThrowingTaskGroup(of: [Int].self) { group in
            for database in databases { group.addTask { try await run(steps, on: database) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(ran.sorted() == [1, 2, 3, 4])
        for database in databases { await database.close() }
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `A step with another text or name than the database has is refused by name`(engine: DatabaseTests.Engine)
        async throws
    {
        let database = try await open(engine)
        try await run([Self.things, Self.new], on: database)
        for edited in [
            Migrator.Step("new", "ALTER TABLE things ADD COLUMN new  TEXT"),
            Migrator.Step("new", "ALTER TABLE things ADD COLUMN new TEXT", sqlite: "SELECT 1"),
            Migrator.Step("new", "ALTER TABLE things ADD COLUMN new TEXT", postgres: "SELECT 1"),
        ] {
            let text = try #require(await refusal([Self.things, edited, Self.more], on: database))
            #expect(text.contains("step 2 (new) was run with another text"), "\(text)")
            #expect(text.contains(edited.checksum) && text.contains(Self.new.checksum), "\(text)")
            #expect(try await state([Self.things, edited], database) == .unusable(text))
        }
        let other = try #require(await refusal([Self.things, Self.more], on: database))
        #expect(other.contains("step 2 is new in the database and more in this program"), "\(other)")
        #expect(try await columns("more", database).isEmpty)
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `A database of a former build gets the checksums of the steps that it names`(engine: DatabaseTests.Engine)
        async throws
    {
        let database = try await open(engine)
        try await noteAsFormerBuild(["things", "new"], on: database)
        try await database.write { try $0.script("CREATE TABLE things (id TEXT PRIMARY KEY, old TEXT, new TEXT)") }
        // A look changes nothing.
        #expect(try await state([Self.things, Self.new, Self.more], database) == .behind(1))
        #expect(try await columns("migrations", database) == ["number", "name"])
        #expect(try await run([Self.things, Self.new, Self.more], on: database) == [3])
        let applied = try await applied(database)
        #expect(applied.rows[1]?.checksum == Self.things.checksum && applied.rows[2]?.checksum == Self.new.checksum)
        #expect(applied.rows[1]?.appliedAt == nil && applied.rows[3]?.appliedAt != nil)
        // From then on they are compared.
        let edited = Migrator.Step("new", "ALTER TABLE things ADD COLUMN other TEXT")
        #expect(await refusal([Self.things, edited], on: database)?.contains("step 2 (new)") == true)
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `A database of another program is refused and left as it is`(engine: DatabaseTests.Engine) async throws {
        let database = try await open(engine)
        try await noteAsFormerBuild(["things", "foreign"], on: database)
        let text = try #require(await refusal([Self.things, Self.new], on: database))
        #expect(text.contains("step 2 is foreign in the database and new in this program"), "\(text)")
        #expect(try await columns("migrations", database) == ["number", "name"])
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `A start leaves contract steps to the operator, and they end older programs`(engine: DatabaseTests.Engine)
        async throws
    {
        let database = try await open(engine)
        try await run([Self.things], on: database)
        let steps = [Self.things, Self.new, Self.drop]
        #expect(try await state(steps, database) == .behind(1))
        #expect(try await run(steps, on: database) == [2])
        #expect(try await state(steps, database) == .unfinished(1, oldestProgram: 2))
        // Nothing is left for a start, and the oldest program goes on.
        for goal in [Migrator.Goal.start, .expand] { #expect(try await run(steps, goal, on: database) == []) }
        #expect(try await run([Self.things], on: database) == [])
        #expect(try await state([Self.things], database) == .newer(1))

        #expect(try await run(steps, .finish, on: database) == [3])
        #expect(try await columns("things", database) == ["id", "new"])
        #expect(try await state(steps, database) == .current)
        #expect(try await applied(database).oldestProgram == 2)
        // The oldest program starts; one below refuses, whatever it is to run.
        #expect(try await run([Self.things, Self.new], on: database) == [])
        #expect(try await state([Self.things, Self.new], database) == .newer(1))
        for goal in [Migrator.Goal.start, .expand, .finish] {
            let text = try #require(await refusal([Self.things], goal, on: database))
            #expect(text.contains("knows 1 steps") && text.contains("at least 2"), "\(text)")
            #expect(try await state([Self.things], database) == .unusable(text))
        }
        // An expand step leaves the oldest program as it was.
        #expect(try await run(steps + [Self.more], on: database) == [4])
        #expect(try await applied(database).oldestProgram == 2)
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `An older program starts only if the steps that it knows are the database's`(engine: DatabaseTests.Engine)
        async throws
    {
        let database = try await open(engine)
        try await run([Self.things, Self.new, Self.more], on: database)
        #expect(try await run([Self.things, Self.new], on: database) == [])
        #expect(await refusal([Self.things, Self.more], on: database)?.contains("step 2 is new") == true)
        let edited = Migrator.Step("things", "CREATE TABLE things (id TEXT PRIMARY KEY) {strict}")
        #expect(await refusal([edited, Self.new], on: database)?.contains("step 1 (things)") == true)
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `A program that needs a step behind a contract step changes nothing before the operator does`(
        engine: DatabaseTests.Engine
    ) async throws {
        let database = try await open(engine)
        try await run([Self.things], on: database)
        let steps = [Self.things, Self.new, Self.drop, Self.more]
        let text = try #require(await refusal(steps, on: database))
        #expect(text.contains("step 4 (more)") && text.contains("contract step 3 (drop old)"), "\(text)")
        #expect(text.contains("fewer than 2 steps") && text.contains("migrate up --finish"), "\(text)")
        #expect(try await columns("things", database) == ["id", "old"])
        #expect(try await state(steps, database) == .unusable(text))
        #expect(try await run(steps, .expand, on: database) == [2])
        #expect(await refusal(steps, on: database) == text)
        #expect(try await run(steps, .finish, on: database) == [3, 4])
        #expect(try await run(steps, on: database) == [])
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `All steps of an empty database run at once, also after an interruption`(engine: DatabaseTests.Engine)
        async throws
    {
        let database = try await open(engine)
        let steps = [Self.things, Self.new, Self.drop, Self.more]
        #expect(Migrator(steps).emptyStatus.state == .behind(4))
        #expect(try await state(steps, database) == .behind(4))
        let failing = Migrator([Self.things, Self.new, Self.drop, Self.broken])
        #expect(await error { try await failing.run(on: database) } != nil)
        #expect(try await applied(database).rows.keys.sorted() == [1, 2, 3])
        #expect(try await run(steps, on: database) == [4])
        await database.close()

        let second = try await open(engine)
        _ = await error { try await Migrator([Self.things, Self.broken, Self.drop, Self.more]).run(on: second) }
        #expect(try await applied(second).rows.keys.sorted() == [1])
        #expect(try await run(steps, on: second) == [2, 3, 4], "the contract step as well: no older program was here")
        #expect(await refusal([Self.things], on: second)?.contains("at least 2") == true)
        await second.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `A start runs a contract step that refuses no further program`(engine: DatabaseTests.Engine) async throws {
        let database = try await open(engine)
        let steps = [Self.things, Self.new, Self.drop]
        try await run(steps, on: database)
        let again = Migrator.Step("drop new", "ALTER TABLE things DROP COLUMN new", kind: .contract(oldestProgram: 2))
        #expect(try await run(steps + [again], on: database) == [4])
        let further = Migrator.Step("end", "DROP TABLE things", kind: .contract(oldestProgram: 3))
        #expect(try await run(steps + [again, further], on: database) == [])
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `A contract step is not run when its programs are said to be in the way`(engine: DatabaseTests.Engine)
        async throws
    {
        let database = try await open(engine)
        try await run([Self.things], on: database)
        let steps = [Self.things, Self.new, Self.drop, Self.more]
        let requested = Mutex<[Int]>([])
        let refused = await error {
            try await Migrator(steps).run(
                on: database, to: .finish,
                beforeContract: { _, oldest in
                    requested.withLock { $0.append(oldest) }
                    throw SQLError.migration("in the way")
                })
        }
        guard case .migration("in the way")? = refused else {
            Issue.record("\(refused.text)")
            return
        }
        #expect(requested.withLock(\.self) == [2])
        #expect(try await columns("things", database) == ["id", "old", "new"])
        try await Migrator(steps).run(on: database, to: .finish)
        // Steps of an empty database are in nobody's way.
        let empty = try await open(engine)
        try await Migrator(steps).run(
            on: empty, beforeContract: { _, _ in throw SQLError.migration("in the way") })
        for each in [database, empty] { await each.close() }
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `A step that builds a large index runs once on either engine`(engine: DatabaseTests.Engine) async throws {
        let database = try await open(engine)
        let index = Migrator.Step("index", building: LargeIndex("things_by_old", on: "things", "(old)"))
        let steps = [Self.things, index, Self.more]
        #expect(try await run(steps, on: database) == [1, 2, 3])
        #expect(try await run(steps, on: database) == [])
        #expect(try await applied(database).rows[2]?.checksum == index.checksum)
        // The index is there.
        #expect(await error { try await database.write { try $0.script("DROP INDEX things_by_old") } } == nil)
        await database.close()
    }

    @Test(arguments: DatabaseTests.Engine.all)
    func `The status names each step with its state, kind and checksum`(engine: DatabaseTests.Engine) async throws {
        let database = try await open(engine)
        try await run([Self.things, Self.new], on: database)
        let edited = Migrator.Step("new", "ALTER TABLE things ADD COLUMN other TEXT")
        let status = try await Migrator([Self.things, edited, Self.drop]).status(of: database)
        #expect(status.steps.map(\.number) == [1, 2, 3] && status.steps.map(\.name) == ["things", "new", "drop old"])
        #expect(status.steps.map(\.isApplied) == [true, true, false])
        #expect(status.steps.map(\.isChecksumRight) == [true, false, nil])
        #expect(status.steps.map(\.kind) == [.expand, .expand, .contract(oldestProgram: 2)])
        #expect(status.program == 3 && status.oldestProgram == 0)
        let older = try await Migrator([Self.things]).status(of: database)
        #expect(older.steps.map(\.name) == ["things", "new"] && older.steps.map(\.kind) == [.expand, nil])
        await database.close()
    }

    @Test func `Checksums are 64-bit FNV-1a`() {
        // Vectors of the authors: http://www.isthe.com/chongo/src/fnv/test_fnv.c
        for (text, hash) in [
            ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
        ] { #expect(Migrator.Step.checksum(of: text) == hash) }
        // Leading zeros stay.
        #expect((0..<200).allSatisfy { Migrator.Step.checksum(of: "\($0)").utf8.count == 16 })
    }

    @Test func `A step that waits for a table too long is tried again on PostgreSQL alone`() async {
        func attempts(_ dialect: Dialect, failing failures: Int) async -> (count: Int, error: SQLError?) {
            var count = 0
            let failure = await error {
                try await StepRetries.run(on: dialect, attempts: 3, pause: 0...1) {
                    count += 1
                    if count <= failures { throw SQLError.unavailable(.locked, "") }
                }
            }
            return (count, failure)
        }
        let last = await attempts(.postgres, failing: 2)
        #expect(last.count == 3 && last.error == nil)
        let never = await attempts(.postgres, failing: 9)
        #expect(never.count == 3 && never.error.isUnavailable(.locked))
        let sqlite = await attempts(.sqlite, failing: 1)
        #expect(sqlite.count == 1 && sqlite.error.isUnavailable(.locked))
    }
}
