import HTTPTypes
import JSONValue
import SQL
import Testing

@testable import Gateway

/// The reply of a request with an Idempotency-Key.
struct IdempotencyClaimTests {
    /// The transaction that stores it may be undone, or run again.
    @Test func `A reply counts as stored once its transaction is committed`() async throws {
        let place = try await TenantPlace()
        let row = IdempotencyStore.Row(tenant: place.tenant.id, id: "1", fingerprint: [1])
        let claim = IdempotencyClaim(
            row, user: nil, sealer: try await place.tenantKeys.sealer(for: place.tenant.id), database: place.database,
            clock: place.clock)
        let (id, now) = (claim.id, place.now)
        _ = try await place.write { try IdempotencyStore.claim(row, as: id, at: now, in: $0) }
        try await IdempotencyClaim.$current.withValue(claim) {
            let problem = await place.problem {
                _ = try await place.database.writeReply { tx in
                    // The commit fails: nobody has the id of this tenant.
                    try tx.script("PRAGMA defer_foreign_keys = ON")
                    try tx.run(
                        """
                        INSERT INTO accounts (tenant_id, api_version, sealed_api_key, sealed_webhook_secrets, created_at,
                            updated_at)
                        VALUES ('nobody', 'v2', \([1] as [UInt8]), \([1] as [UInt8]), 1, 1)
                        """)
                    return BufferedResponse(.ok, [], type: nil)
                }
                Issue.record("the commit did not fail")
            }
            #expect(problem == nil)
            #expect(!claim.isStored)
            _ = try await place.database.writeReply { _ in BufferedResponse(.ok, [], type: nil) }
            #expect(claim.isStored)
        }
        await place.database.close()
    }
}
