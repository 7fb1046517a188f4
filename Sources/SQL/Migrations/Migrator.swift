import Synchronization

/// Brings a database to the newest schema, one numbered step after the other, each in its own transaction; but for large
/// indexes on PostgreSQL, which are built while others write (`LargeIndex`).
///
/// Two versions of the program can run side by side ("expand and contract"). A program's number is the number of steps that
/// it knows. An expand step leaves the schema usable by older programs, and every start runs it. A contract step takes
/// something away from older programs: it raises the database's oldest program, and an operator runs it with
/// `migrate up --finish`. A program below the oldest program refuses to start; a program that is merely older than the
/// schema starts.
///
/// Steps run in the order of their numbers, so a pending contract step stops the steps after it. If one of those is an
/// expand step, this program needs it and cannot start before the contract step is done.
///
/// A contract step runs like an expand step where no older program can use the database anyway: on an empty database, and
/// when the database already refuses the programs that the step refuses.
///
/// Many programs may run the same steps at the same time: each step reads again, in its own write transaction, what is done.
public struct Migrator: Sendable {
    let steps: [Step]

    public init(_ steps: [Step]) {
        self.steps = steps
        for (index, step) in steps.enumerated() {
            precondition(step.oldestProgram <= index + 1, "the step \(step.name) would refuse the program that has it")
        }
    }

    /// The number of steps, which is the number of the program that knows them.
    public var count: Int { steps.count }

    /// The steps that a call may run.
    public enum Goal: Sendable {
        /// The steps that a start needs: as `expand`, but nothing is run when the program could not use the result.
        case start
        /// The steps up to the first contract step that is pending.
        case expand
        /// All steps.
        case finish
    }

    /// - Parameters:
    ///   - beforeContract: called within the transaction of a contract step that refuses programs which may use the
    ///     database now, with the number that they must know from then on. It throws to keep the step from running.
    ///   - beforeNoting: called within each step's transaction, before the step is noted as done.
    ///   - onStep: called with a step's number once it is committed.
    /// - Throws: `SQLError.migration` when this program must not use the database, or when it must wait for a contract
    ///   step. Steps that were committed before stay.
    public func run(
        on database: any Database, to goal: Goal = .start,
        beforeContract: @escaping @Sendable (any Transaction, _ oldestProgram: Int) throws -> Void = { _, _ in },
        beforeNoting: @escaping @Sendable () -> Void = {}, onStep: (Int, Step) -> Void = { _, _ in }
    ) async throws {
        let dialect = try await database.read { $0.dialect }
        while true {
            let next = try await StepRetries.run(on: dialect) {
                try await runNext(database, goal, beforeContract, beforeNoting)
            }
            switch next {
            case .nothing: return
            case .done(let number): onStep(number, steps[number - 1])
            case .index(let number, let oldestProgram, let builder):
                if try await build(number, oldestProgram, builder, beforeNoting) { onStep(number, steps[number - 1]) }
            }
        }
    }

    private enum Next: Sendable {
        case nothing
        /// The step of this number was run.
        case done(Int)
        /// The step of this number builds a large index, for which no transaction is open.
        case index(Int, oldestProgram: Int, any LargeIndexBuilder)
    }

    /// Runs one step in one transaction, or finds the index that is to be built.
    private func runNext(
        _ database: any Database, _ goal: Goal,
        _ beforeContract: @escaping @Sendable (any Transaction, Int) throws -> Void,
        _ beforeNoting: @escaping @Sendable () -> Void
    ) async throws -> Next {
        try await database.write { [steps] connection in
            try AppliedSteps.prepareTable(for: steps, in: connection)
            let plan = MigrationPlan(steps: steps, applied: try AppliedSteps.read(in: connection))
            guard let number = try plan.next(goal) else { return .nothing }
            let (step, oldestProgram) = (steps[number - 1], plan.oldestProgram(after: steps[number - 1]))
            if step.largeIndex != nil, let builder = database as? any LargeIndexBuilder {
                return .index(number, oldestProgram: oldestProgram, builder)
            }
            if connection.dialect == .postgres { try StepRetries.limitLockWait(in: connection) }
            if !plan.applied.rows.isEmpty, step.oldestProgram > plan.applied.oldestProgram {
                try beforeContract(connection, step.oldestProgram)
            }
            for script in step.scripts(for: connection.dialect) { try connection.script(script) }
            beforeNoting()
            try AppliedSteps.insert(number, step, oldestProgram: oldestProgram, in: connection)
            return .done(number)
        }
    }

    /// Builds the index of a step, and notes the step.
    /// - Returns: false if another program did it, or is doing it.
    private func build(
        _ number: Int, _ oldestProgram: Int, _ builder: any LargeIndexBuilder,
        _ beforeNoting: @escaping @Sendable () -> Void
    ) async throws -> Bool {
        let step = steps[number - 1]
        guard let index = step.largeIndex else { return false }
        let isNoted = Atomic(false)
        let isDone = try await builder.build(
            index, isNeeded: { try AppliedSteps.read(in: $0).rows[number] == nil },
            insert: { tx in
                beforeNoting()
                try AppliedSteps.insert(number, step, oldestProgram: oldestProgram, in: tx)
                isNoted.store(true, ordering: .relaxed)
            })
        // Nothing announces the end of another program's build.
        if !isDone { try await Task.sleep(for: Self.pauseForOthers) }
        return isNoted.load(ordering: .relaxed)
    }

    private static let pauseForOthers = Duration.seconds(2)

    /// Returns whether a database has a table of this name.
    public static func hasTable(_ name: String, in connection: any Transaction) throws -> Bool {
        try !columns(of: name, in: connection).isEmpty
    }

    /// The names of a table's columns; none if there is no such table.
    static func columns(of table: String, in connection: any Transaction) throws -> Set<String> {
        let columns: Query =
            switch connection.dialect {
            case .sqlite: "SELECT name FROM pragma_table_info(\(table))"
            case .postgres:
                """
                SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns
                WHERE table_schema = CURRENT_SCHEMA AND table_name = \(table)
                """
            }
        return Set(try connection.run(columns).map { try $0.text("name") })
    }

    /// The steps before the named one, as an older build had them.
    public func before(_ name: String) -> Migrator { Migrator(Array(steps.prefix { $0.name != name })) }

    /// The first steps only, as an older build had them.
    public func first(_ count: Int) -> Migrator { Migrator(Array(steps.prefix(count))) }
}
