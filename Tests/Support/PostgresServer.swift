#if Postgres
    import CLibPQ
    import Foundation
    import Synchronization

    /// The PostgreSQL server that `Tests/postgres.sh` starts for a run of tests.
    public enum PostgresServer {
        public struct Failure: Error, CustomStringConvertible {
            public let description: String

            public init(description: String) { self.description = description }
        }

        private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

        /// True where a server was started. CI always starts one.
        public static let isRunning = variable("GATEWAY_TEST_POSTGRES") != nil || variable("CI") != nil

        /// The URL of a role that owns its databases and is not a superuser.
        public static func url() throws -> String {
            guard let url = variable("GATEWAY_TEST_POSTGRES") else {
                throw Failure(
                    description: "GATEWAY_TEST_POSTGRES is not set; run: bash Tests/postgres.sh run swift test")
            }
            return url
        }

        private static let count = Atomic(0)

        /// Makes a database of its own for a test.
        /// - Parameter template: the database that it is a copy of; nobody may be connected to it.
        /// - Returns: its URL.
        public static func newDatabase(template: String = "template0") throws -> String {
            let number = count.add(1, ordering: .relaxed).newValue
            let name = "test_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
            try run("CREATE DATABASE \(name) TEMPLATE \(template)")
            return try url(ofDatabase: name)
        }

        /// The URL of a database of the server.
        public static func url(ofDatabase name: String) throws -> String {
            guard var parts = URLComponents(string: try url()) else {
                throw Failure(description: "GATEWAY_TEST_POSTGRES")
            }
            parts.path = "/" + name
            return parts.string ?? ""
        }

        /// The name of the database in a URL of this server.
        public static func database(of url: String) -> String {
            String(URLComponents(string: url)?.path.dropFirst() ?? "")
        }

        /// Runs statements outside of a transaction.
        public static func run(_ text: String, on address: String? = nil) throws {
            let connection = PQconnectdb(try address ?? url())
            defer { PQfinish(connection) }
            guard PQstatus(connection) == CONNECTION_OK else {
                throw Failure(description: String(cString: PQerrorMessage(connection)))
            }
            let result = PQexec(connection, text)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK else {
                throw Failure(description: String(cString: PQerrorMessage(connection)))
            }
        }
    }
#endif
