import JSONValue
import SQL
import Synchronization

/// Counts the tombstones of calendars that went.
///
/// It counts those that this process removed. A process that was no replica for a while has missed some.
final class CalendarTombstones: Sendable {
    struct Count: Sendable, Equatable {
        let number: Int
        /// The replica that has counted.
        let replica: String?
    }

    private let gone = Mutex(0)
    private let replica: Replica?

    /// - Parameter replica: nil where there is one.
    init(_ replica: Replica? = nil) { self.replica = replica }

    var count: Count { Count(number: gone.withLock { $0 }, replica: replica?.owner) }
    func add(_ number: Int) { gone.withLock { $0 += number } }
}

/// Deletes a feature's rows that name a calendar whose tombstone is gone.
///
/// It reads whole tables, so it does that once an hour at most, and only after a start or once a tombstone went.
final class OrphanSweep: Sendable {
    private let rows: [OrphanedRows]
    private let tombstones: CalendarTombstones
    private let state = Mutex(State())

    private static let pause = 3_600.0

    private struct State {
        /// The number of tombstones that were gone at the last sweep; nil after a start.
        var gone: CalendarTombstones.Count?
        var sweptAt: Timestamp?
    }

    init(_ rows: [OrphanedRows], after tombstones: CalendarTombstones) {
        self.rows = rows
        self.tombstones = tombstones
    }

    func run(at now: Timestamp, _ writes: BackgroundWrites) async throws {
        let gone = tombstones.count
        let isDue = state.withLock { state in
            state.gone != gone && state.sweptAt.map { now.seconds(since: $0) >= Self.pause } ?? true
        }
        guard isDue else { return }
        // A tombstone that goes meanwhile is for the next time.
        state.withLock { $0 = State(gone: gone, sweptAt: now) }
        do {
            for rows in rows { try await rows.delete(with: writes) }
        } catch {
            state.withLock { $0 = State() }
            throw error
        }
    }
}

extension RetentionRule {
    static func orphans(_ rows: [OrphanedRows], after tombstones: CalendarTombstones) -> RetentionRule {
        let sweep = OrphanSweep(rows, after: tombstones)
        let tables = Set(rows.map(\.table))
        return RetentionRule("orphans of \(tables.sorted().joined(separator: ", "))", tables: tables) {
            try await sweep.run(at: $0, $1)
        }
    }
}
