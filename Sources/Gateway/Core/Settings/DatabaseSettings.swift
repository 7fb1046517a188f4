import SQL

extension ConfigurationSource {
    /// `GATEWAY_DATABASE_URL` and what belongs to it. The URL may hold a password, so no message repeats it.
    mutating func database() -> DatabaseLocation {
        let authorities = file("GATEWAY_DATABASE_CA_FILE") ?? PostgresParameters.systemAuthorities
        let prepares = (choice("GATEWAY_DATABASE_PREPARE", GatewayConfiguration.Switch.self) ?? .on) == .on
        let connections = int("GATEWAY_DATABASE_CONNECTIONS", default: 6, in: 2...100)
        let url = secret("GATEWAY_DATABASE_URL") ?? "sqlite:./data/gateway.db"
        let listening = secret("GATEWAY_DATABASE_LISTEN_URL").flatMap {
            server("GATEWAY_DATABASE_LISTEN_URL", $0, authorities, expected: "postgres://…")
        }
        if url.hasPrefix("sqlite:"), url.count > 7 {
            if listening != nil { fail("GATEWAY_DATABASE_LISTEN_URL", "is only for a database on a PostgreSQL server") }
            return .sqlite(path: String(url.dropFirst(7)))
        }
        guard
            let parameters = server("GATEWAY_DATABASE_URL", url, authorities, expected: "sqlite:<path> or postgres://…")
        else { return .sqlite(path: "") }
        return .postgres(parameters, connections: connections, prepares: prepares, listening: listening)
    }

    private mutating func server(
        _ name: String, _ url: String, _ authorities: String, expected: String
    ) -> PostgresParameters? {
        do {
            guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
                throw PostgresParameters.Invalid(description: "must be \(expected)")
            }
            return try PostgresParameters(url: url, authorities: authorities)
        } catch {
            fail(name, "\(error)")
            return nil
        }
    }
}
