#if Postgres
    import Foundation
    import Support
    import Synchronization

    @testable import SQL

    /// Databases of the test server, and ways to reach them.
    enum PostgresPlace {
        static func parameters(_ url: String, authorities: String = "") throws -> PostgresParameters {
            try PostgresParameters(url: url, authorities: authorities)
        }

        /// Opens a database that was made for the test, or the one of a URL.
        static func open(
            _ url: String? = nil, connections: Int = 3, statementTimeout: Duration = .seconds(8),
            lockTimeout: Duration = .seconds(5), prepares: Bool = true, listening: String? = nil
        ) async throws -> PostgresDatabase {
            let options = PostgresConnection.Options(
                parameters: try parameters(url ?? PostgresServer.newDatabase()), prepares: prepares,
                statementTimeout: statementTimeout, lockTimeout: lockTimeout)
            return try await PostgresDatabase.open(
                options, connections: connections, listening: try listening.map { try parameters($0) })
        }

        /// A variable of `Tests/postgres.sh`.
        static func variable(_ name: String) throws -> String {
            guard let value = ProcessInfo.processInfo.environment[name] else {
                throw PostgresServer.Failure(description: "\(name) is not set")
            }
            return value
        }

        /// The URL of the same database through another port.
        static func url(_ url: String, port: Int) throws -> String {
            var parts = try parsed(url)
            parts.port = port
            return parts.string ?? ""
        }

        static func port(_ url: String) throws -> Int { try parsed(url).port ?? 5432 }

        /// The URL of a database of another server, or through another way.
        static func url(_ url: String, database: String) throws -> String {
            var parts = try parsed(url)
            parts.path = "/" + database
            return parts.string ?? ""
        }

        static func parsed(_ url: String) throws -> URLComponents {
            guard let parts = URLComponents(string: url) else {
                throw PostgresServer.Failure(description: "no URL")
            }
            return parts
        }
    }

    /// The notices that a database publishes.
    final class ReceivedNotices: Sendable {
        private let all = Mutex<[(notice: ChangeNotice, at: ContinuousClock.Instant)]>([])

        init(_ database: any Database) {
            database.listen { notices in
                let now = ContinuousClock.now
                self.all.withLock { all in all += notices.map { ($0, now) } }
            }
        }

        func payloads(_ topic: ChangeTopic) -> [String] {
            all.withLock { $0.filter { $0.notice.topic == topic }.map(\.notice.payload) }
        }

        /// The gaps since an instant, as times after it.
        func gaps(since start: ContinuousClock.Instant) -> [Duration] {
            all.withLock { $0.filter { $0.notice.topic == .gap && $0.at >= start }.map { $0.at - start } }
        }
    }

    /// Counts from 0.
    final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    /// Asks until it is so.
    /// - Returns: false after so many seconds.
    func becomesTrue(within seconds: Int = 10, _ ask: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<(100 * seconds) {
            if try await ask() { return true }
            // It happens in another process.
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
#endif
