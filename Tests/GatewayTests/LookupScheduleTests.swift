import Testing

@testable import Gateway

/// Look-ups of credentials that are not in memory: turns, batches and waiting, with times that are given.
@Suite struct LookupScheduleTests {
    private typealias Instant = ContinuousClock.Instant
    private let start = Instant.now

    private func at(_ seconds: Double) -> Instant { start + .seconds(seconds) }

    @Test func `An address has so many turns a second, and all have 500`() {
        var tokens = LookupTokens(perAddress: 20, at: start)
        func taken(_ address: String, at time: Instant) -> Int {
            var count = 0
            while tokens.take(address, at: time) == .taken { count += 1 }
            return count
        }
        #expect(taken("a", at: start) == 20)
        #expect(tokens.take("a", at: start) == .addressWaits(until: at(0.05)))
        #expect(taken("b", at: start) == 20, "another's are another's")
        #expect(taken("a", at: at(0.5)) == 10 && taken("a", at: at(100)) == 20)
        // A clock that was set back gives nothing.
        #expect(taken("a", at: at(50)) == 0)
        tokens = LookupTokens(perAddress: 20, at: start)
        let counts = (0..<30).map { taken("\($0)", at: start) }
        #expect(counts.reduce(0, +) == 500 && tokens.taken == 500)
        #expect(tokens.take("31", at: start) == .allWait(until: at(0.002)))
        // The least that can be set.
        tokens = LookupTokens(perAddress: 1, at: start)
        #expect(taken("a", at: start) == 1 && taken("a", at: at(0.9)) == 0 && taken("a", at: at(1)) == 1)
    }

    @Test func `A flood of addresses is not kept, and who has no turn left gets none by it`() {
        var tokens = LookupTokens(perAddress: 1, total: 1_000_000, at: start)
        #expect(tokens.take("busy", at: start) == .taken)
        for number in 0...LookupTokens.capacity {
            _ = tokens.take("\(number)", at: at(Double(number) / 1e6))
            if number.isMultiple(of: 1000) { #expect(tokens.take("busy", at: start) != .taken) }
        }
        #expect(tokens.count <= LookupTokens.capacity)
        #expect(tokens.take("busy", at: start) != .taken)
    }

    @Test func `What waits together is looked up together, one batch of an address at a time`() {
        var tokens = LookupTokens(perAddress: 2, at: start)
        var schedule = LookupSchedule(batch: 3)
        for id in 1...7 { schedule.add(id, address: "a", at: start) }
        #expect(schedule.next(at: start, &tokens) == .run(address: "a", [1, 2, 3]))
        #expect(schedule.next(at: start, &tokens) == .wait(until: at(1)), "until they are given up")
        schedule.finish("a")
        #expect(schedule.next(at: start, &tokens) == .run(address: "a", [4, 5, 6]))
        schedule.finish("a")
        #expect(schedule.next(at: start, &tokens) == .wait(until: at(0.5)))
        #expect(schedule.next(at: at(0.5), &tokens) == .run(address: "a", [7]))
        schedule.finish("a")
        #expect(schedule.next(at: at(9), &tokens) == .none)
    }

    @Test func `A look-up without a turn is given up after a second`() {
        var tokens = LookupTokens(perAddress: 1, at: start)
        var schedule = LookupSchedule(batch: 1)
        for id in 1...3 { schedule.add(id, address: "a", at: at(Double(id) / 8)) }
        #expect(schedule.next(at: at(0.5), &tokens) == .run(address: "a", [1]))
        #expect(schedule.next(at: at(0.5), &tokens) == .wait(until: at(1.25)))
        #expect(schedule.next(at: at(1.25), &tokens) == .expire([2]), "also while another runs")
        #expect(schedule.next(at: at(1.375), &tokens) == .expire([3]))
        schedule.finish("a")
        schedule.add(4, address: "a", at: at(1.5))
        #expect(schedule.next(at: at(1.5), &tokens) == .run(address: "a", [4]))
        schedule.finish("a")
        #expect(schedule.next(at: at(1.5), &tokens) == .none)
    }

    @Test func `An address that waits for its turn holds up no other, and addresses take turns`() {
        var tokens = LookupTokens(perAddress: 1, at: start)
        var schedule = LookupSchedule(batch: 1)
        for id in 1...3 { schedule.add(id, address: "flood", at: start) }
        schedule.add(4, address: "b", at: start)
        schedule.add(5, address: "c", at: start)
        #expect(schedule.next(at: start, &tokens) == .run(address: "flood", [1]))
        schedule.finish("flood")
        #expect(schedule.next(at: start, &tokens) == .run(address: "b", [4]))
        #expect(schedule.next(at: start, &tokens) == .run(address: "c", [5]))
        #expect(schedule.next(at: start, &tokens) == .wait(until: at(1)))
        // When all turns are taken no look-up starts, and the order stays.
        tokens = LookupTokens(perAddress: 10, total: 1, at: start)
        schedule = LookupSchedule(batch: 1)
        for (id, address) in [(1, "a"), (2, "a"), (3, "b")] { schedule.add(id, address: address, at: start) }
        #expect(schedule.next(at: start, &tokens) == .run(address: "a", [1]))
        schedule.finish("a")
        #expect(schedule.next(at: start, &tokens) == .wait(until: at(1)))
        #expect(schedule.next(at: at(0.999), &tokens) == .wait(until: at(1)))
    }

    /// 5 000 wrong keys a second for three seconds, and a valid one every tenth of a second, from one address.
    @Test func `Among 5 000 wrong keys a second a valid one is looked up in time, by few reads`() {
        var tokens = LookupTokens(perAddress: 20, at: start)
        var schedule = LookupSchedule()
        var waitingSince: [Int: Double] = [:]
        var (reads, given, slowest) = (0, 0, 0.0)
        for id in 0..<15_000 {
            let time = Double(id) / 5_000
            schedule.add(id, address: "a", at: at(time))
            if id % 500 == 0 { waitingSince[id] = time }
            while case let action = schedule.next(at: at(time), &tokens), action != .none {
                if case .wait = action { break }
                switch action {
                case .run(_, let ids):
                    reads += 1
                    for id in ids {
                        slowest = max(slowest, waitingSince.removeValue(forKey: id).map { time - $0 } ?? 0)
                    }
                    schedule.finish("a")
                case .expire(let ids): given += ids.count
                case .none, .wait: break
                }
            }
        }
        #expect(reads <= 20 + 3 * 20 && given == 0, "\(reads) reads, \(given) given up")
        #expect(slowest < 0.3 && waitingSince.count <= 1, "\(slowest) s")
    }

    // With a copy of the line, each of these would copy all the others: minutes.
    @Test(.timeLimit(.minutes(5))) func `A long line of one address is served as quickly as a short one`() {
        var schedule = LookupSchedule(batch: 1, timeout: .seconds(60))
        var tokens = LookupTokens(perAddress: 1_000_000, total: 1_000_000, at: start)
        for id in 0..<100_000 { schedule.add(id, address: "a", at: start) }
        for id in 0..<100_000 {
            guard schedule.next(at: start, &tokens) == .run(address: "a", [id]) else {
                Issue.record("\(id) is not next")
                return
            }
            schedule.finish("a")
        }
        #expect(schedule.next(at: start, &tokens) == .none)
    }
}
