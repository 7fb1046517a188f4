public import JSONValue
import SQL

/// The steps of this program's schema beside those of a database, for a person or a script.
public struct SchemaStatus: Sendable {
    private let status: Migrator.Status
    var state: Migrator.Status.State { status.state }

    init(_ status: Migrator.Status) { self.status = status }

    /// True if this program may use the database, now or after the steps that its start runs.
    public var isUsable: Bool {
        if case .unusable = state { false } else { true }
    }

    /// The state in a sentence, with the next step for the operator.
    public var text: String {
        switch state {
        case .current: "has all \(status.program) steps of this program"
        case .behind(let steps):
            "the next start, or `meeting-gateway migrate up`, brings it forward by \(Self.counted(steps)). Make a backup first"
        case .unfinished(let steps, let oldestProgram):
            "contract steps pending: \(steps). Once no program that knows fewer than \(oldestProgram) steps runs or will run "
                + "again, make a backup and run `meeting-gateway migrate up --finish`"
        case .newer(let steps):
            "a newer program has brought it forward by \(Self.counted(steps)) that this one does not know; this one may use it"
        case .unusable(let reason): reason
        }
    }

    public var json: JSON {
        [
            "state": .string(stateName), "text": .string(text), "program": .int(status.program),
            "oldest_program": .int(status.oldestProgram), "steps": .array(status.steps.map(Self.json)),
        ]
    }

    /// A table of the steps, and what they come to.
    public var lines: [String] {
        let rows = status.steps.map { step in
            [
                String(step.number), step.name, Self.kind(step.kind), step.isApplied ? "applied" : "pending",
                step.appliedAt.map { "\(Timestamp(milliseconds: $0))" } ?? "-",
                step.isChecksumRight.map { $0 ? "ok" : "DIFFERS" } ?? "-",
            ]
        }
        let oldest = status.oldestProgram
        return Self.table([["number", "name", "kind", "state", "applied at", "checksum"]] + rows) + [
            "", "This program's number: \(status.program).",
            "Oldest program that may use the database: \(oldest == 0 ? "any" : String(oldest)).",
            isUsable ? "The database: \(text)." : "This program must not use the database: \(text).",
        ]
    }

    private var stateName: String {
        switch state {
        case .current: "current"
        case .behind: "behind"
        case .unfinished: "unfinished"
        case .newer: "newer"
        case .unusable: "unusable"
        }
    }

    private static func json(_ step: Migrator.Status.Step) -> JSON {
        var members: JSON.Members = [
            "number": .int(step.number), "name": .string(step.name),
            "state": .string(step.isApplied ? "applied" : "pending"),
            "applied_at": step.appliedAt.map { .string("\(Timestamp(milliseconds: $0))") } ?? .null,
            "checksum_ok": step.isChecksumRight.map { .bool($0) } ?? .null,
        ]
        switch step.kind {
        case .expand: members["kind"] = "expand"
        case .contract(let oldestProgram):
            members["kind"] = "contract"
            members["oldest_program"] = .int(oldestProgram)
        case nil: members["kind"] = .null
        }
        return .object(members)
    }

    static func kind(_ kind: Migrator.Step.Kind?) -> String {
        switch kind {
        case .expand: "expand"
        case .contract(let oldestProgram): "contract \(oldestProgram)"
        case nil: "-"
        }
    }

    private static func counted(_ steps: Int) -> String { steps == 1 ? "1 step" : "\(steps) steps" }

    /// Pads each column but the last to its longest cell. Names come from the database, so control characters are escaped.
    private static func table(_ rows: [[String]]) -> [String] {
        let rows = rows.map { $0.map(\.escapingControlCharacters) }
        let widths = (rows.first ?? []).dropLast().indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return (padded + row.suffix(1)).joined(separator: "  ")
        }
    }
}
