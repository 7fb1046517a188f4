extension Migrator {
    /// The steps of a program beside those of a database.
    public struct Status: Sendable {
        public enum State: Sendable, Equatable {
            /// The database has all steps of the program, and no other.
            case current
            /// The next start runs so many steps.
            case behind(Int)
            /// Nothing but so many contract steps is pending; `oldestProgram` is the number that the first one raises the
            /// database's to.
            case unfinished(Int, oldestProgram: Int)
            /// A newer program ran so many steps that this one does not know. This one may use the database.
            case newer(Int)
            /// This program must not use the database, for this reason.
            case unusable(String)
        }

        public struct Step: Sendable {
            public let number: Int
            public let name: String
            /// Nil for a step that the program does not know.
            public let kind: Migrator.Step.Kind?
            public let isApplied: Bool
            /// Milliseconds since 1970; nil if the step is pending, or was run by a build that stored no times.
            public let appliedAt: Int64?
            /// True if the database has the program's step under this number. Nil if the step is pending, unknown to the
            /// program, or has no checksum yet.
            public let isChecksumRight: Bool?
        }

        public let state: State
        /// The program's number.
        public let program: Int
        /// The number of steps that a program must know to use the database; 0 if any may.
        public let oldestProgram: Int
        /// By number: those of the program, then those that only the database has.
        public let steps: [Step]

        init(_ plan: MigrationPlan) {
            let applied = plan.applied.rows
            program = plan.steps.count
            oldestProgram = plan.applied.oldestProgram
            steps =
                plan.steps.enumerated().map { index, step in
                    let row = applied[index + 1]
                    return Step(
                        number: index + 1, name: row?.name ?? step.name, kind: step.kind, isApplied: row != nil,
                        appliedAt: row?.appliedAt,
                        isChecksumRight: row.flatMap { row in
                            row.name == step.name ? row.checksum.map { $0 == step.checksum } : false
                        })
                }
                + plan.unknown.compactMap { number in
                    applied[number].map {
                        Step(
                            number: number, name: $0.name, kind: nil, isApplied: true, appliedAt: $0.appliedAt,
                            isChecksumRight: nil)
                    }
                }
            state =
                if let reason = plan.refusal ?? plan.waitRefusal {
                    .unusable(reason)
                } else if !plan.automatic.isEmpty {
                    .behind(plan.automatic.count)
                } else if let first = plan.waiting.first {
                    .unfinished(plan.waiting.count, oldestProgram: plan.steps[first - 1].oldestProgram)
                } else if !plan.unknown.isEmpty {
                    .newer(plan.unknown.count)
                } else {
                    .current
                }
        }
    }

    /// The status of a database without tables.
    public var emptyStatus: Status { Status(MigrationPlan(steps: steps, applied: AppliedSteps())) }

    /// Returns the migration status of a database. Changes nothing.
    public func status(of database: any Database) async throws -> Status {
        try await database.read { [steps] connection in
            Status(MigrationPlan(steps: steps, applied: try AppliedSteps.read(in: connection)))
        }
    }
}
