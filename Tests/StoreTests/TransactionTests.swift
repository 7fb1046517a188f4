import JSONValue
import SQL
import Synchronization
import Testing

@testable import Gateway

/// The promises of `Database` that the stores build on.
struct TransactionTests {
    private static let now = StorePlace.now

    /// Notices, as `topic payload`.
    private final class Received: Sendable {
        private let notices = Mutex<[String]>([])
        var all: [String] { notices.withLock(\.self) }

        func add(_ new: [ChangeNotice]) {
            notices.withLock { $0 += new.map { "\($0.topic.name) \($0.payload)" } }
        }
    }

    private struct Refused: Error, Equatable {
        let number: Int
    }

    @Test(arguments: StoreEngine.all, Callers.allCases)
    func `Each caller gets its own result, and a body that fails undoes only itself`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let results = try await callers.race(place) { caller, database in
            await withTaskGroup(of: (Int, Result<Int, any Error>).self) { group in
                for turn in 0..<10 {
                    let number = caller * 10 + turn
                    group.addTask {
                        do {
                            let value = try await database.write { tx in
                                try JobStore.add(EndBotJob.kind, "ten-a", "n\(number)", at: Self.now, in: tx)
                                if number.isMultiple(of: 3) { throw Refused(number: number) }
                                return number
                            }
                            return (number, .success(value))
                        } catch {
                            return (number, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: [(Int, Result<Int, any Error>)]()) { $0.append($1) }
            }
        }
        var kept: Set<String> = ["bot"]
        for (number, result) in try results.flatMap({ try $0.get() }) {
            switch result {
            case .success(let value):
                #expect(value == number && !number.isMultiple(of: 3))
                kept.insert("n\(number)")
            case .failure(let error): #expect(error as? Refused == Refused(number: number))
            }
        }
        #expect(kept.count == 1 + (0..<80).count { !$0.isMultiple(of: 3) })
        let stored = try await place.read { tx in
            try tx.run("SELECT subject_id FROM jobs WHERE kind = \(EndBotJob.kind.name)").map {
                try $0.text("subject_id")
            }
        }
        #expect(Set(stored) == kept)
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A change is announced when it is committed and before its caller is answered, or never`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let received = Received()
        place.database.listen { notices in received.add(notices.filter { $0.topic != .gap }) }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let isKept = !number.isMultiple(of: 3)
                    let result: Void? = try? await place.database.write { tx in
                        try GenerationStore.advance("ten-a", .user, "u\(number)", at: Self.now, in: tx)
                        try CalendarStore.markDeleting("ten-a", rowID: "none", at: Self.now, in: tx)
                        if !isKept { throw Refused(number: number) }
                    }
                    #expect((result != nil) == isKept)
                    #expect(received.all.contains("user ten-a u\(number)") == isKept)
                }
            }
        }
        let kept = Set((0..<60).filter { !$0.isMultiple(of: 3) }.map { "user ten-a u\($0)" })
        #expect(Set(received.all) == kept && received.all.count == kept.count)
        #expect(try await place.count("generations WHERE id LIKE 'u%'") == Int64(kept.count))
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A violated constraint undoes its own writes alone, whoever shares the commit`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let results = try await Callers.ofOneObject.race(place) { number, database in
            try await database.write { tx in
                try JobStore.add(EndBotJob.kind, rows.tenant, "n\(number)", at: Self.now, in: tx)
                guard number.isMultiple(of: 2) else { return }
                try ConnectionStore.insert(rows.connectionRow("c\(number)"), as: tx.admitted(rows.tenant), in: tx)
            }
        }
        for (number, result) in results.enumerated() {
            switch result {
            case .success: #expect(!number.isMultiple(of: 2))
            case .failure(let error): #expect(number.isMultiple(of: 2) && isUniqueViolation(error))
            }
        }
        #expect(try await place.count("jobs WHERE subject_id LIKE 'n%'") == Int64(Callers.number / 2))
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A read sees one moment, and a second process sees what was committed`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let other = try await place.another()
        let rows = place.rows
        let begun = Mutex(false)
        let written = Mutex(false)
        async let counts = other.read { tx in
            let before = try tx.count("jobs")
            begun.withLock { $0 = true }
            // The writer goes on meanwhile; it does not wait for readers.
            let deadline = ContinuousClock.now + .seconds(30)
            while !written.withLock(\.self), .now < deadline { continue }
            return [before, try tx.count("jobs")]
        }
        while !begun.withLock(\.self) { await Task.yield() }
        try await place.write { try JobStore.add(EndBotJob.kind, rows.tenant, "new", at: Self.now, in: $0) }
        written.withLock { $0 = true }
        let found = try await counts
        #expect(found[0] == found[1])
        #expect(try await other.read { try JobStore.waits(rows.tenant, [EndBotJob.kind], in: $0) })
        #expect(try await other.read { try $0.count("jobs WHERE subject_id = 'new'") } == 1)
        for database in [place.database, other] { await database.close() }
        await #expect(throws: SQLError.self) { try await place.write { try $0.count("jobs") } }
    }
}
