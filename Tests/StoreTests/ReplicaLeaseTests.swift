import Foundation
import JSONValue
import Logging
import OAuth
import SQL
import Sealing
import Support
import Synchronization
import Testing

@testable import Gateway

/// Work on an object that one replica does at a time.
@Suite struct ReplicaLeaseTests {
    /// The callers that have an object, and had it.
    private final class Counts: Sendable {
        private let state = Mutex((inside: 0, most: 0, done: 0))
        var most: Int { state.withLock { $0.most } }
        var done: Int { state.withLock { $0.done } }

        func enter() {
            state.withLock { state in
                state.inside += 1
                state.most = max(state.most, state.inside)
            }
        }

        func leave() {
            state.withLock { state in
                state.inside -= 1
                state.done += 1
            }
        }
    }

    @Test(arguments: StoreEngine.all) func `Of callers of two processes one at a time has an object`(
        engine: StoreEngine
    ) async throws {
        try await ReplicaProcess.two(engine) { _, one, two in
            let counts = Counts()
            let leases = [one, two].map { ObjectLeases(.recording, database: $0.database, replica: $0.replica) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await leases[number % 2].withLease("one") {
                            counts.enter()
                            // Long enough for the others to come.
                            try await Task.sleep(for: .milliseconds(20))
                            counts.leave()
                        }
                    }
                }
                // Another object is not waited for.
                try await leases[1].withLease("two") {}
                try await group.waitForAll()
            }
            #expect(counts.most == 1 && counts.done == 8)
        }
    }

    @Test(arguments: StoreEngine.all) func `The first process has the roles until it ends, and it alone looks back`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let first = try await ReplicaProcess(place)
        let second = try await ReplicaProcess(place)
        #expect(first.replica.startedAlone && !second.replica.startedAlone)
        for role in Replica.Role.allCases {
            #expect(try await !second.replica.has(role))
            #expect(try await first.replica.has(role))
        }
        await first.end()
        for role in Replica.Role.allCases { #expect(try await second.replica.has(role)) }
        await second.end()
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A replica has shards once it delivers, and leaves them to others before`(
        engine: StoreEngine
    ) async throws {
        try await ReplicaProcess.two(engine) { place, one, two in
            func shards() async throws -> [Int64] {
                let ids = [one.replica.id, two.replica.id]
                return try await place.read { tx in
                    try ids.map { try tx.count("object_leases WHERE kind = 'shard' AND owner = \($0)") }
                }
            }
            #expect(try await shards() == [0, 0])
            one.replica.beginDelivering {}
            try await Self.becomesTrue { try await shards() == [32, 0] }
            // Its next renewals change nothing.
            let until = try await Self.end(of: two, place)
            try await Self.becomesTrue { try await Self.end(of: two, place) > until }
            #expect(try await shards() == [32, 0])
            two.replica.beginDelivering {}
            try await Self.becomesTrue { try await shards() == [16, 16] }
        }
    }

    /// Asks for a minute until it is so: it happens in another process.
    private static func becomesTrue(_ ask: () async throws -> Bool) async throws {
        for _ in 0..<600 {
            if try await ask() { return }
            // The next look.
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("it did not happen within a minute")
    }

    /// The end of a replica's life, as its row says.
    private static func end(of process: ReplicaProcess, _ place: StorePlace) async throws -> Int64 {
        let id = process.replica.id
        return try await place.read {
            try $0.first("SELECT until FROM replicas WHERE id = \(id)")?.integer("until") ?? 0
        }
    }

    @Test(arguments: StoreEngine.all) func `A lease that cannot be given back at once is given back later`(
        engine: StoreEngine
    ) async throws {
        try await ReplicaProcess.two(engine) { _, one, two in
            let database = UnreachableDatabase(one.database)
            let leases = ObjectLeases(.recording, database: database, replica: one.replica)
            let others = ObjectLeases(.recording, database: two.database, replica: two.replica)
            let value = try await leases.withLease("a") {
                database.set(.away)
                return 7
            }
            #expect(value == 7 && database.failed > 0, "its caller does not wait for the database")
            database.set(.none)
            try await others.withLease("a") {}
            // One that may have been taken without an answer is given back too.
            database.set(.losesAnswer)
            await #expect(throws: SQLError.self) { try await leases.withLease("b") {} }
            try await others.withLease("b") {}
        }
    }

    #if Postgres
        @Test(.enabled(if: PostgresServer.isRunning), .timeLimit(.minutes(2)))
        func `A caller that waits for a lease is woken when it is given back`() async throws {
            try await ReplicaProcess.two(.postgres) { _, one, two in
                // One that does not listen sends nothing either.
                one.database.listen { _ in }
                two.database.listen(ChangeDispatcher(two.replica.invalidations).dispatch)
                let leases = ObjectLeases(.recording, database: one.database, replica: one.replica)
                let others = ObjectLeases(
                    .recording, database: two.database, replica: two.replica, pollEvery: .seconds(60))
                let waiting = Mutex<Task<Void, any Error>?>(nil)
                try await leases.withLease("a") {
                    let started = UnreachableDatabase(two.database)
                    let watched = ObjectLeases(
                        .recording, database: started, replica: two.replica, pollEvery: .seconds(60))
                    waiting.withLock { $0 = Task { try await watched.withLease("a") {} } }
                    // It has asked once, in vain.
                    while started.written == 0 { await shortPause() }
                }
                try await waiting.withLock(\.self)?.value
                try await others.withLease("a") {}
            }
        }

        @Test(.enabled(if: PostgresServer.isRunning), .timeLimit(.minutes(3)))
        func `A replica that stops within a write does not end the lives of others`() async throws {
            try await ReplicaProcess.two(.postgres) { place, one, two in
                let name = two.replica.id
                let isInside = Mutex(false)
                let isOver = Mutex(false)
                let late = Task {
                    try await one.database.write { tx in
                        try tx.run("SELECT 1 AS one")
                        // It is run again when the server has ended it.
                        guard !isInside.withLock(\.self) else { return }
                        isInside.withLock { $0 = true }
                        // A process that is stopped does nothing here, and has the lock of all writers.
                        while !isOver.withLock(\.self) { Thread.sleep(forTimeInterval: 0.01) }
                        try tx.run("SELECT 1 AS one")
                    }
                }
                while !isInside.withLock(\.self) { await shortPause() }
                // Longer than a life.
                let until = try await Self.end(of: two, place)
                try await Self.becomesTrue { try await Self.end(of: two, place) > until + 12_000 }
                #expect(two.replica.id == name && two.replica.mayAct)
                isOver.withLock { $0 = true }
                _ = try? await late.value
            }
        }
    #endif

    // MARK: - grants

    /// A provider whose refresh tokens work once, and brokers that use it.
    private struct Provider {
        let server: RawServer
        /// Held while the provider thinks.
        let thinking = DispatchSemaphore(value: 0)
        let http = HTTPClients()

        init() throws {
            server = try RawServer { _ in }
            let thinking = self.thinking
            let number = Mutex(1)
            server.play { peer in
                thinking.wait()
                let next = number.withLock { number in
                    number += 1
                    return number
                }
                let body = #"{"access_token":"a","expires_in":3600,"token_type":"Bearer","refresh_token":"r\#(next)"}"#
                peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                        + "Connection: close\r\n\r\n\(body)")
            }
        }

        func broker(_ place: StorePlace, _ process: ReplicaProcess) -> TokenBroker {
            let providers = Providers(
                google: Google(tokenURL: "\(server.url)/token"), microsoft: Microsoft(), http: http.identity)
            return TokenBroker(
                database: process.database, tenantKeys: place.tenantKeys, clock: .system, providers: providers,
                copies: .calendars, replica: process.replica, logger: Logger(label: "test"))
        }

        func end() async {
            server.stop()
            await http.close()
        }
    }

    /// The tenant's connection, with a token that can be opened.
    private func connection(_ place: StorePlace) async throws -> Connection {
        let rows = place.rows
        let sealer = try await place.tenantKeys.sealer(for: rows.tenant)
        let secret = try sealer.seal(SecretBytes("secret"), column: .clientSecret, row: "google")
        let token = try sealer.seal(SecretBytes("r1"), column: .refreshToken, row: rows.connection)
        return try await place.write { tx in
            let app = ProviderApp(
                tenant: rows.tenant, provider: .google, clientID: "100-app", sealedSecret: secret, directory: "common")
            try ProviderAppStore.put(app, isNewSecret: false, as: tx.admitted(rows.tenant), at: StorePlace.now, in: tx)
            try tx.run("UPDATE connections SET sealed_refresh_token = \(token) WHERE id = \(rows.connection)")
            return try #require(try ConnectionStore.find(rows.tenant, rows.connection, user: nil, in: tx))
        }
    }

    private func token(_ place: StorePlace) async throws -> String {
        let rows = place.rows
        let stored = try await place.database.connection(rows.tenant, rows.connection)
        let sealer = try await place.tenantKeys.sealer(for: rows.tenant)
        return try sealer.open(
            try #require(stored?.sealedRefreshToken), column: .refreshToken, row: rows.connection
        ).revealText()
    }

    @Test(arguments: StoreEngine.all) func `Two processes refresh a grant once, and both have the new token`(
        engine: StoreEngine
    ) async throws {
        try await ReplicaProcess.two(engine) { place, one, two in
            let provider = try Provider()
            let connection = try await connection(place)
            async let first = provider.broker(place, one).refresh(connection)
            async let second = provider.broker(place, two).refresh(connection)
            // Both ask before the provider answers.
            try await Task.sleep(for: .milliseconds(300))
            for _ in 0..<2 { provider.thinking.signal() }
            let tokens = try await [first, second].map(\.sealedRefreshToken)
            #expect(provider.server.requests.count == 1)
            #expect(tokens[0] == tokens[1] && tokens[0] != connection.sealedRefreshToken)
            #expect(try await token(place) == "r2")
            await provider.end()
        }
    }

    @Test(arguments: StoreEngine.all, [false, true])
    func `A rotated token is kept whatever else changed, but for a newer grant`(
        engine: StoreEngine, isNewer: Bool
    ) async throws {
        try await ReplicaProcess.two(engine) { place, one, _ in
            let provider = try Provider()
            let (connection, rows) = (try await connection(place), place.rows)
            async let refreshed = provider.broker(place, one).refresh(connection)
            while provider.server.requests.isEmpty { await Task.yield() }
            let sealer = try await place.tenantKeys.sealer(for: rows.tenant)
            let newer = try sealer.seal(SecretBytes("newer"), column: .refreshToken, row: rows.connection)
            let isSaved = try await place.write { tx in
                var row = connection
                if isNewer { row.sealedRefreshToken = newer } else { row.email = "new@example.com" }
                return try ConnectionStore.saveRefreshed(
                    row, from: row.status, copies: .calendars, at: StorePlace.now, in: tx)
            }
            #expect(isSaved)
            provider.thinking.signal()
            let email = try await refreshed.email
            #expect(try await token(place) == (isNewer ? "newer" : "r2"))
            #expect(email == (isNewer ? connection.email : "new@example.com"))
            await provider.end()
        }
    }
}
