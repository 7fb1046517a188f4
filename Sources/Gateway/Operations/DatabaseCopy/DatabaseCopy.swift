import Foundation
import Sealing
import SQL

/// A move of a gateway's database to another file or server, for the command line; also between the two engines.
public struct DatabaseCopy: Sendable {
    private let settings: GatewayConfiguration
    private let source, target: DatabaseLocation
    private let keepsSource: Bool

    /// - Parameters:
    ///   - source: a URL as of `GATEWAY_DATABASE_URL`.
    ///   - target: the same, of a file that is not there or of an empty database; or of an unfinished copy.
    ///   - keepsSource: leaves out the mark after which gateways refuse to serve the source.
    /// - Throws: `ConfigurationError`, which never repeats a URL.
    public init(_ settings: GatewayConfiguration, from source: String, to target: String, keepsSource: Bool) throws {
        self.settings = settings
        self.keepsSource = keepsSource
        self.source = try Self.location(source, "--from", settings)
        self.target = try Self.location(target, "--to", settings)
    }

    private static func location(
        _ url: String, _ option: String, _ settings: GatewayConfiguration
    ) throws -> DatabaseLocation {
        do {
            // Nearly each statement of a copy is another one: nothing to prepare.
            return try DatabaseLocation(
                url: url, authorities: settings.databaseAuthorities, connections: 2, prepares: false)
        } catch {
            throw ConfigurationError(lines: ["\(option): \(error)"])
        }
    }

    /// Rows of a large table are counted in one statement, and no request waits for it.
    private static let statementTimeout = Duration.seconds(3_600)

    /// Copies, compares, and marks the source.
    /// - Parameter onLine: called with lines about the progress.
    /// - Returns: differences between the databases, as lines. With any, neither database is marked.
    /// - Throws: when the databases cannot be copied, with the reason.
    public func run(onLine: @escaping @Sendable (String) -> Void) async throws -> [String] {
        if let path = source.path {
            guard FileManager.default.fileExists(atPath: path) else {
                throw CopyRefusal("the source does not exist: \(path)")
            }
            if let other = target.path, DatabaseLock.path(ofDatabase: path) == DatabaseLock.path(ofDatabase: other) {
                throw CopyRefusal("the source and the target are the same file")
            }
        }
        var locks: [DatabaseLock] = []
        defer { for lock in locks { lock.release() } }
        for path in [source.path, target.path].compactMap(\.self) where settings.locksDatabase {
            let lock = try await DatabaseLock.acquire(forDatabase: path, waitingUpTo: settings.lockWaitSeconds) {
                onLine("waiting up to \(settings.lockWaitSeconds) seconds for the lock of \(path): \($0)")
            }
            locks.append(lock)
        }
        return try await Self.closing(try await source.open(statementTimeout: Self.statementTimeout)) { source in
            try await Self.closing(try await target.open(statementTimeout: Self.statementTimeout)) { target in
                try await copy(source, target, onLine)
            }
        }
    }

    private func copy(
        _ source: any Database, _ target: any Database, _ onLine: @escaping @Sendable (String) -> Void
    ) async throws -> [String] {
        // With the wrong key this may be the wrong database.
        let master = try Keyring(current: settings.masterKey, previous: settings.previousMasterKeys)
        try await TenantKeys.check(source, master: master)
        let run = CopyRun(
            source: source, target: target, sourceName: self.source.name, targetName: self.target.name, onLine: onLine)
        guard case .filling(let id, let progress) = try await run.begin() else {
            try await run.open()
            onLine("everything was copied and compared before")
            return []
        }
        let tables = try await run.tables()
        let start = ContinuousClock.now
        let copied = try await run.transfer(tables, copy: id, after: progress)
        onLine("copied: \(Self.rate(copied, since: start))")
        let middle = ContinuousClock.now
        let result = try await CopyVerification(source: source, target: target).compare(tables)
        guard result.differences.isEmpty else { return result.differences }
        onLine("compared, and the same: \(Self.rate(result.rows, since: middle))")
        let opened = try await CopyVerification.openSealed(target, master)
        onLine("opened with the master key: \(opened) sealed values of the target")
        try await run.finish(copy: id, keepsSource: keepsSource)
        onLine(
            keepsSource
                ? "the source is as it was: do not serve both"
                : "the source is marked as moved: gateways refuse to serve it. Set GATEWAY_DATABASE_URL to the target")
        return []
    }

    private static func rate(_ rows: Int, since start: ContinuousClock.Instant) -> String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return "\(rows) rows in \(Int(seconds.rounded(.up))) s (\(Int(Double(rows) / max(seconds, 0.001))) a second)"
    }

    private static func closing<T>(
        _ database: any Database, _ body: (any Database) async throws -> T
    ) async throws -> T {
        do {
            let result = try await body(database)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }
}
