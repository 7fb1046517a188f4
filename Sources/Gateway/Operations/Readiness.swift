import Logging
import ServiceLifecycle
import SQL
import Synchronization

/// Proves that the database takes a write, at most once a second, for `/readyz`.
///
/// A probe allocates pages and commits, so a full or read-only disk and a writer that is stuck all show. A probe may take 2 s.
/// One failure is no verdict: the answer is no after two in a row, and yes again after one success. A write that is stuck
/// is not joined by another one. From the process's end on the answer is no.
final class Readiness: Sendable {
    private struct State {
        var checked: ContinuousClock.Instant?
        var failures = 0
        var running: Task<Void, Never>?
        var isWriting = false
        var isEnding = false
        /// True once rows of replicas that may be gone were deleted.
        var hasCleaned = false
    }

    static let ttl = Duration.seconds(1)
    static let timeout = Duration.seconds(2)
    static let failuresUntilNotReady = 2
    /// More than a page: a row of this size needs a page that the table does not have yet.
    private static let paddingBytes = 4_096

    private let database: any Database
    private let logger: Logger
    private let ttl: Duration
    private let timeout: Duration
    private let firstID: Int64
    private let state = Mutex(State())

    /// Ids that one replica uses.
    private static let ids: Int64 = 1 << 32

    /// - Parameter number: keeps the rows of replicas apart; below 2³⁰.
    init(
        database: any Database, logger: Logger, number: Int64 = 0, ttl: Duration = Readiness.ttl,
        timeout: Duration = Readiness.timeout
    ) {
        firstID = number * Self.ids
        self.database = database
        self.logger = logger
        self.ttl = ttl
        self.timeout = timeout
    }

    /// Concurrent callers share one probe.
    func isReady() async -> Bool {
        if isEnding { return false }
        let probe = state.withLock { state -> Task<Void, Never>? in
            if let running = state.running { return running }
            if let checked = state.checked, .now - checked < ttl { return nil }
            let probe = Task(priority: .high) { await self.probe() }
            state.running = probe
            return probe
        }
        await probe?.value
        return state.withLock { $0.failures < Self.failuresUntilNotReady }
    }

    /// True once the process is asked to end: requests go elsewhere.
    var isEnding: Bool { state.withLock { $0.isEnding } }

    func end() { state.withLock { $0.isEnding = true } }

    private func probe() async {
        let error = await attempt()
        let failures = state.withLock { state in
            let before = state.failures
            state.failures = error == nil ? 0 : before + 1
            state.checked = .now
            state.running = nil
            return (before: before, now: state.failures)
        }
        if let error, failures.now == Self.failuresUntilNotReady {
            logger.error("not ready", metadata: ["error": .string(error)])
        } else if error == nil, failures.before >= Self.failuresUntilNotReady {
            logger.notice("ready again")
        }
    }

    /// - Returns: why it failed.
    private func attempt() async -> String? {
        let isStuck = state.withLock { state in
            defer { state.isWriting = true }
            return state.isWriting
        }
        if isStuck { return "a write has not ended" }
        let (outcomes, outcome) = AsyncStream.makeStream(of: String?.self)
        // Not a child: it may be stuck, and is not waited for then.
        Task(priority: .high) {
            let error = await self.write()
            self.state.withLock { $0.isWriting = false }
            outcome.yield(error)
        }
        return await withTaskGroup(of: String?.self) { group in
            group.addTask {
                for await error in outcomes { return error }
                return "cancelled"
            }
            group.addTask { [timeout] in
                // A stuck write never returns. This timer ends the probe instead.
                try? await Task.sleep(for: timeout)
                return "a write takes more than \(timeout)"
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func write() async -> String? {
        do {
            let (first, end) = (firstID, firstID + Self.ids)
            let cleans = state.withLock { !$0.hasCleaned }
            try await database.write(priority: .high) { tx in
                let last =
                    try tx.first(
                        "SELECT MAX(id) AS id FROM readiness_probes WHERE id >= \(first) AND id < \(end)"
                    )?.optionalInteger("id") ?? first
                // The new row comes before the old one goes: it cannot take the old one's pages.
                try tx.run(
                    """
                    INSERT INTO readiness_probes (id, padding)
                    VALUES (\(last + 1), \([UInt8](repeating: 0, count: Self.paddingBytes)))
                    ON CONFLICT (id) DO UPDATE SET padding = excluded.padding
                    """)
                try tx.run("DELETE FROM readiness_probes WHERE id >= \(first) AND id <= \(last)")
                // A replica that lives writes its row again.
                if cleans { try tx.run("DELETE FROM readiness_probes WHERE id < \(first) OR id >= \(end)") }
            }
            state.withLock { $0.hasCleaned = true }
            _ = try await database.read(priority: .high) { try $0.run("SELECT 1 AS one") }
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension Readiness {
    /// Probes of the gateway's health. They are not counted.
    static let surfaces = ["/healthz", "/readyz"].map { path in
        APISurface(path, countsAnonymousRequests: false)
    }
}
