import Foundation
import JSONValue
import Sealing
import SQL
import Support
import Testing
import Webhooks

@testable import Gateway

/// A secret that was replaced lives until its own end, however often the next ones are replaced.
struct FormerSecretTests {
    private func key(_ place: TenantPlace, expiresAfter seconds: Double? = nil) async throws {
        let now = place.now
        let key = APIKey(
            id: "key_1", tenant: "ten_1", name: "k", scopes: [], createdAt: now,
            expiresAt: seconds.map { now.adding(seconds: $0) }, lastUsedAt: nil)
        try await place.write { try APIKeyStore.insert(key, digest: [0], in: $0) }
    }

    private func rotate(_ place: TenantPlace, to digest: UInt8, overlap: Double) async throws {
        let now = place.now
        _ = try await place.write {
            try APIKeyStore.rotate(
                "ten_1", "key_1", digest: [digest], previousUntil: now.adding(seconds: overlap), at: now, in: $0)
        }
    }

    private func valid(_ place: TenantPlace) async throws -> [UInt8] {
        let now = place.now
        return try await place.database.read { tx in
            try (0..<20).filter { try APIKeyStore.find(digest: [$0], at: now, in: tx) != nil }
        }
    }

    @Test func `A key's former secrets live until their own ends`() async throws {
        let place = try await TenantPlace()
        try await key(place)
        try await rotate(place, to: 1, overlap: 100)
        place.move(seconds: 10)
        try await rotate(place, to: 2, overlap: 1000)
        #expect(try await valid(place) == [0, 1, 2])
        // With no overlap the present one ends at once, and the others do not.
        try await rotate(place, to: 3, overlap: 0)
        #expect(try await valid(place) == [0, 1, 3])
        place.move(seconds: 91)
        #expect(try await valid(place) == [1, 3])
        let now = place.now
        let ends = try await place.database.read { try APIKeyStore.find(digest: [1], at: now, in: $0)?.endsAt }
        #expect(ends == now.adding(seconds: 1000 - 91))
        place.move(seconds: 1000)
        #expect(try await valid(place) == [3])
        let later = place.now
        try await place.database.expire([FormerKeyStore.expired(at: later)])
        #expect(try await place.number("SELECT COUNT(*) AS n FROM former_api_keys") == 0)
    }

    @Test func `A key has at most five former secrets`() async throws {
        let place = try await TenantPlace()
        try await key(place)
        for digest in UInt8(1)...5 { try await rotate(place, to: digest, overlap: Double(digest) * 100) }
        let refused = await place.problem { try await rotate(place, to: 6, overlap: 100) }
        #expect(refused?.code == .conflict && refused?.action == .wait && refused?.retryAfter == 100)
        #expect(try await valid(place) == [0, 1, 2, 3, 4, 5], "nothing was replaced")
        try await rotate(place, to: 7, overlap: 0)
        #expect(try await valid(place) == [0, 1, 2, 3, 4, 7])
        // One has ended: there is a place again.
        place.move(seconds: 101)
        try await rotate(place, to: 8, overlap: 100)
        #expect(try await valid(place) == [1, 2, 3, 4, 7, 8])
    }

    @Test func `A former secret ends with its key`() async throws {
        let place = try await TenantPlace()
        try await key(place, expiresAfter: 50)
        try await rotate(place, to: 1, overlap: 100)
        place.move(seconds: 49)
        #expect(try await valid(place) == [0, 1])
        place.move(seconds: 2)
        #expect(try await valid(place) == [])
        _ = try await place.write { try APIKeyStore.delete("ten_1", "key_1", at: Timestamp(milliseconds: 0), in: $0) }
        #expect(try await place.number("SELECT COUNT(*) AS n FROM former_api_keys") == 0)
    }

    @Test func `An endpoint's former secrets live until their own ends, five at most`() async throws {
        let place = try await TenantPlace()
        let sealer = try await place.tenantKeys.sealer(for: "ten_1")
        func seal(_ secret: String) throws -> [UInt8] {
            try sealer.seal(SecretBytes(secret), column: .endpointSecret, row: "ep_1")
        }
        let secrets = (0..<8).map { _ in WebhookSecret.make() }
        let endpoint = Endpoint(
            id: "ep_1", tenant: "ten_1", url: "https://hooks.example.com/", description: nil, eventTypes: ["*"],
            status: .enabled, sealedSecret: try seal(secrets[0]), createdAt: place.now)
        try await place.write { try EndpointStore.insert(endpoint, in: $0) }
        func rotate(from old: Int, to new: Int, overlap: Double) async throws {
            let (now, sealed) = (place.now, try seal(secrets[new]))
            let former = try FormerEndpointSecretStore.seal(
                SecretBytes(secrets[old]), until: now.adding(seconds: overlap), sealer)
            try await place.write { tx in
                let present = try #require(try EndpointStore.find("ten_1", "ep_1", in: tx))
                try EndpointStore.rotate(
                    present, sealedSecret: sealed, former: overlap > 0 ? former : nil, at: now, in: tx)
            }
        }
        func valid() async throws -> [Int] {
            let present = try #require(
                try await place.database.read { try EndpointStore.find("ten_1", "ep_1", in: $0) })
            return try await EndpointSecrets(tenantKeys: place.tenantKeys).current(present, at: place.now).compactMap {
                key in
                secrets.firstIndex { WebhookSecret.decode($0) == key }
            }
        }
        try await rotate(from: 0, to: 1, overlap: 100)
        try await rotate(from: 1, to: 2, overlap: 1000)
        #expect(try await Set(valid()) == [0, 1, 2])
        #expect(try await valid().first == 2, "the present one first")
        place.move(seconds: 101)
        #expect(try await valid() == [2, 1])
        for (old, new) in [(2, 3), (3, 4), (4, 5), (5, 6)] { try await rotate(from: old, to: new, overlap: 500) }
        let refused = await place.problem { try await rotate(from: 6, to: 7, overlap: 500) }
        #expect(refused?.code == .conflict)
        try await rotate(from: 6, to: 7, overlap: 0)
        #expect(try await Set(valid()) == [7, 5, 4, 3, 2, 1])
        place.move(seconds: 2000)
        #expect(try await valid() == [7])
        let now = place.now
        try await place.database.expire(FormerEndpointSecretStore.expired(at: now))
        let left = try await place.number(
            "SELECT COUNT(*) + COUNT(until) AS n FROM former_endpoint_secrets WHERE endpoint_id = 'ep_1'")
        #expect(left == 0)
    }

    @Test func `Former secrets from before they had tables go on`() async throws {
        let place = try await TenantPlace()
        try await key(place)
        let sealer = try await place.tenantKeys.sealer(for: "ten_1")
        let (present, former) = (WebhookSecret.make(), WebhookSecret.make())
        let endpoint = Endpoint(
            id: "ep_1", tenant: "ten_1", url: "https://hooks.example.com/", description: nil, eventTypes: ["*"],
            status: .enabled,
            sealedSecret: try sealer.seal(SecretBytes(present), column: .endpointSecret, row: "ep_1"),
            createdAt: place.now)
        let sealedFormer = try sealer.seal(SecretBytes(former), column: .endpointPreviousSecret, row: "ep_1")
        let until = place.now.adding(seconds: 100).milliseconds
        try await place.write { tx in
            try EndpointStore.insert(endpoint, in: tx)
            // As the step before left it.
            try tx.script("DROP TABLE former_api_keys; DROP TABLE former_endpoint_secrets")
            try tx.run("UPDATE api_keys SET previous_digest = \([UInt8(9)]), previous_until = \(until)")
            try tx.run(
                "UPDATE webhook_endpoints SET sealed_previous_secret = \(sealedFormer), previous_until = \(until)")
            try tx.script(
                Schema.formerSecrets.replacing("{int}", with: "INTEGER").replacing("{bytes}", with: "BLOB")
                    .replacing("{strict}", with: "STRICT"))
        }
        func count() async throws -> Int {
            let found = try #require(try await place.database.read { try EndpointStore.find("ten_1", "ep_1", in: $0) })
            return try await EndpointSecrets(tenantKeys: place.tenantKeys).current(found, at: place.now).count
        }
        #expect(try await valid(place) == [0, 9])
        #expect(try await count() == 2)
        place.move(seconds: 101)
        #expect(try await valid(place) == [0])
        #expect(try await count() == 1)
    }
}
