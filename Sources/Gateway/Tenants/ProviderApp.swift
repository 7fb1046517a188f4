import OAuth
import Sealing
import SQL
import Wire

/// A tenant's own registration at Google or Microsoft.
struct ProviderApp: Sendable {
    let tenant: String
    let provider: ProviderName
    let clientID: String
    let sealedSecret: [UInt8]
    let directory: String

    func credentials(_ sealer: TenantSealer) throws -> ClientCredentials {
        ClientCredentials(
            id: clientID,
            secret: try sealer.open(
                sealedSecret, table: "provider_apps", row: provider.rawValue, column: "sealed_client_secret"),
            directory: directory)
    }

    /// Never the secret; always the redirect URI that must be registered.
    func json(redirectURI: String) -> JSON {
        var out: JSON.Members = ["provider": .string(provider.rawValue), "client_id": .string(clientID)]
        if provider == .microsoft { out["directory"] = .string(directory) }
        out["redirect_uri"] = .string(redirectURI)
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

    static func put(_ app: ProviderApp, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO provider_apps
                (tenant_id, provider, client_id, sealed_client_secret, directory, created_at, updated_at)
            VALUES (\(app.tenant), \(app.provider.rawValue), \(app.clientID), \(app.sealedSecret), \(app.directory),
                \(now.milliseconds), \(now.milliseconds))
            ON CONFLICT (tenant_id, provider) DO UPDATE SET client_id = excluded.client_id,
                sealed_client_secret = excluded.sealed_client_secret, directory = excluded.directory,
                updated_at = excluded.updated_at
            """)
    }

    static func delete(_ tenant: String, _ provider: ProviderName, in tx: any Transaction) throws {
        try tx.run("DELETE FROM provider_apps WHERE tenant_id = \(tenant) AND provider = \(provider.rawValue)")
    }
}
