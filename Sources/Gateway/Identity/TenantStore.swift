import JSONValue
import SQL

enum TenantStore {
    private static let columns: Query = "id, slug, name, status, settings, created_at, generation"

    static func insert(_ tenant: Tenant, in tx: any Transaction) throws {
        do {
            try tx.run(
                """
                INSERT INTO tenants (id, slug, name, status, settings, message_limit, created_at)
                VALUES (\(tenant.id), \(tenant.slug), \(tenant.name), \(tenant.status.rawValue),
                    \(tenant.settings.json.text), \(tenant.settings.limits.messageBytes),
                    \(tenant.createdAt.milliseconds))
                """)
        } catch SQLError.uniqueViolation(.tenantSlug) {
            throw Problem(.conflict, "A tenant with the slug \(tenant.slug) exists.", action: .operator)
        }
    }

    static func find(slug: String, in tx: any Transaction) throws -> Tenant? {
        try tx.first("SELECT \(columns) FROM tenants WHERE slug = \(slug)").map(Self.tenant)
    }

    /// Slugs to suggest one of: the first 1000.
    static func someSlugs(in tx: any Transaction) throws -> [String] {
        try tx.run("SELECT slug FROM tenants ORDER BY slug LIMIT 1000").map { try $0.text("slug") }
    }

    /// The ids of tenants by their slugs.
    static func ids(slugs: [String], in tx: any Transaction) throws -> [String: String] {
        var found: [String: String] = [:]
        for row in try tx.run("SELECT slug, id FROM tenants WHERE slug IN \(list: slugs.padded)") {
            found[try row.text("slug")] = try row.text("id")
        }
        return found
    }

    /// Returns true if the tenant exists, is not suspended and is not being deleted.
    static func isActive(_ id: String, in tx: any Transaction) throws -> Bool {
        try tx.first("SELECT status FROM tenants WHERE id = \(id)")?.text("status") == Tenant.Status.active.rawValue
    }

    static func find(id: String, in tx: any Transaction) throws -> Tenant? {
        try tx.first("SELECT \(columns) FROM tenants WHERE id = \(id)").map(Self.tenant)
    }

    static func list(after: String?, limit: Int, in tx: any Transaction) throws -> [Tenant] {
        try tx.run("SELECT \(columns) FROM tenants WHERE id > \(after ?? "") ORDER BY id LIMIT \(limit)").map(
            Self.tenant)
    }

    static func update(_ id: String, name: String?, status: Tenant.Status?, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE tenants SET name = COALESCE(\(name), name), status = COALESCE(\(status?.rawValue), status),
                generation = generation + \(status == nil || status == .active ? 0 : 1)
            WHERE id = \(id)
            """)
        tx.notify(ChangeNotice(.tenant, id))
        if status != nil { tx.notify(ChangeNotice(.origins)) }
    }

    static func update(_ id: String, settings: TenantSettings, in tx: any Transaction) throws {
        let former = try find(id: id, in: tx)?.settings
        try tx.run(
            """
            UPDATE tenants SET settings = \(settings.json.text), message_limit = \(settings.limits.messageBytes)
            WHERE id = \(id)
            """)
        tx.notify(ChangeNotice(.tenant, id))
        if former?.allowedOrigins != settings.allowedOrigins { tx.notify(ChangeNotice(.origins)) }
    }

    static func delete(_ id: String, in tx: any Transaction) throws {
        let slugs = try tx.run("DELETE FROM tenants WHERE id = \(id) RETURNING slug")
        tx.notify(ChangeNotice(.tenant, id))
        tx.notify(ChangeNotice(.origins))
        // Another tenant may get the slug.
        for row in slugs { tx.notify(ChangeNotice(.tenantSlug, try row.text("slug"))) }
    }

    /// The origins of all active tenants, for preflights, which have no credential.
    static func activeOrigins(in tx: any Transaction) throws -> Set<String> {
        Set(
            try tx.run("SELECT settings FROM tenants WHERE status = 'active'").flatMap { row in
                TenantSettings(stored: try JSON.parse(row.text("settings"))).allowedOrigins
            })
    }

    private static func tenant(_ row: Row) throws -> Tenant {
        Tenant(
            id: try row.text("id"), slug: try row.text("slug"), name: try row.text("name"),
            status: Tenant.Status(rawValue: try row.text("status")) ?? .suspended,
            settings: TenantSettings(stored: try JSON.parse(row.text("settings"))),
            createdAt: try row.time("created_at"),
            generation: try row.integer("generation"))
    }
}

extension UniqueKey {
    static let tenantSlug = UniqueKey("tenants", "slug")
}
