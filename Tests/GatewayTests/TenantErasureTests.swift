import JSONValue
import SQL
import Testing

@testable import Gateway

/// The rows of an erased tenant.
struct TenantErasureTests {
    @Test func `All of a tenant goes in small transactions, and nothing of another's`() async throws {
        let place = try await TenantPlace()
        let now = place.now
        try await place.write { tx in
            try TenantStore.insert(
                Tenant(
                    id: "ten_2", slug: "two", name: "Two", status: .active, settings: TenantSettings(), createdAt: now),
                in: tx)
            for tenant in ["ten_1", "ten_2"] {
                try RetentionTests.messages(3_000, of: tenant, prefix: "\(tenant)_msg_", before: now, in: tx)
                try RetentionTests.endpoints(2, of: tenant, in: tx)
                try RetentionTests.deliveries(of: tenant, in: tx)
                try JobStore.add(ReplayJob.kind, tenant, "rpl_1", at: now, in: tx)
                try JobStore.add(.deleteTenant, tenant, tenant, at: now, in: tx)
            }
        }
        let job = try await place.write { tx in
            let waiting = try JobStore.waiting([.deleteTenant], at: now, in: tx).filter { $0.tenant == "ten_1" }
            return try JobStore.claim(waiting, running: [], at: now, in: tx).first
        }
        place.database.resetLargestWrite()
        let steps = FeatureLists.erasure(place.database, place.clock) { _, _, _ in [] }
        let claimed = try #require(job)
        try await BackgroundWrites(database: place.database).repeating { tx in
            if try TenantErasure.deleteRows("ten_1", steps, for: claimed, limit: BackgroundWrites.rows, in: tx) > 0 {
                return true
            }
            try TenantStore.delete("ten_1", in: tx)
            return false
        }
        let largest = place.database.load.largestWrite
        #expect((100...2_000).contains(largest.rows), "\(largest.rows) rows: \(largest.statement)")
        for table in ["messages", "deliveries", "attempts", "webhook_endpoints"] as [Query] {
            #expect(try await place.number("SELECT COUNT(*) AS n FROM \(table) WHERE tenant_id = 'ten_1'") == 0)
            #expect(try await place.number("SELECT COUNT(*) AS n FROM \(table) WHERE tenant_id = 'ten_2'") >= 2)
        }
        #expect(try await place.number("SELECT COUNT(*) AS n FROM jobs WHERE tenant_id = 'ten_1'") == 1, "its own")
        #expect(try await place.number("SELECT COUNT(*) AS n FROM jobs WHERE tenant_id = 'ten_2'") == 2)
    }

    /// Tables with a column, in a database with the present schema.
    private func tables(with column: String, _ place: TenantPlace) async throws -> Set<String> {
        try await place.database.read { tx in
            let rows = try tx.run(
                """
                SELECT m.name AS name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c ON c.name = \(column)
                WHERE m.type = 'table'
                """)
            return Set(try rows.map { try $0.text("name") })
        }
    }

    /// Tables with rows of tenants that no step deletes, each with the reason.
    private static let erasedOtherwise = [
        "jobs": "`TenantErasure` deletes them last, but for the job that runs it",
        "calendar_creations": "they tell which calendars were made; `CalendarWatch` empties and deletes them",
    ]

    /// Tables with rows of tenants that no retention rule is about, each with the reason.
    private static let keptOtherwise = [
        "accounts": "one row a tenant",
        "account_states": "one row an account and version",
        "provider_apps": "one row a provider",
        "api_keys": "a tenant's keys, until they are deleted",
        "generations": "one row a deleted user; without it the next who bears the id would see what is older",
        "delivery_counts": "one row an endpoint, with which it goes",
        "quarantine_counts": "one row an account",
        "event_changes": "`EventService` deletes those of past events when it fills a calendar",
        "refused_grants": "until `RevokeGrantJob` ends, seven days at most",
        "jobs": "until they are done, or given up after seven days",
        "calendar_creations": "until the outcome is known, never by age; `CalendarWatch` looks at them",
        "unclaimed_calendars": "until they have an owner or are gone at Meeting BaaS; `CalendarWatch` looks at them",
    ]

    @Test func `Every table with rows of tenants is known`() async throws {
        let place = try await TenantPlace()
        let ofTenants = try await tables(with: "tenant_id", place)
        let known = try await ofTenants.union(tables(with: "account_id", place))
        #expect(known.count > 25)
        let steps = FeatureLists.erasure(place.database, place.clock) { _, _, _ in [] }
        #expect(Set(steps.map(\.name)).count == steps.count)
        let erased = steps.flatMap { $0.rows?("ten_1") ?? [] }.map(\.table)
        #expect(known.subtracting(erased) == Set(Self.erasedOtherwise.keys))
        #expect(Set(erased).isSubset(of: known))
        let rules = FeatureLists.retention(days: 30)
        #expect(Set(rules.map(\.name)).count == rules.count)
        let ending = rules.reduce(into: Set<String>()) { $0.formUnion($1.tables) }
        #expect(
            known.subtracting(ending) == Set(Self.keptOtherwise.keys), "with neither a rule nor a reason, or with both")
        #expect(ending.subtracting(known) == ["revocations"], "they name no tenant")
    }
}
