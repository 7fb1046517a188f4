/// The steps that a database still needs, and the reasons why a program must not use it. Changes nothing itself.
struct MigrationPlan {
    let steps: [Migrator.Step]
    let applied: AppliedSteps

    /// The numbers of the steps that any start may run, in order.
    private(set) var automatic: [Int] = []
    /// The numbers of the pending steps after those: a contract step, and all that follow it.
    private(set) var waiting: [Int] = []
    /// The numbers of steps in the database that this program does not know.
    var unknown: [Int] { applied.rows.keys.filter { $0 > steps.count }.sorted() }

    init(steps: [Migrator.Step], applied: AppliedSteps) {
        self.steps = steps
        self.applied = applied
        let pending = (1...).prefix(steps.count).filter { applied.rows[$0] == nil }
        automatic = Array(pending.prefix { steps[$0 - 1].oldestProgram <= oldestProgram })
        waiting = Array(pending.dropFirst(automatic.count))
    }

    /// The number of steps that a program must know to use the database.
    ///
    /// On an empty database it is the one that holds after all steps, from the first step on: an interrupted start, or
    /// another program that starts at the same time, then runs the contract steps as well.
    private var oldestProgram: Int {
        applied.rows.isEmpty ? steps.map(\.oldestProgram).max() ?? 0 : applied.oldestProgram
    }

    func oldestProgram(after step: Migrator.Step) -> Int { max(oldestProgram, step.oldestProgram) }

    /// - Returns: the number of the step to run next; nil if none is left for this goal.
    /// - Throws: `SQLError.migration`
    func next(_ goal: Migrator.Goal) throws -> Int? {
        switch goal {
        case .start:
            if let refusal = refusal ?? waitRefusal { throw SQLError.migration(refusal) }
            return automatic.first
        case .expand:
            if let refusal { throw SQLError.migration(refusal) }
            return automatic.first
        case .finish:
            if let refusal { throw SQLError.migration(refusal) }
            return automatic.first ?? waiting.first
        }
    }

    /// The reason why this program must neither use nor change the database.
    var refusal: String? {
        for (index, step) in steps.enumerated() {
            guard let row = applied.rows[index + 1] else { continue }
            guard row.name == step.name else {
                return "step \(index + 1) is \(row.name) in the database and \(step.name) in this program: "
                    + "another program made the database"
            }
            if let checksum = row.checksum, checksum != step.checksum {
                return "step \(index + 1) (\(step.name)) was run with another text than this program has: its checksum "
                    + "is \(checksum) in the database and \(step.checksum) here. Start the program that made the "
                    + "database, or a release of it"
            }
        }
        guard applied.oldestProgram <= steps.count else {
            return "this program knows \(steps.count) steps of the schema, and the database needs a program that knows "
                + "at least \(applied.oldestProgram). Start a newer program, or restore a backup from before the contract "
                + "step"
        }
        return nil
    }

    /// The reason why this program must wait for a contract step before it can use the database.
    var waitRefusal: String? {
        guard let contract = waiting.first, let expand = waiting.first(where: { steps[$0 - 1].kind == .expand }) else {
            return nil
        }
        let step = steps[contract - 1]
        return "step \(expand) (\(steps[expand - 1].name)), which this program needs, comes after contract step "
            + "\(contract) (\(step.name)), which is pending. Stop every program that knows fewer than "
            + "\(step.oldestProgram) steps, and run `migrate up --finish` with this program"
    }
}
