import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// SIGKILL at named points of requests with an `Idempotency-Key`, on a seeded schedule. Sent again, each request ends in
    /// one of two states: done once, with one reply for all repeats; or refused with a clear error, and done once at most.
    @Suite struct IdempotencyCrashTests {
        private static let environment = ProcessInfo.processInfo.environment
        static let rounds = environment["GATEWAY_IDEMPOTENCY_CRASHES"].flatMap { Int($0) } ?? 14
        static let seed = environment["GATEWAY_SEED"].flatMap { UInt64($0) } ?? 20_261_129

        /// A request, and how often it was carried out.
        private struct Work: Sendable {
            let name: String
            let path: String
            let body: JSON
            var byOperator = false
            /// The outcome is unknown, so a repeat is refused.
            var isUnrepeatable = false
            let count: @Sendable () async throws -> Int
        }

        private static func points(_ work: Work) -> [String] {
            let local = ["after_key_claim", "before_reply_stored", "after_reply_stored"]
            return work.path.hasPrefix("/meeting-baas/") ? local + ["before_sending", "after_answer"] : local
        }

        private static func works(_ place: DeliveryPlace, _ mark: String) -> [Work] {
            let (env, server) = (place.env, place.server)
            let keys = "/admin/v1/tenants/\(place.tenant.slug)/keys"
            @Sendable func bots(_ meetings: [JSON]) async throws -> Int {
                try await env.meetingBaaS.call(.get, "/_sandbox/bots").items.filter {
                    meetings.contains($0["config"]?["meeting_url"] ?? .null)
                }.count
            }
            @Sendable func rows(_ table: Query) async throws -> Int {
                try await env.count("SELECT COUNT(*) AS n FROM \(table) WHERE user_id = \(mark)")
            }
            let meeting = MirrorPlace.meeting(mark)
            let second = MirrorPlace.meeting("\(mark)-b")
            func bot(_ meeting: JSON) -> JSON { ["bot_name": "N", "meeting_url": meeting] }
            return [
                Work(name: "key", path: keys, body: ["name": .string(mark)], byOperator: true) {
                    try await env.operator.call(.get, keys).items.filter { $0["name"] == .string(mark) }.count
                },
                Work(name: "batch", path: "/meeting-baas/v2/bots/batch", body: [bot(meeting), bot(second)]) {
                    // Both or none.
                    let (one, two) = (try await bots([meeting]), try await bots([second]))
                    return one == two ? one : 99
                },
                Work(name: "session", path: "/api/v1/sessions", body: ["user_id": .string(mark)]) {
                    try await rows("sessions")
                },
                Work(name: "bot", path: "/meeting-baas/v2/bots", body: bot(meeting)) { try await bots([meeting]) },
                Work(
                    name: "endpoint", path: "/api/v1/webhook-endpoints",
                    body: ["url": .string("\(place.receiver.url)/\(mark)")]
                ) {
                    try await server.call(.get, "/api/v1/webhook-endpoints?limit=100").items.filter {
                        $0["url"]?.stringValue?.hasSuffix("/\(mark)") == true
                    }.count
                },
                Work(name: "v1 bot", path: "/meeting-baas/bots/", body: bot(meeting)) { try await bots([meeting]) },
                Work(
                    name: "consent", path: "/api/v1/connections",
                    body: [
                        "provider": "google", "return_url": .string(TenantFixture.returnURL), "user_id": .string(mark),
                    ]
                ) { try await rows("connections") },
                Work(
                    name: "zoom", path: "/meeting-baas/v2/zoom-credentials",
                    body: ["name": .string(mark), "client_id": .string(mark), "client_secret": "z"],
                    isUnrepeatable: true
                ) {
                    try await env.meetingBaaS.with("x-meeting-baas-api-key", TestEnvironment.apiKey).call(
                        .get, "/v2/zoom-credentials?limit=100"
                    ).items.filter { $0["name"] == .string(mark) }.count
                },
            ]
        }

        @Test(.timeLimit(.minutes(10)))
        func `A request that dies at any moment, sent again under its key, is done once`() async throws {
            var random = SeededRandom(seed: Self.seed)
            var schedule: [(work: Int, point: Int, waits: Bool)] = []
            for round in 0..<Self.rounds {
                schedule.append((round, Int.random(in: 0..<60, using: &random), Bool.random(using: &random)))
            }
            let plan = schedule
            try await DeliveryPlace.run { place, gateway in
                for (round, step) in plan.enumerated() {
                    let all = Self.works(place, "m\(round)")
                    let work = all[step.work % all.count]
                    let points = Self.points(work)
                    let point = points[step.point % points.count]
                    let comment: Comment = "round \(round), seed \(Self.seed): \(work.name) dies at \(point)"
                    gateway.kill()
                    try await gateway.start(["MEETING_GATEWAY_CRASH_AT": "\(point):1"])
                    let base = work.byOperator ? place.env.operator : place.server
                    let caller = base.with("Idempotency-Key", "k-\(round)")
                    let first = try? await caller.call(.post, work.path, work.body)
                    #expect(first == nil, comment)
                    // Either at once, or when Meeting BaaS must be done with what it was sent.
                    if step.waits { try await gateway.edit([Self.aMinuteLater]) } else { try await gateway.start() }
                    var replies = try await Self.repeated(work, caller)
                    #expect(try await work.count() <= 1, comment)
                    if !step.waits, replies.allSatisfy({ $0.status == 409 }) {
                        try await gateway.edit([Self.aMinuteLater])
                        replies += try await Self.repeated(work, caller)
                    }
                    replies.append(try await caller.call(.post, work.path, work.body))
                    let done = replies.filter { (200..<300).contains($0.status) }
                    let refused = replies.filter { $0.status == 409 }
                    #expect(done.count + refused.count == replies.count, "\(comment): \(replies.map(\.text))")
                    #expect(Set(done.map(\.text)).count <= 1, "\(comment): \(done.map(\.text))")
                    let count = try await work.count()
                    if work.isUnrepeatable, !["after_key_claim", "after_reply_stored"].contains(point) {
                        #expect(done.isEmpty && count <= 1, comment)
                    } else {
                        #expect(!done.isEmpty && count == 1, "\(comment): \(count) of \(replies.map(\.text))")
                    }
                    if work.name == "key", let key = done.first?["key"]?.stringValue {
                        try await API(place.env.gatewayURL, token: key).call(.get, "/api/v1/connections").expect(200)
                    }
                }
            }
        }

        private static let aMinuteLater: Query =
            "UPDATE idempotency_keys SET sent_at = sent_at - 61000, busy_until = 0 WHERE sealed_reply IS NULL"

        /// The request again, three times at once.
        private static func repeated(_ work: Work, _ caller: API) async throws -> [API.Reply] {
            try await withThrowingTaskGroup(of: API.Reply.self) { group in
                for _ in 0..<3 { group.addTask { try await caller.call(.post, work.path, work.body) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
