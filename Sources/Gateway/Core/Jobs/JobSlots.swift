import JSONValue

/// Decides which jobs start: a fixed number of slots for each priority, and within a priority the tenants take turns.
/// Pure: the caller says what waits and what has ended.
struct JobSlots {
    /// The first job of a tenant and kind that no lease holds.
    struct DueJob: Hashable, Sendable {
        let tenant: String
        let kind: JobKind
        let due: Timestamp
    }

    struct Limit: Sendable {
        let slots: Int
        /// At most so many of one tenant: its slow calls leave slots to others.
        let perTenant: Int
    }

    private struct Turn: Hashable {
        let priority: JobKind.Priority
        let tenant: String
    }

    private let limits: [JobKind.Priority: Limit]
    private var occupied: [String: Turn] = [:]
    /// When a tenant was served last, in turns; only of tenants that wait or run.
    private var turns: [Turn: Int] = [:]
    private var turn = 0

    init(
        limits: [JobKind.Priority: Limit] = [
            .high: Limit(slots: 8, perTenant: 4), .normal: Limit(slots: 8, perTenant: 4),
            .background: Limit(slots: 4, perTenant: 2),
        ]
    ) {
        self.limits = limits
    }

    /// The ids of jobs that run.
    var running: Set<String> { Set(occupied.keys) }

    /// Chooses the jobs to start now, at most one of a tenant and kind, and names the next due time of the others.
    mutating func choose(_ waiting: [DueJob], at now: Timestamp) -> (start: [DueJob], next: Timestamp?) {
        let ready = waiting.filter { $0.due <= now }
        dropTurns(keeping: ready)
        var start: [DueJob] = []
        for priority in JobKind.Priority.allCases {
            guard let limit = limits[priority] else { continue }
            let taken = occupied.values.filter { $0.priority == priority }
            var free = limit.slots - taken.count
            var counts = Dictionary(taken.map { ($0.tenant, 1) }, uniquingKeysWith: +)
            var left = ready.filter { $0.kind.priority == priority }
            while free > 0 {
                left.removeAll { counts[$0.tenant, default: 0] >= limit.perTenant }
                // Fewest running jobs first, then the tenant served longest ago, then the longest wait.
                func rank(_ one: DueJob) -> (Int, Int, Int64, String) {
                    (
                        counts[one.tenant, default: 0],
                        turns[Turn(priority: priority, tenant: one.tenant)] ?? 0, one.due.milliseconds, one.tenant
                    )
                }
                guard let first = left.indices.min(by: { rank(left[$0]) < rank(left[$1]) }) else { break }
                let chosen = left.remove(at: first)
                start.append(chosen)
                counts[chosen.tenant, default: 0] += 1
                turn += 1
                turns[Turn(priority: priority, tenant: chosen.tenant)] = turn
                free -= 1
            }
        }
        return (start, waiting.lazy.filter { $0.due > now }.map(\.due).min())
    }

    mutating func begin(_ job: QueuedJob) { occupied[job.id] = Turn(priority: job.kind.priority, tenant: job.tenant) }

    mutating func end(_ id: String) { occupied[id] = nil }

    private mutating func dropTurns(keeping ready: [DueJob]) {
        let known = Set(ready.map { Turn(priority: $0.kind.priority, tenant: $0.tenant) }).union(occupied.values)
        turns = turns.filter { known.contains($0.key) }
    }
}
