import Foundation
import JSONValue
import SQL
import Support
import Testing

@testable import Gateway

/// The holder of an Idempotency-Key, and the time at which the key is free again.
struct IdempotencyStoreTests {
    private let row = IdempotencyStore.Row(tenant: "ten_1", id: "1", fingerprint: [1])
    private let start = Timestamp(milliseconds: 1_800_000_000_000)

    private func claim(
        _ database: any Database, _ id: String, after seconds: Double = 0, user: String? = nil, resumes: Bool = true
    ) async throws -> String {
        let (row, now) = (self.row, start.adding(seconds: seconds))
        let claim = try await database.write {
            try IdempotencyStore.claim(row, as: id, user: user, resumes: resumes, at: now, in: $0)
        }
        return "\(claim)".split(separator: "(").first.map(String.init) ?? ""
    }

    private func finish(_ database: any Database, _ id: String) async throws -> Bool {
        let row = self.row
        return try await database.write { try IdempotencyStore.finish(row, claim: id, user: nil, [7], in: $0) }
    }

    private func send(_ database: any Database, _ id: String, after seconds: Double = 0) async throws -> Bool {
        let (row, now) = (self.row, start.adding(seconds: seconds))
        return try await database.write { try IdempotencyStore.markSent(row, claim: id, at: now, in: $0) }
    }

    @Test func `A request that lost its key stores no reply and sends nothing`() async throws {
        let database = try await migratedDatabase()
        #expect(try await claim(database, "a") == "fresh")
        #expect(try await claim(database, "b", after: Idempotency.timeout) == "fresh")
        #expect(try await [finish(database, "a"), send(database, "a")] == [false, false])
        let row = self.row
        try await database.write { try IdempotencyStore.release(row, claim: "a", hasDoneNothing: true, in: $0) }
        #expect(try await claim(database, "c", after: Idempotency.timeout) == "running")
        #expect(try await [finish(database, "b"), finish(database, "b")] == [true, false])
        #expect(try await claim(database, "d", after: Idempotency.timeout) == "done")
    }

    @Test(arguments: [true, false])
    func `A key whose request sent something is never simply free`(resumes: Bool) async throws {
        let database = try await migratedDatabase()
        #expect(try await claim(database, "a") == "fresh")
        #expect(try await send(database, "a", after: 10))
        let outcome = resumes ? "unresolved" : "unknown"
        // The process dies, and another starts: Meeting BaaS has time to finish what it was sent.
        try await database.write { try IdempotencyStore.releaseUnsent(in: $0) }
        let settled = 10 + Idempotency.settling
        #expect(try await claim(database, "b", after: settled - 1, resumes: resumes) == "running")
        #expect(try await claim(database, "b", after: settled, resumes: resumes) == outcome)
        // The request that resolves the outcome holds the key meanwhile; if it fails, the next one may.
        #expect(try await claim(database, "c", after: settled, resumes: resumes) == (resumes ? "running" : outcome))
        let row = self.row
        try await database.write { try IdempotencyStore.release(row, claim: "b", hasDoneNothing: false, in: $0) }
        #expect(try await claim(database, "d", after: settled, resumes: resumes) == outcome)
        // A late reply records the outcome, unless another request has taken the key over.
        #expect(try await [finish(database, "a"), finish(database, "d")] == [!resumes, resumes])
        #expect(try await claim(database, "e", after: Idempotency.ttl, resumes: resumes) == "fresh")
    }

    @Test func `A user's stored replies go with the user, and what is unknown stays without the name`() async throws {
        let database = try await migratedDatabase()
        func erase() async throws {
            _ = try await database.write {
                try IdempotencyStore.eraseSome(
                    "ten_1", user: "ann", before: Timestamp(milliseconds: .max), limit: BackgroundWrites.rows, in: $0)
            }
        }
        func rows() async throws -> [String] {
            try await database.read { tx in
                try tx.run("SELECT user_id FROM idempotency_keys").map { try $0.optionalText("user_id") ?? "-" }
            }
        }
        #expect(try await claim(database, "a", user: "ann") == "fresh")
        #expect(try await finish(database, "a"))
        #expect(try await rows() == ["ann"])
        try await erase()
        #expect(try await rows().isEmpty)
        // One that is under way stores nothing any more, and so does nothing.
        #expect(try await claim(database, "b", user: "ann") == "fresh")
        try await erase()
        #expect(try await rows().isEmpty)
        #expect(try await !finish(database, "b"))
        #expect(try await claim(database, "c", user: "ann") == "fresh")
        #expect(try await send(database, "c"))
        try await erase()
        #expect(try await rows() == ["-"])
        #expect(try await claim(database, "d", after: Idempotency.timeout) == "unresolved")
    }

    @Test func `Many stored replies of a user go in batches, and none is left behind`() async throws {
        let database = try await migratedDatabase()
        try await database.write { tx in
            for (prefix, reply) in [("done", [1] as [UInt8]?), ("unknown", nil)] {
                try tx.run(
                    """
                    INSERT INTO idempotency_keys (tenant_id, id, fingerprint, sealed_reply, created_at, user_id, sent_at)
                    \(RetentionTests.numbers(700)) SELECT 'ten_1', \(prefix) || i, x'01', \(reply), 1, 'ann', 1 FROM n
                    """)
            }
        }
        try await BackgroundWrites(database: database).repeatingByRows {
            try IdempotencyStore.eraseSome(
                "ten_1", user: "ann", before: Timestamp(milliseconds: 2), limit: BackgroundWrites.rows, in: $0)
        }
        let left = try await database.read { tx in
            try tx.run("SELECT id, user_id FROM idempotency_keys").map {
                (try $0.text("id").hasPrefix("unknown"), try $0.optionalText("user_id"))
            }
        }
        #expect(left.count == 700 && left.allSatisfy { $0.0 && $0.1 == nil })
    }
}
