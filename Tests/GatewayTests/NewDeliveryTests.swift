import Foundation
import JSONValue
import SQL
import Support
import Synchronization
import Testing

@testable import Gateway

/// Notices of new deliveries to the worker, by real transactions.
struct NewDeliveryTests {
    private final class Received: Sendable { let notices = Mutex<[ChangeNotice]>([]) }

    @Test func `A new delivery comes with its message, unless something was held in the same commit`() async throws {
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        let database = try await migratedDatabase()
        let tenant = Tenant(
            id: "ten_1", slug: "one", name: "One", status: .active, settings: TenantSettings(), createdAt: now)
        let endpoint = Endpoint(
            id: "ep_1", tenant: "ten_1", url: "https://hooks.example.com/", description: nil, eventTypes: ["*"],
            status: .enabled, sealedSecret: [1], createdAt: now)
        try await database.write { tx in
            try TenantStore.insert(tenant, in: tx)
            try EndpointStore.insert(endpoint, in: tx)
        }
        let received = Received()
        database.listen { notices in received.notices.withLock { $0 = notices } }
        @Sendable func emit(_ tx: any Transaction) throws {
            try MessageStore.emit("t", "ten_1", data: ["n": .int(1)], context: MessageContext(), at: now, in: tx)
        }

        try await database.write { try emit($0) }
        let deliveries = NewDelivery.announced(in: CommittedChanges(received.notices.withLock(\.self)))
        #expect(deliveries.count == 1 && deliveries[0].endpoint == "ep_1" && deliveries[0].tenant == "ten_1")
        #expect(deliveries[0].message?.data == #"{"n":1}"#)

        // Its endpoint is disabled in the commit that makes it.
        try await database.write { tx in
            try emit(tx)
            #expect(try EndpointStore.disable("ten_1", "ep_1", at: now, in: tx))
            _ = try DeliveryStore.hold("ten_1", endpoint: "ep_1", limit: BackgroundWrites.rows, in: tx)
        }
        let notices = received.notices.withLock(\.self)
        let held = NewDelivery.announced(in: CommittedChanges(notices))
        #expect(held.count == 1 && held[0].message == nil)
        #expect(notices.contains { $0.topic == .endpoint && $0.payload == "ep_1" })
        let status = try await database.read { try DeliveryStore.find("ten_1", held[0].id, in: $0)?.status }
        #expect(status == .held)
        await database.close()
    }
}
