import SQL

extension ConfigurationSource {
    /// `GATEWAY_DATABASE_URL` and what belongs to it. The URL may hold a password, so no message repeats it.
    mutating func database() -> DatabaseLocation {
        let authorities = file("GATEWAY_DATABASE_CA_FILE") ?? PostgresParameters.systemAuthorities
        let prepares = (choice("GATEWAY_DATABASE_PREPARE", GatewayConfiguration.Switch.self) ?? .on) == .on
        let connections = int("GATEWAY_DATABASE_CONNECTIONS", default: 6, in: 2...100)
        let url = secret("GATEWAY_DATABASE_URL") ?? "sqlite:./data/gateway.db"
        if url.hasPrefix("sqlite:"), url.count > 7 { return .sqlite(path: String(url.dropFirst(7))) }
        do {
            guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
                throw PostgresParameters.Invalid(description: "must be sqlite:<path> or postgres://…")
            }
            let parameters = try PostgresParameters(url: url, authorities: authorities)
            return .postgres(parameters, connections: connections, prepares: prepares)
        } catch {
            fail("GATEWAY_DATABASE_URL", "\(error)")
            return .sqlite(path: "")
        }
    }
}
