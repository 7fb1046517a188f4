import Foundation
import JSONValue
import Logging
import MeetingBaaS
import OAuth
import Sealing
import SQL
import Support
import Synchronization

@testable import Gateway

/// A database with one tenant, and a clock that the test moves.
final class TenantPlace: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    /// The master key of the vault.
    let ring: Keyring
    let tenant: Tenant
    private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))

    var now: Timestamp { time.withLock { $0 } }
    var clock: GatewayClock { GatewayClock { self.now } }
    func move(seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }

    init(_ settings: TenantSettings = TenantSettings(), hasOwnAccount: Bool = false) async throws {
        let database = try await migratedDatabase()
        let ring = try Keyring(current: .random())
        let tenantKeys = try await TenantKeys.open(database, master: ring)
        let tenant = Tenant(
            id: "ten_1", slug: "one", name: "One", status: .active, settings: settings,
            createdAt: Timestamp(milliseconds: 1_800_000_000_000))
        try await database.write { tx in
            try TenantStore.insert(tenant, in: tx)
            try tenantKeys.createKey(for: tenant.id, in: tx)
            guard hasOwnAccount else { return }
            try AccountStore.put(
                tenant.id, AccountStore.Stored(version: .v2, sealedKey: [1], sealedSecrets: [1]), at: tenant.createdAt,
                in: tx)
        }
        (self.database, self.tenantKeys, self.ring, self.tenant) = (database, tenantKeys, ring, tenant)
    }

    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await database.write(body)
    }

    /// One integer.
    func number(_ query: Query) async throws -> Int64 {
        try await database.read { try $0.first(query)?.integer("n") ?? 0 }
    }

    /// The problem with which `body` was refused; nil if it was not.
    func problem(_ body: () async throws -> Void) async -> Problem? {
        do {
            try await body()
            return nil
        } catch { return error as? Problem }
    }
}
