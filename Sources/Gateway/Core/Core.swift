import Foundation
import Logging
import Sealing
import SQL

/// The parts that every feature is built on.
struct Core: Sendable {
    let settings: GatewayConfiguration
    let database: any Database
    let keys: TenantKeys
    let replica: Replica
    let clock: GatewayClock
    let logger: Logger
    let metrics: PrometheusFactory
    let http: HTTPClients

    /// Opens the database, brings its schema up to date and opens the tenants' keys.
    /// - Throws: also when the master key does not fit; the database is as it was then.
    static func open(_ settings: GatewayConfiguration, logger: Logger) async throws -> Core {
        let database = try await openDatabase(settings)
        do {
            let master = try Keyring(current: settings.masterKey, previous: settings.previousMasterKeys)
            // Before anything is changed: with the wrong key this may be the wrong database, and an older build must
            // still find its own schema.
            try await TenantKeys.check(database, master: master)
            if let refusal = try await database.read({ try DatabaseMoveStore.refusal(in: $0) }) { throw refusal }
            try await Schema.migrator.run(on: database, beforeNoting: { Failpoint.reach(.midMigration) })
            // Nobody else needs the writer while a new build's steps run.
            database.resetLargestWrite()
            let keys = try await TenantKeys.open(database, master: master)
            let replica = try await Replica.join(
                database, isShared: settings.database.path == nil, logger: logger)
            // A copy that is under way looks for live replicas before it ends: one of the two sees the other.
            do {
                try await database.write { try DatabaseMoveStore.admitGateway(in: $0) }
            } catch {
                await replica.leave()
                throw error
            }
            return Core(
                settings: settings, database: database, keys: keys, replica: replica, clock: replica.clock,
                logger: logger, metrics: PrometheusFactory(), http: HTTPClients())
        } catch {
            await database.close()
            throw error
        }
    }

    /// Opens the database, and makes a file and its folder where there are none. Its schema stays as it is.
    static func openDatabase(_ settings: GatewayConfiguration) async throws -> any Database {
        if let path = settings.database.path {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        return try await settings.database.open()
    }
}
