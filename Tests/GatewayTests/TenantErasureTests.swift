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
                try JobStore.add(.replay, tenant, "rpl_1", at: now, in: tx)
                try JobStore.add(.deleteTenant, tenant, tenant, at: now, in: tx)
            }
        }
        let job = try await place.write { tx in
            let waiting = try JobStore.waiting([.deleteTenant], at: now, in: tx).filter { $0.tenant == "ten_1" }
            return try JobStore.claim(waiting, running: [], at: now, in: tx).first
        }
        place.database.forgetLargestWrite()
        let claimed = try #require(job)
        try await BackgroundWrites(database: place.database).repeating { tx in
            if try TenantErasure.deleteRows("ten_1", for: claimed, limit: BackgroundWrites.rows, in: tx) > 0 {
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

    @Test func `Every table with rows of tenants is known`() async throws {
        let place = try await TenantPlace()
        let tables = try await place.database.read { tx in
            try tx.run(
                """
                SELECT m.name AS name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c ON c.name = 'tenant_id'
                WHERE m.type = 'table' ORDER BY m.name
                """
            ).map { try $0.text("name") }
        }
        let erased = Set(TenantErasure.rows(of: "ten_1").map(\.table))
        // Jobs go with the tenant by another way; creations tell which calendars were made, and go by `OrphanedRows`.
        #expect(Set(tables).subtracting(erased) == ["jobs", "calendar_creations"])
    }
}
