import Foundation
import JSONValue
import SQL
import Support
import Testing

@testable import Gateway

/// The grants that a revocation may have killed. The clock here is the test's.
struct RevocationTests {
    private static let grant = GoogleGrant(clientID: "100-app.apps.googleusercontent.com", subject: "42")
    private static let start = Timestamp(milliseconds: 1_800_000_000_000)

    @Test func `What was asked for before a revocation ended is refused, whoever made it and however it ended`()
        async throws
    {
        let database = try await migratedDatabase()
        @Sendable func at(_ seconds: Double) -> Timestamp { Self.start.adding(seconds: seconds) }
        func begin(_ holder: String, _ work: String, _ seconds: Double) async throws -> Bool {
            try await database.write {
                try RevocationStore.begin(Self.grant, holder: holder, work: work, at: at(seconds), in: $0)
            }
        }
        func end(_ holder: String, _ seconds: Double) async throws {
            try await database.write { try RevocationStore.end(Self.grant, holder: holder, at: at(seconds), in: $0) }
        }
        func refuses(began: Double, _ now: Double) async throws -> Bool {
            try await database.read {
                try RevocationStore.mayHaveKilled(Self.grant, began: at(began), at: at(now), in: $0)
            }
        }
        #expect(try await !refuses(began: 0, 1))
        #expect(try await begin("h1", "con_1", 10))
        #expect(try await [refuses(began: 9, 11), refuses(began: 11, 12)] == [true, true], "while it is under way")
        #expect(try await !begin("h2", "con_2", 11), "one at a time")
        try await end("h2", 11)
        #expect(try await refuses(began: 11, 12), "another's end is not its end")
        try await end("h1", 12)
        #expect(try await [refuses(began: 11, 13), refuses(began: 12.001, 13)] == [true, false])
        // A holder that died: its own work takes over at once, others when it counts as ended; until then it may strike.
        #expect(try await begin("h3", "con_1", 20))
        #expect(try await !begin("h4", "con_2", 34))
        #expect(try await begin("h5", "con_1", 22))
        try await end("h3", 23)
        #expect(try await refuses(began: 23.5, 24), "the dead one's end says nothing of the one that took over")
        try await end("h5", 25)
        #expect(try await [refuses(began: 34.9, 35), refuses(began: 35.001, 36)] == [true, false])
        #expect(try await begin("h6", "con_1", 40))
        #expect(try await [refuses(began: 54, 60), refuses(began: 55.001, 60)] == [true, false], "it never ended")
        #expect(try await begin("h7", "con_2", 60))
        try await end("h7", 61)
        #expect(try await [refuses(began: 60.5, 62), refuses(began: 61.001, 62)] == [true, false])
        let other = GoogleGrant(clientID: "200-app.apps.googleusercontent.com", subject: "42")
        #expect(
            try await !database.read {
                try RevocationStore.mayHaveKilled(other, began: at(0), at: at(62), in: $0)
            }, "another project")
        for (seconds, left) in [(3000.0, 1), (3700.0, 0)] {
            try await database.expire([RevocationStore.expired(at: at(seconds))])
            #expect(try await database.read { try $0.run("SELECT work FROM revocations").count } == left)
        }
        await database.close()
    }

    /// Exchanges and revocations in any order, with processes that die under a revocation: a grant that was stored lives.
    @Test(arguments: 1...24) func `No stored grant is dead`(seed: UInt64) async throws {
        #expect(
            try await deadGrants(seed: seed) { began, now, tx in
                try RevocationStore.mayHaveKilled(Self.grant, began: began, at: now, in: tx)
            } == 0)
    }

    /// The rule of former builds, which asked only if a revocation is under way, shows that these seeds can fail.
    @Test func `Refusing only while a revocation is under way lets stored grants die`() async throws {
        var dead = 0
        for seed in UInt64(1)...24 {
            dead += try await deadGrants(seed: seed) { _, now, tx in
                try tx.first(
                    "SELECT work FROM revocations WHERE holder IS NOT NULL AND held_until > \(now.milliseconds)")
                    != nil
            }
        }
        #expect(dead > 0)
    }

    private func deadGrants(
        seed: UInt64, refuses: @escaping @Sendable (Timestamp, Timestamp, any Transaction) throws -> Bool
    ) async throws -> Int {
        let database = try await migratedDatabase()
        var model = Model(seed: seed)
        var most = 0
        for _ in 0..<60 {
            let step = model.next()
            let now = model.now
            switch step {
            case .plan(let holder, let work):
                // A grant that a stored grant needs is not revoked; both are checked in one transaction.
                guard !model.isNeeded else { continue }
                let began = try await database.write {
                    try RevocationStore.begin(Self.grant, holder: holder, work: work, at: now, in: $0)
                }
                if began { model.began(holder, work) }
            case .end(let holder):
                try await database.write { try RevocationStore.end(Self.grant, holder: holder, at: now, in: $0) }
            case .store(let began):
                model.answered(isKept: try await !database.read { try refuses(began, now, $0) })
            case .nothing: break
            }
            most = max(most, model.dead.count)
        }
        await database.close()
        return most
    }

    private struct Model {
        enum Step {
            case nothing
            case plan(holder: String, work: String)
            case end(holder: String)
            case store(began: Timestamp)
        }
        private struct Exchange {
            let began: Timestamp
            var token: Int?
        }
        private struct Attempt {
            let holder: String
            let began: Timestamp
            var isAlive = true
        }

        private var random: SeededRandom
        private(set) var now = RevocationTests.start
        private var counter = 0
        private var exchanges: [Exchange] = []
        private var attempts: [Attempt] = []
        private var answering: Int?
        private var live: Set<Int> = []
        private var stored: Set<Int> = []

        init(seed: UInt64) { random = SeededRandom(state: seed) }

        var isNeeded: Bool { !stored.isEmpty }
        var dead: Set<Int> { stored.subtracting(live) }

        mutating func began(_ holder: String, _ work: String) {
            attempts.append(Attempt(holder: holder, began: now))
        }

        mutating func answered(isKept: Bool) {
            if let token = answering, isKept { stored.insert(token) }
            answering = nil
        }

        mutating func next() -> Step {
            now = now.adding(seconds: Double(Int.random(in: 1...3000, using: &random)) / 1000)
            counter += 1
            switch Int.random(in: 0..<8, using: &random) {
            case 0: exchanges.append(Exchange(began: now))
            case 1:
                // The provider gives the token.
                if let index = exchanges.indices.filter({ exchanges[$0].token == nil }).randomElement(using: &random) {
                    exchanges[index].token = counter
                    live.insert(counter)
                }
            case 2, 3:
                let ready = exchanges.indices.filter { exchanges[$0].token != nil }
                if let index = ready.randomElement(using: &random) {
                    let exchange = exchanges.remove(at: index)
                    answering = exchange.token
                    return .store(began: exchange.began)
                }
            case 4: return .plan(holder: "h\(counter)", work: "con_\(Int.random(in: 0..<3, using: &random))")
            case 5:
                // The provider does what an attempt asked for, whether or not its process lives, within the call's limit.
                if attempts.contains(where: { now.seconds(since: $0.began) < 10 }) { live = [] }
            case 6:
                if let index = attempts.indices.filter({ attempts[$0].isAlive }).randomElement(using: &random) {
                    // An answer means that the provider will do nothing more for it.
                    return .end(holder: attempts.remove(at: index).holder)
                }
            default:
                if let index = attempts.indices.randomElement(using: &random) { attempts[index].isAlive = false }
                // A user disconnects: the stored grants are needed no more.
                if Bool.random(using: &random) { stored = [] }
            }
            return .nothing
        }
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
