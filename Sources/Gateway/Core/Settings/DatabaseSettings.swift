import Foundation
import SQL

extension ConfigurationSource {
    /// `GATEWAY_DATABASE_URL` and what belongs to it. The URLs may hold a password, so no message repeats them.
    mutating func database(authorities: String) -> DatabaseLocation {
        let prepares = (choice("GATEWAY_DATABASE_PREPARE", GatewayConfiguration.Switch.self) ?? .on) == .on
        let connections = int("GATEWAY_DATABASE_CONNECTIONS", default: 6, in: 2...100)
        let url = secret("GATEWAY_DATABASE_URL") ?? "sqlite:./data/gateway.db"
        var listening: PostgresParameters?
        if let direct = secret("GATEWAY_DATABASE_LISTEN_URL") {
            do {
                listening = try PostgresParameters(serverURL: direct, authorities: authorities, or: "")
            } catch {
                fail("GATEWAY_DATABASE_LISTEN_URL", "\(error)")
            }
            if url.hasPrefix("sqlite:") {
                fail("GATEWAY_DATABASE_LISTEN_URL", "is only for a database on a PostgreSQL server")
            }
        }
        do {
            return try DatabaseLocation(
                url: url, authorities: authorities, connections: connections, prepares: prepares, listening: listening)
        } catch {
            fail("GATEWAY_DATABASE_URL", "\(error)")
            return .sqlite(path: "")
        }
    }

    /// `GATEWAY_DATABASE_CA_FILE`: a PEM file of authorities that may sign a database server's certificate.
    mutating func databaseAuthorities() -> String {
        file("GATEWAY_DATABASE_CA_FILE") ?? PostgresParameters.systemAuthorities
    }
}

extension PostgresParameters {
    /// - Parameter other: another form that the setting may have, for the error's text.
    /// - Throws: `Invalid`, whose text never repeats the URL.
    fileprivate init(serverURL url: String, authorities: String, or other: String) throws {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw Invalid(description: "must be \(other)postgres://…")
        }
        try self.init(url: url, authorities: authorities)
    }
}

extension DatabaseLocation {
    /// - Throws: `PostgresParameters.Invalid`, whose text never repeats the URL.
    init(
        url: String, authorities: String, connections: Int, prepares: Bool, listening: PostgresParameters? = nil
    ) throws {
        if url.hasPrefix("sqlite:"), url.count > 7 {
            self = .sqlite(path: String(url.dropFirst(7)))
            return
        }
        let parameters = try PostgresParameters(serverURL: url, authorities: authorities, or: "sqlite:<path> or ")
        self = .postgres(parameters, connections: connections, prepares: prepares, listening: listening)
    }

    /// The location for people: without user, password and other parameters.
    var name: String {
        switch self {
        case .sqlite(let path): "sqlite:\(URL(fileURLWithPath: path).standardizedFileURL.path)"
        case .postgres(let parameters, _, _, _):
            "postgres://\(parameters.hosts.joined(separator: ","))/\(parameters.database)"
        }
    }
}
