import Foundation
import JSONValue
import OAuth
import Sealing
import SQL

/// The database as it stands on disk, and whether the keys at hand open what is sealed in it.
struct StorageCheck {
    let configuration: GatewayConfiguration

    func run(_ findings: inout Findings) async {
        switch configuration.database {
        case .sqlite(let path): await file(path, &findings)
        case .postgres(let parameters, _, let prepares, let listening):
            await server(
                .postgres(parameters, connections: 2, prepares: prepares, listening: listening), parameters, &findings)
        }
    }

    private func file(_ path: String, _ findings: inout Findings) async {
        guard FileManager.default.fileExists(atPath: path) else {
            findings.note("database", "\(path) does not exist yet; the first start makes it")
            return
        }
        if let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int,
            mode & 0o077 != 0
        {
            findings.warn("database", "\(path) can be read by other users; run: chmod 600 \(path)*")
        }
        do {
            let database = try await SQLiteDatabase.openForReading(path: path)
            do {
                let faults = try await database.read { tx in
                    try tx.run("PRAGMA quick_check(5)").map { try $0.text("quick_check") }
                }
                if faults == ["ok"] {
                    try await examine(database, &findings)
                } else {
                    findings.fail(
                        "database", "is damaged (\(faults.joined(separator: "; "))); restore the last backup")
                }
            } catch {
                findings.fail(
                    "database", "\(path) is no database of a gateway, or damaged (\(error)); restore the last backup")
            }
            await database.close()
        } catch {
            findings.fail("database", "\(path) cannot be opened: \(error)")
        }
    }

    private func server(
        _ location: DatabaseLocation, _ parameters: PostgresParameters, _ findings: inout Findings
    ) async {
        do {
            let database = try await location.open()
            do {
                try await PostgresCheck(database: database, configuration: configuration).run(&findings)
                try await examine(database, &findings)
            } catch {
                findings.fail("database", "\(parameters.database) is no database of a gateway (\(error))")
            }
            await database.close()
        } catch {
            findings.fail("database", "the server cannot be reached: \(error)")
        }
    }

    private func examine(_ database: any Database, _ findings: inout Findings) async throws {
        let schema = SchemaStatus(try await Schema.migrator.status(of: database))
        switch schema.state {
        case .current: findings.ok("database", "sound, and of this build's schema")
        case .behind(let steps) where steps == Schema.migrator.count:
            findings.note("database", "is empty; the first start fills it")
            return
        case .behind, .unfinished, .newer: findings.note("database", "sound; \(schema.text)")
        case .unusable:
            findings.fail("database", schema.text)
            return
        }
        if let refusal = try await database.read({ try DatabaseMoveStore.refusal(in: $0) }) {
            findings.fail("database", "\(refusal)")
            return
        }
        let ring = try Keyring(current: configuration.masterKey, previous: configuration.previousMasterKeys)
        do {
            let tenantKeys = try await TenantKeys.inspect(database, master: ring)
            try await keys(database, tenantKeys, &findings)
        } catch {
            findings.fail("master key", "\(error)")
        }
    }

    private func keys(_ database: any Database, _ tenantKeys: TenantKeys.Inspection, _ findings: inout Findings)
        async throws
    {
        if tenantKeys.keys == 0 { return findings.note("master key", "nothing is sealed yet") }
        if tenantKeys.former > 0 {
            findings.note(
                "master key",
                "opens all \(tenantKeys.keys) keys, \(tenantKeys.former) of them by a former one; the next start seals them anew"
            )
        } else {
            findings.ok("master key", "opens all \(tenantKeys.keys) keys")
        }
        // A sealed value of each tenant, where it has one.
        for tenant in try await database.read({ try TenantStore.list(after: nil, limit: 1000, in: $0) }) {
            for provider in ProviderName.allCases {
                guard let app = try await database.read({ try ProviderAppStore.find(tenant.id, provider, in: $0) })
                else { continue }
                let redirect = ProviderAppRoutes.redirectURI(configuration.publicURL, provider, tenant.slug)
                do {
                    _ = try app.credentials(tenantKeys.sealer(for: tenant.id))
                    findings.note("tenant \(tenant.slug)", "register at \(provider.rawValue): \(redirect)")
                    let outdated = try await database.read {
                        try CalendarSecretStore.outdated(tenant.id, provider, in: $0)
                    }
                    if outdated > 0 {
                        findings.warn(
                            "tenant \(tenant.slug)",
                            "\(outdated) calendars at Meeting BaaS still have a former \(provider.rawValue) client secret; do not disable it before they are renewed, and enter the present one again if the number stays"
                        )
                    }
                } catch {
                    findings.fail(
                        "tenant \(tenant.slug)",
                        "its \(provider.rawValue) secret does not open (\(error)); enter it anew with `meeting-gateway tenants provider`"
                    )
                }
            }
            if try await database.read({ try AccountStore.find(tenant.id, in: $0) }) != nil {
                let url = "\(configuration.publicURL)/webhooks/meeting-baas/\(tenant.slug)"
                findings.note("tenant \(tenant.slug)", "enter in its Meeting BaaS dashboard: \(url)")
            }
        }
        try await accountKeys(database, tenantKeys, &findings)
        try await creations(database, &findings)
        try await MessageStorageCheck(database: database).run(&findings)
        let last = try await database.read { try AccountStore.lastWebhook(Account.sharedID, in: $0) }
        if configuration.sharedAccount != nil, last == nil {
            findings.note("webhooks", "none has come from the shared Meeting BaaS account yet")
        } else if let last {
            findings.ok("webhooks", "the last from the shared account came at \(last)")
        }
    }

    /// Each Meeting BaaS account serves one tenant, or is the shared one.
    private func accountKeys(_ database: any Database, _ tenantKeys: TenantKeys.Inspection, _ findings: inout Findings)
        async throws
    {
        var owners: [[UInt8]: String] = [:]
        if let shared = configuration.sharedAccount { owners[shared.apiKey.reveal()] = "the shared account" }
        for tenant in try await database.read({ try AccountStore.owners(in: $0) }) {
            let (found, stored) = try await database.read { tx in
                (try TenantStore.find(id: tenant, in: tx), try AccountStore.find(tenant, in: tx))
            }
            guard let found, let stored, let sealer = try? tenantKeys.sealer(for: tenant),
                let key = try? sealer.open(stored.sealedKey, column: .accountKey, row: tenant)
            else { continue }
            if let other = owners.updateValue("tenant \(found.slug)", forKey: key.reveal()) {
                findings.fail(
                    "tenant \(found.slug)",
                    "has the Meeting BaaS API key of \(other); give each an account of its own with `meeting-gateway tenants meeting-baas`"
                )
            }
        }
    }

    /// Calendar creations of unknown outcome, and upstream calendars without an owner.
    private func creations(_ database: any Database, _ findings: inout Findings) async throws {
        let (creating, unclaimed) = try await database.read { tx in
            (
                try CalendarCreationStore.count(in: tx),
                try UnclaimedCalendarStore.list(after: nil, limit: 1000, in: tx).count
            )
        }
        guard creating > 0 || unclaimed > 0 else { return }
        let text = "\(creating) in creation without a known outcome, \(unclaimed) at Meeting BaaS that nobody here owns"
        guard creating > 0, unclaimed > 0 else { return findings.note("calendars", text) }
        findings.warn(
            "calendars",
            "\(text); compare them at GET /admin/v1/unclaimed-calendars and resolve what does not settle by itself within ten minutes"
        )
    }
}
