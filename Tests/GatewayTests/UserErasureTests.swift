import Foundation
import JSONValue
import MeetingBaaS
import SQL
import Support
import Testing

@testable import Gateway

/// The rows that remain of a deleted user.
@Suite struct UserErasureTests {
    private static let bot = "123e4567-e89b-12d3-a456-426614174000"

    private func message(_ id: String, _ user: String?, at time: Timestamp) -> Message {
        Message(
            id: id, tenant: "ten_1", type: "test.event", timestamp: "\(time)", data: #"{"title":"secret"}"#,
            extra: #"{"note":1}"#, context: MessageContext(user: user), receivedAt: time)
    }

    @Test func `Messages and bots of a deleted user lose content and id; others keep theirs`() async throws {
        let place = try await TenantPlace()
        let begun = place.now
        try await place.write { tx in
            try EndpointStore.insert(
                Endpoint(
                    id: "ep_1", tenant: "ten_1", url: "https://x.example.com/", description: nil, eventTypes: ["none"],
                    status: .enabled, sealedSecret: [1], createdAt: begun), in: tx)
            try MessageStore.insert(message("msg_1", "ann", at: begun), in: tx)
            try MessageStore.insert(message("msg_2", "bob", at: begun), in: tx)
            try MessageStore.insert(message("msg_3", "ann", at: begun), for: "ep_1", in: tx)
            try BotStore.record(
                Bot(
                    accountID: "shared", botID: Self.bot, tenant: "ten_1", eventID: nil, calendarID: nil,
                    connection: nil, user: "ann", state: .completed, stateAt: begun), at: begun, in: tx)
        }
        place.move(seconds: 10)
        let deleted = place.now
        try await place.write { try GenerationStore.advance("ten_1", .user, "ann", at: deleted, in: $0) }
        place.move(seconds: 10)
        let later = place.now
        try await place.write { try MessageStore.insert(message("msg_4", "ann", at: later), in: $0) }
        let job = AnonymiseUsersJob(
            database: place.database,
            steps: FeatureLists.erasure(place.database, place.clock) { _, _, _ in [] })
        // A delivery is still to be made.
        let queued = QueuedJob(
            id: "job_1", tenant: "ten_1", kind: AnonymiseUsersJob.kind,
            subject: String(deleted.milliseconds / 3_600_000), attempts: 0, deadline: deleted, version: 0, lease: 1)
        await #expect(throws: Problem.self) { try await job.run(queued, isLastTry: false) }
        func stored(_ id: String) async throws -> [String] {
            try await place.database.read { tx in
                guard let row = try tx.first("SELECT user_id, data FROM messages WHERE id = \(id)") else { return [] }
                return [try row.optionalText("user_id") ?? "nobody", try row.text("data")]
            }
        }
        #expect(try await stored("msg_1") == ["nobody", "null"])
        #expect(try await stored("msg_2") == ["bob", #"{"title":"secret"}"#])
        #expect(try await stored("msg_3") == ["ann", #"{"title":"secret"}"#])
        #expect(try await stored("msg_4") == ["ann", #"{"title":"secret"}"#], "the next who bears the id")
        let bot = try await place.database.read { try BotStore.owner(account: "shared", bot: Self.bot, in: $0) }
        #expect(bot?.user == nil && bot?.tenant == "ten_1")
        // Once it is made, or a day after the deletion at the latest.
        place.move(seconds: 25 * 3_600)
        await #expect(throws: Problem.self) { try await job.run(queued, isLastTry: false) }
        #expect(try await stored("msg_3") == ["nobody", #"{"title":"secret"}"#])
        try await place.write { try $0.run("UPDATE deliveries SET status = 'delivered'") }
        #expect(try await stored("msg_4").first == "ann")
    }

    @Test func `What is older than a user's deletion is nobody's who bears the id`() async throws {
        let place = try await TenantPlace()
        let old = place.now
        place.move(seconds: 1)
        let deleted = place.now
        place.move(seconds: 1)
        let young = place.now
        try await place.write { tx in
            try MessageStore.insert(message("msg_1", "ann", at: old), in: tx)
            try GenerationStore.advance("ten_1", .user, "ann", at: deleted, in: tx)
            try MessageStore.insert(message("msg_2", "ann", at: young), in: tx)
        }
        try await place.database.read { tx throws -> Void in
            func ids(_ user: String?) throws -> [String] {
                try MessageStore.list("ten_1", user: user, type: nil, after: nil, limit: 10, in: tx).map(\.id)
            }
            #expect(try ids("ann") == ["msg_2"])
            #expect(try ids(nil) == ["msg_1", "msg_2"])
            #expect(try MessageStore.find("ten_1", "msg_1", user: "ann", in: tx) == nil)
            func present(_ user: String, _ made: Timestamp) throws -> String? {
                try GenerationStore.present(user, of: "ten_1", made: made, in: tx)
            }
            #expect(try present("ann", old) == nil)
            #expect(try present("ann", deleted) == nil)
            #expect(try present("ann", young) == "ann")
            #expect(try present("bob", old) == "bob")
        }
    }
}
