import JSONValue
import SQL

/// Tenants whose messages are near or above the space that they may have.
struct MessageStorageCheck {
    let database: any Database

    func run(_ findings: inout Findings) async throws {
        let usages = try await database.read { try MessageStorage.limited(in: $0) }
        for usage in usages where usage.isLow {
            guard let limit = usage.limit,
                let tenant = try await database.read({ try TenantStore.find(id: usage.tenant, in: $0) })
            else { continue }
            let text =
                "its messages have \(Self.presented(usage.bytes)) of the \(Self.presented(limit)) that they may have. "
                + "Raise it with `meeting-gateway tenants settings \(tenant.slug) --message-bytes N`, "
                + "or see what keeps deliveries waiting"
            if usage.excess() == 0 {
                findings.warn("tenant \(tenant.slug)", text)
            } else if usage.hasOwnAccount {
                findings.fail("tenant \(tenant.slug)", "webhooks of its own account are refused: \(text)")
            } else {
                findings.warn("tenant \(tenant.slug)", "above its limit, and webhooks are still stored: \(text)")
            }
        }
    }

    private static func presented(_ bytes: Int64) -> String {
        bytes < 10 << 20 ? "\(bytes) bytes" : bytes < 10 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
    }
}
