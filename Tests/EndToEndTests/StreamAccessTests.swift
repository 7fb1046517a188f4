import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// A stream of messages ends with the right to read it.
    @Suite struct StreamAccessTests {
        enum Revocation: String, CaseIterable {
            case deleted, rotated, suspended, tenantDeleted
        }

        @Test(.timeLimit(.minutes(2)), arguments: Revocation.allCases)
        func `Nothing is sent on a stream once its reader may read no more`(ending: Revocation) async throws {
            try await DeliveryPlace.run { place, _ in
                let admin = place.env.operator
                let base = "/admin/v1/tenants/\(place.tenant.slug)"
                let made = try await admin.call(.post, "\(base)/keys", ["name": "reader"]).expect(201)
                let (id, reader) = (try made.text("id"), API(place.env.gatewayURL, token: try made.text("key")))
                let received = Received()
                let ended = LockedValue<Bool>()
                let task = Task {
                    try? await reader.listen("/api/v1/messages?type=calendar.test", lastEventID: nil) {
                        received.add($0)
                    }
                    ended.set(true)
                }
                defer { task.cancel() }
                await place.webhook("before")
                try await place.env.eventually { received.text.contains(#""mark":"before""#) ? true : nil }
                switch ending {
                case .deleted: try await admin.call(.delete, "\(base)/keys/\(id)").expect(204)
                case .rotated:
                    try await admin.call(.post, "\(base)/keys/\(id)/rotate", ["overlap_seconds": 0]).expect(200)
                case .suspended: try await admin.call(.patch, base, ["status": "suspended"]).expect(200)
                case .tenantDeleted: try await admin.call(.delete, base).expect(202)
                }
                for number in 0..<5 { await place.webhook("after-\(number)") }
                // The change itself wakes the stream: a heartbeat would take fifteen seconds.
                try await place.env.eventually(within: 8) { ended.value }
                #expect(!received.text.contains(#""mark":"after"#), "\(received.text.suffix(2000))")
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A stream that is written to often uses up no rate of its tenant`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                let settings = "/admin/v1/tenants/\(place.tenant.slug)/settings"
                let received = Received()
                let task = Task {
                    try? await place.server.listen("/api/v1/messages?type=calendar.test", lastEventID: nil) {
                        received.add($0)
                    }
                }
                defer { task.cancel() }
                try await place.env.eventually { received.text.contains("retry:") ? true : nil }
                try await place.env.operator.call(
                    .put, settings, ["limits": ["requests_per_second": 1, "burst": 1]]
                ).expect(200)
                for number in 0..<8 {
                    // The tenant itself is at its limit all the time.
                    try await place.env.eventually {
                        try await place.server.call(.get, "/api/v1/messages").status == 429 ? true : nil
                    }
                    await place.webhook("m\(number)")
                    try await place.env.eventually { received.text.contains(#""mark":"m\#(number)""#) ? true : nil }
                }
            }
        }

        @Test(.timeLimit(.minutes(1))) func `A stream outlives a moment in which storage does not answer`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                let (received, ended) = (Received(), LockedValue<Bool>())
                let task = Task {
                    try? await place.server.listen("/api/v1/messages?type=calendar.test", lastEventID: nil) {
                        received.add($0)
                    }
                    ended.set(true)
                }
                defer { task.cancel() }
                await place.webhook("before")
                try await place.env.eventually { received.text.contains(#""mark":"before""#) ? true : nil }
                // The stream's check of its key fails; webhooks are stored all the same.
                let database = try await place.env.openDatabase()
                try await database.write { try $0.script("ALTER TABLE api_keys RENAME TO api_keys_away") }
                #expect(await place.webhook("during") == 200)
                try await place.env.eventually {
                    place.env.gatewayOutput.contains("a stream of messages waits for storage") || ended.value == true
                        ? true : nil
                }
                #expect(!received.text.contains(#""mark":"during""#), "nobody may read what cannot be checked")
                try await database.write { try $0.script("ALTER TABLE api_keys_away RENAME TO api_keys") }
                await database.close()
                try await place.env.eventually {
                    received.text.contains(#""mark":"during""#) || ended.value == true ? true : nil
                }
                #expect(received.text.contains(#""mark":"during""#) && ended.value == nil)
            }
        }
    }
}
