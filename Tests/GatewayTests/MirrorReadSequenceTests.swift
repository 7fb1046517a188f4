import Support
import Testing

@testable import Gateway

/// Random sequences of reads, writes, pauses, ends, times and a stop on a connection with mirrored reads; from one seed
/// (`GATEWAY_TEST_SEED`), more of them by `GATEWAY_SEQUENCES`.
@Suite struct MirrorReadSequenceTests {
    @Test func `Whatever comes, each read has its own reply, once and whole, or the end of its connection`()
        async throws
    {
        SeededGenerator.announce("mirrored reads")
        let place = try await MirrorReadPlace()
        try await place.warm()
        try #require(place.isWarm, "else the router has all requests")
        let count = setting("GATEWAY_SEQUENCES") ?? 5_000
        var tally = MirrorReadModel.Tally()
        for number in 0..<count {
            if number % 20 == 0 {
                // Other tests share the threads.
                await Task.yield()
                try await place.warm()
            }
            if let violation = try run(number, place, &tally) {
                Issue.record("sequence \(number): \(violation)")
                break
            }
        }
        await place.close()
        #expect(count < 1_000 || tally.isBroad(count), "\(tally)")
    }

    /// - Returns: the rule that was broken; nil: none.
    private func run(_ number: Int, _ place: MirrorReadPlace, _ tally: inout MirrorReadModel.Tally) throws -> String? {
        let model = try MirrorReadModel(place, number)
        model.tally = tally
        try model.run()
        tally = model.tally
        return model.violation
    }
}
