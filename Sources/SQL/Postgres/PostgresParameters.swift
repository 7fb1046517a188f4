import Foundation

#if Postgres
    import CLibPQ
#endif

/// The parameters of connections to a PostgreSQL server, from a connection string of libpq's and this program's rules.
///
/// - A server that is not on this machine is talked to by TLS, and its certificate and name are checked
///   (`sslmode=verify-full`). libpq's own default falls back to clear text.
/// - Connecting takes at most 3 seconds a host, and a peer that does not acknowledge is given up after 5.
///
/// Source: https://www.postgresql.org/docs/15/libpq-connect.html
public struct PostgresParameters: Sendable, CustomStringConvertible, CustomReflectable {
    /// In the order of libpq's list.
    let keywords: [String]
    let values: [String]
    /// The hosts, sockets or addresses, as they are written.
    public let hosts: [String]
    public let database: String

    /// A connection string that cannot be used. The text never repeats the string: it may hold a password.
    public struct Invalid: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) { self.description = description }
    }

    /// - Parameters:
    ///   - url: `postgres://…`, as libpq reads it: several hosts, `target_session_attrs`, IPv6, sockets.
    ///   - authorities: the path of a PEM file of certificates that may sign the server's.
    /// - Throws: `Invalid`.
    public init(url: String, authorities: String) throws {
        var given = try Self.parsed(url)
        if given["sslmode"]?.isEmpty ?? false {
            throw Invalid(description: "sslmode is empty; leave it out, or write verify-full")
        }
        // libpq takes an empty value as none.
        given = given.filter { !$0.value.isEmpty }
        // Otherwise libpq takes the host that PGHOST names.
        if given["hostaddr"] == nil { given["host", default: Self.socketFolder] += "" }
        try Self.checkEnvironment()
        let hosts = Self.hosts(given)
        try Self.checkSplit(given)
        let isLocal = hosts.allSatisfy(Self.isOnThisMachine)
        if !isLocal, let mode = given["sslmode"], mode != "verify-full" {
            throw Invalid(description: "sslmode must be verify-full for a server that is not on this machine")
        }
        for name in ["sslcompression", "service", "gssencmode"] where given[name] != nil {
            throw Invalid(description: "\(name) is not supported")
        }
        // The server is on this machine: nothing leaves it.
        given["sslmode", default: isLocal ? "disable" : "verify-full"] += ""
        if given["sslmode"] == "verify-full" || given["sslmode"] == "verify-ca" {
            given["sslrootcert", default: authorities] += ""
        }
        for (name, preset) in Self.presets { given[name, default: preset] += "" }
        let sorted = given.sorted { $0.key < $1.key }
        keywords = sorted.map(\.key)
        values = sorted.map(\.value)
        self.hosts = hosts
        database = given["dbname"] ?? given["user"] ?? ""
    }

    /// The folder of the socket of Debian's server.
    private static let socketFolder = "/var/run/postgresql"

    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// The servers that libpq connects to: for each its address, or if that is empty its name.
    private static func hosts(_ given: [String: String]) -> [String] {
        let (names, addresses) = (list(given["host"]), list(given["hostaddr"]))
        return (0..<max(names.count, addresses.count)).map { index in
            let address = index < addresses.count ? addresses[index] : ""
            return address.isEmpty && index < names.count ? names[index] : address
        }
    }

    /// libpq would take another server from these.
    private static func checkEnvironment() throws {
        for name in ["PGHOSTADDR", "PGSERVICE"] where ProcessInfo.processInfo.environment[name] != nil {
            throw Invalid(description: "cannot be used while \(name) is set in the environment")
        }
    }

    /// Refuses a URL that libpq has split inside a password, so that no part of it is taken for a host or a database.
    private static func checkSplit(_ given: [String: String]) throws {
        let hosts = list(given["host"]) + list(given["hostaddr"])
        let isSplit =
            hosts.contains { $0.dropFirst().contains("@") } || given["dbname"]?.contains(where: "@/".contains) ?? false
            || list(given["port"]).contains { !$0.allSatisfy(\.isNumber) }
        if isSplit {
            throw Invalid(description: "has an unexpected @ or / : user and password must be percent-encoded")
        }
    }

    private static let presets = [
        "application_name": "meeting-gateway", "client_encoding": "UTF8", "connect_timeout": "3",
        "tcp_user_timeout": "5000", "keepalives_idle": "10", "keepalives_interval": "3", "keepalives_count": "3",
        "gssencmode": "disable",
    ]

    static func isOnThisMachine(_ host: String) -> Bool {
        host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// Debian's bundle of authorities, in the image too.
    public static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    /// Without the password.
    public var description: String { "\(database) at \(hosts.joined(separator: ", "))" }
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    static let missing = "this build has no PostgreSQL: it was made without the package trait Postgres"

    /// The parameters that a connection string sets.
    private static func parsed(_ url: String) throws -> [String: String] {
        #if Postgres
            guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://"),
                let options = unsafe PQconninfoParse(url, nil)
            else { throw Invalid(description: "is no connection string that libpq can read") }
            defer { unsafe PQconninfoFree(options) }
            var found: [String: String] = [:]
            var option = unsafe options
            while let keyword = unsafe option.pointee.keyword {
                if let value = unsafe option.pointee.val {
                    unsafe found[String(cString: keyword)] = unsafe String(cString: value)
                }
                unsafe option += 1
            }
            return found
        #else
            throw Invalid(description: missing)
        #endif
    }
}
