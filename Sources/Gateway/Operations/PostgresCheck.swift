import SQL

/// The questions of `doctor` to a PostgreSQL server: its version, its durability, and the rights of this role.
struct PostgresCheck {
    let database: any Database
    let configuration: GatewayConfiguration

    func run(_ findings: inout Findings) async throws {
        let settings = try await database.read { tx in
            try tx.run(
                """
                SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'server_version_num', 'fsync',
                    'full_page_writes', 'synchronous_commit', 'max_connections', 'synchronous_standby_names')
                """
            ).reduce(into: [String: String]()) { $0[try $1.text("name")] = try $1.text("setting") }
        }
        version(settings, &findings)
        durability(settings, &findings)
        try await role(&findings)
        try await activity(settings, &findings)
        try await standbys(settings, &findings)
    }

    private func version(_ settings: [String: String], _ findings: inout Findings) {
        let number = Int(settings["server_version_num"] ?? "") ?? 0
        let text = "PostgreSQL \(settings["server_version"] ?? "?")"
        if number < 150_000 {
            findings.fail("database server", "\(text) is too old; this build is made for 15 and newer")
        } else {
            findings.ok("database server", text)
        }
    }

    private func durability(_ settings: [String: String], _ findings: inout Findings) {
        for name in ["fsync", "full_page_writes"] where settings[name] != "on" {
            findings.fail(
                "database server", "\(name) is \(settings[name] ?? "?"): a crash loses what was acknowledged; set it on"
            )
        }
        if let commit = settings["synchronous_commit"], commit == "off" || commit == "local" {
            findings.note(
                "database server", "synchronous_commit is \(commit); the gateway sets it on in its own transactions")
        }
    }

    private func role(_ findings: inout Findings) async throws {
        let role = try await database.read { tx in
            try tx.first("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        }
        guard let role else { return }
        let name = try role.text("rolname")
        if try role.bool("rolsuper") || role.bool("rolbypassrls") {
            findings.fail(
                "database role",
                "\(name) is a superuser or has BYPASSRLS, so row-level security does not keep tenants apart. Use a role with neither: as another superuser, ALTER ROLE \(name) NOSUPERUSER NOBYPASSRLS"
            )
        } else {
            findings.ok("database role", "\(name) is no superuser")
        }
    }

    /// A transaction that stays open keeps dead rows from being removed.
    private static let longTransaction: Int64 = 600

    private func activity(_ settings: [String: String], _ findings: inout Findings) async throws {
        let (oldest, used) = try await database.read { tx in
            (
                try tx.first(
                    """
                    SELECT CAST(COALESCE(MAX(EXTRACT(EPOCH FROM now() - xact_start)), 0) AS BIGINT) AS seconds
                    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)?.integer("seconds") ?? 0,
                try tx.first("SELECT COUNT(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend'")?
                    .integer("n") ?? 0
            )
        }
        if oldest > Self.longTransaction {
            findings.warn(
                "database server",
                "a transaction has been open for \(oldest / 60) minutes; find it in pg_stat_activity, and set idle_in_transaction_session_timeout"
            )
        }
        guard case .postgres(_, let connections, let prepares, let listening) = configuration.database,
            let most = settings["max_connections"].flatMap({ Int64($0) })
        else { return }
        let live = try await replicas()
        let needed = Int64(max(live, 1) * (connections + 1) + 2)
        findings.note("replicas", "\(live) are running")
        let text = "\(used) of \(most) connections are used; a gateway opens \(connections + 1)"
        if needed > most || used + 2 > most {
            findings.warn(
                "database connections", "\(text); raise max_connections or lower GATEWAY_DATABASE_CONNECTIONS")
        } else {
            findings.ok("database connections", text)
        }
        if !prepares, listening == nil {
            findings.warn(
                "database notices",
                "GATEWAY_DATABASE_PREPARE is off, as behind a pooler; set GATEWAY_DATABASE_LISTEN_URL to a URL of the server itself"
            )
        }
    }

    /// Live replicas; 0 before the first start.
    private func replicas() async throws -> Int {
        try await database.read { tx in
            try Migrator.hasTable("replicas", in: tx) ? ReplicaStore.live(in: tx).count : 0
        }
    }

    private func standbys(_ settings: [String: String], _ findings: inout Findings) async throws {
        let count = try await database.read { tx in
            try tx.first("SELECT COUNT(*) AS n FROM pg_stat_replication")?.integer("n") ?? 0
        }
        if settings["synchronous_standby_names"]?.isEmpty ?? true {
            findings.note(
                "database standby",
                "\(count) standbys, none of them synchronous: the last webhooks may be lost when the server is lost"
            )
        } else {
            findings.ok("database standby", "\(count) standbys; commits wait for a synchronous one")
        }
    }
}
