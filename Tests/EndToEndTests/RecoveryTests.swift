import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// An endpoint that works again gets everything that waits for it, however much that is.
    @Suite struct RecoveryTests {
        @Test(.timeLimit(.minutes(2))) func `A recovery makes many deliveries due in small transactions`() async throws
        {
            try await DeliveryPlace.run { place, gateway in
                let endpoint = try await place.endpoint("/slow")
                let id = try endpoint.text("id")
                await place.webhook("first")
                try await place.env.eventually { place.marks("/slow") == ["first"] ? true : nil }
                let later = Int64(Date().timeIntervalSince1970 * 1000) + 3_600_000
                let count = 2_400
                // One is due and goes as the probe; the others have failed before, and wait for an hour.
                try await gateway.edit([
                    """
                    INSERT INTO deliveries (id, tenant_id, message_id, endpoint_id, status, attempts, step, next_attempt_at,
                        lane, created_at)
                    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
                    SELECT 'del_many_' || i, tenant_id, message_id, endpoint_id, 'pending', 1, 1,
                        CASE WHEN i = 0 THEN 1 ELSE \(later) + i END, 1, 1 FROM n, deliveries WHERE endpoint_id = \(id)
                    """,
                    """
                    UPDATE webhook_endpoints SET failures = 5, failing_since = 1, opens_at = 1, pause = 10 WHERE id = \(id)
                    """,
                ])
                try await place.env.eventually { place.marks("/slow").count == count + 2 ? true : nil }
                let metrics = try await place.env.anonymous.call(.get, "/metrics").expect(200).text
                let rows = metrics.split(separator: "\n").first { $0.hasPrefix("gateway_database_write_rows_max ") }
                let most = rows.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
                #expect((1...1_000).contains(most), "\(most) rows")
            }
        }
    }
}
