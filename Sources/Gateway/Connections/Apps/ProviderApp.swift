import JSONValue
import OAuth
import Sealing
import SQL

/// A tenant's own registration at Google or Microsoft.
struct ProviderApp: Sendable {
    let tenant: String
    let provider: ProviderName
    let clientID: String
    let sealedSecret: [UInt8]
    let directory: String

    static let renewalAdvice =
        "Calendars at Meeting BaaS still have a former client secret. Do not disable it at the provider before remaining is 0."

    func credentials(_ sealer: TenantSealer) throws -> ClientCredentials {
        ClientCredentials(
            id: clientID,
            secret: try sealer.open(sealedSecret, column: .clientSecret, row: provider.rawValue),
            directory: directory)
    }

    /// Never the secret; always the redirect URI that must be registered.
    /// - Parameter outdated: how many calendars at Meeting BaaS still have a former secret.
    func json(redirectURI: String, outdated: Int) -> JSON {
        var out: JSON.Members = ["provider": .string(provider.rawValue), "client_id": .string(clientID)]
        if provider == .microsoft { out["directory"] = .string(directory) }
        out["redirect_uri"] = .string(redirectURI)
        out["calendar_renewal"] = [
            "remaining": .int(outdated), "advice": outdated == 0 ? .null : .string(Self.renewalAdvice),
        ]
        return .object(out)
    }
}

enum ProviderAppStore {
    static func find(_ tenant: String, _ provider: ProviderName, in tx: any Transaction) throws -> ProviderApp? {
        try tx.first(
            """
            SELECT client_id, sealed_client_secret, directory FROM provider_apps
            WHERE tenant_id = \(tenant) AND provider = \(provider.rawValue)
            """
        ).map { row in
            ProviderApp(
                tenant: tenant, provider: provider, clientID: try row.text("client_id"),
                sealedSecret: try row.blob("sealed_client_secret"), directory: try row.text("directory"))
        }
    }

    /// The number of secrets that the tenant's app has had so far, the first not counted.
    static func secretVersion(_ tenant: String, _ provider: ProviderName, in tx: any Transaction) throws -> Int64 {
        try tx.first(
            """
            SELECT secret_version FROM provider_apps WHERE tenant_id = \(tenant) AND provider = \(provider.rawValue)
            """)?.integer("secret_version") ?? 0
    }

    /// - Parameter isNewSecret: true for another secret than the one stored before.
    static func put(
        _ app: ProviderApp, isNewSecret: Bool, as admitted: Admitted, at now: Timestamp, in tx: any Transaction
    ) throws {
        try admitted.check(owns: app.tenant)
        try tx.run(
            """
            INSERT INTO provider_apps
                (tenant_id, provider, client_id, sealed_client_secret, directory, created_at, updated_at)
            VALUES (\(app.tenant), \(app.provider.rawValue), \(app.clientID), \(app.sealedSecret), \(app.directory),
                \(now.milliseconds), \(now.milliseconds))
            ON CONFLICT (tenant_id, provider) DO UPDATE SET client_id = excluded.client_id,
                sealed_client_secret = excluded.sealed_client_secret, directory = excluded.directory,
                updated_at = excluded.updated_at,
                secret_version = provider_apps.secret_version + \(isNewSecret ? 1 : 0)
            """)
    }

    static func delete(_ tenant: String, _ provider: ProviderName, in tx: any Transaction) throws {
        try tx.run("DELETE FROM provider_apps WHERE tenant_id = \(tenant) AND provider = \(provider.rawValue)")
    }
}

/// Opens the credentials of tenants' apps.
struct ProviderClients: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys

    /// - Throws: `not_configured` when the tenant has no app at the provider.
    func client(_ tenant: String, _ name: ProviderName) async throws -> ClientCredentials {
        guard let app = try await database.read({ try ProviderAppStore.find(tenant, name, in: $0) }) else {
            throw Problem(
                .notConfigured, "No \(name.rawValue) app is configured for this tenant.", action: .operator)
        }
        return try app.credentials(try await tenantKeys.sealer(for: tenant))
    }
}

extension SealedColumn {
    static let clientSecret = SealedColumn(table: "provider_apps", column: "sealed_client_secret")
}
