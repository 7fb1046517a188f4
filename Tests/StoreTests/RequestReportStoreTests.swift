import JSONValue
import SQL
import Testing

@testable import Gateway

@Suite struct RequestReportStoreTests {
    @Test(arguments: StoreEngine.all) func `A replica reads the last reports of the others, old ones not`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let now = StorePlace.now
        try await place.write { tx in
            try RequestReportStore.put("old", ["t": 9], at: now.adding(seconds: -4), in: tx)
            try RequestReportStore.put("one", ["t": 1], at: now.adding(seconds: -1), in: tx)
            try RequestReportStore.put("one", ["t": 2, "u": 1], at: now, in: tx)
            try RequestReportStore.put("two", [:], at: now, in: tx)
            let found = try RequestReportStore.others("two", since: now.adding(seconds: -3), in: tx)
            #expect(found == [.init(replica: "one", at: now, counts: ["t": 2, "u": 1])])
            try RequestReportStore.put("two", [:], at: now.adding(seconds: 4_000), in: tx)
            #expect(try tx.count("request_reports") == 1, "those of former replicas go")
        }
        await place.database.close()
    }
}
