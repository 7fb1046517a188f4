import Foundation
import JSONValue
import MeetingBaaS
import OAuth
import Sealing
import SQL
import Support
import Testing

@testable import Gateway

/// Calendars that wait for a new client secret, however many they are and whichever build made them.
struct CalendarSecretTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let count = CalendarSecretStore.batch + 1

    /// A tenant with one active connection and calendar each, made before the app's present secret.
    private func open() async throws -> any Database {
        let database = try await migratedDatabase()
        let now = Self.now
        let app = ProviderApp(
            tenant: "ten_1", provider: .google, clientID: "1-app", sealedSecret: [1], directory: "common")
        try await database.write { tx in
            try TenantStore.insert(
                Tenant(
                    id: "ten_1", slug: "one", name: "One", status: .active, settings: TenantSettings(), createdAt: now),
                in: tx)
            try ProviderAppStore.put(app, isNewSecret: true, at: now, in: tx)
            for number in 0..<Self.count {
                let connection = Connection(
                    id: "con_\(10_000 + number)", tenant: "ten_1", user: "u\(number)", provider: .google,
                    status: .active, subject: "\(number)", email: nil, clientID: "1-app", directory: nil, scopes: [],
                    missingScopes: [], sealedRefreshToken: [1], refreshExpiresAt: nil, refreshedAt: now, generation: 0,
                    createdAt: now, updatedAt: now)
                try ConnectionStore.insert(connection, in: tx)
                try CalendarStore.insert(
                    ConnectedCalendar(
                        rowID: "cal_\(number)", tenant: "ten_1", accountID: "shared", version: .v2,
                        calendarID: "up_\(number)", connection: connection.id, user: connection.user,
                        provider: .google, rawCalendarID: "raw_\(number)", name: nil, email: nil, status: "active",
                        statusMessage: nil, syncStatus: nil, syncedAt: nil, createdAt: now), in: tx)
            }
            try ProviderAppStore.put(app, isNewSecret: true, at: now.adding(seconds: 60), in: tx)
        }
        return database
    }

    private func outdated(_ database: any Database) async throws -> Int {
        try await database.read { try CalendarSecretStore.outdated("ten_1", .google, in: $0) }
    }

    private func jobs(_ database: any Database) async throws -> Int {
        try await database.read { try $0.run("SELECT id FROM jobs WHERE kind = 'renewCalendars'").count }
    }

    @Test func `More renewals than fit in a transaction are queued in batches`() async throws {
        let database = try await open()
        #expect(try await outdated(database) == Self.count)
        let last = try await database.write {
            try CalendarSecretStore.queueRenewals("ten_1", .google, after: "", at: Self.now, in: $0)
        }
        #expect(try await jobs(database) == CalendarSecretStore.batch)
        try await CalendarSecretStore.queueRest(
            "ten_1", CalendarSecretStore.subject(.google, after: try #require(last)), database,
            GatewayClock { Self.now })
        #expect(try await jobs(database) == Self.count)
        let again = try await database.read { try $0.run("SELECT id FROM jobs WHERE version > 0").count }
        #expect(again == 0, "each was queued once")
        await database.close()
    }

    @Test func `Calendars that a former build left with a former secret are known`() async throws {
        let database = try await open()
        try await database.write { tx in
            // Back to the schema before.
            for table in ["revocations", "grant_claims", "refused_grants"] as [Query] {
                try tx.run("DROP TABLE \(table)")
            }
            try tx.run("DROP INDEX connections_blocked")
            for table in ["provider_apps", "calendars"] as [Query] {
                try tx.run("ALTER TABLE \(table) DROP COLUMN secret_version")
            }
            try tx.run("DELETE FROM migrations WHERE name = 'grants_end'")
            // One was made after the secret was changed.
            try tx.run("UPDATE calendars SET created_at = created_at + 61000 WHERE row_id = 'cal_0'")
        }
        try await Schema.migrator.run(on: database)
        #expect(try await outdated(database) == Self.count - 1)
        await database.close()
    }
}
