import Scheduling
import Testing

/// The bounds of `SlotScheduler` and what it keeps of endpoints. Time is given.
@Suite struct SlotLimitTests {
    private typealias Scheduler = SlotScheduler<String, String, Int>
    private let start = ContinuousClock.now

    private func scheduler(
        _ endpoints: [(endpoint: String, tenant: String)], slots: [Int] = [512, 128, 64, 128], share: Int = 8,
        reserved: Int = 4, limit: Int = 4096, concurrency: Int = 4, rate: Int? = nil
    ) -> Scheduler {
        var scheduler = Scheduler(slots: slots, share: share, reservedSlots: reserved, limit: limit)
        for (endpoint, tenant) in endpoints {
            scheduler.configure(
                endpoint, of: tenant, concurrency: concurrency, rate: rate, opensAt: nil, at: start)
        }
        return scheduler
    }

    private func startAll(_ scheduler: inout Scheduler, at now: ContinuousClock.Instant) -> [Scheduler.Start] {
        var started: [Scheduler.Start] = []
        while let one = scheduler.next(at: now) { started.append(one) }
        return started
    }

    @Test func `No more than the limit run in all, and a slot that is left is used again, whoever waits`() {
        let endpoints = (0..<6).map { ("e\($0)", "t\($0)") }
        var scheduler = scheduler(endpoints, slots: [2, 4, 4, 4], limit: 5)
        for (index, one) in endpoints.enumerated() {
            scheduler.add(index, to: one.0, .late)
            scheduler.add(100 + index, to: one.0, .fresh)
        }
        var (running, done) = (startAll(&scheduler, at: start), 0)
        while let one = running.popLast() {
            #expect(running.count < 5 && scheduler.running == running.count + 1)
            scheduler.finish(one, took: 0.1)
            done += 1
            let following = startAll(&scheduler, at: start)
            #expect(!following.isEmpty || running.count + done == 12, "a slot is left, and \(12 - done) wait")
            running += following
        }
        #expect(done == 12)
    }

    @Test func `After an attempt everything starts that one of its slots held up`() {
        // The pool's slot goes to the next tenant, and the endpoint's to what waits in another pool.
        var scheduler = scheduler(
            [("a", "A"), ("b", "B")], slots: [1, 1, 1, 1], share: 1, reserved: 0, concurrency: 1)
        scheduler.add(1, to: "a", .fresh)
        scheduler.add(2, to: "a", .late)
        let first = startAll(&scheduler, at: start)
        scheduler.add(3, to: "b", .fresh)
        scheduler.add(4, to: "b", .fresh)
        #expect(first.map(\.item) == [1] && startAll(&scheduler, at: start).isEmpty)
        scheduler.finish(first[0], took: 0.1)
        var started: [Int] = []
        var one = scheduler.next(at: start)
        while let next = one {
            started.append(next.item)
            one = scheduler.next(after: first[0], at: start)
        }
        #expect(Set(started) == [2, 3])
        #expect(startAll(&scheduler, at: start).isEmpty, "nothing else waits for nothing")
    }

    @Test func `An endpoint is known from its first limits on, and forgotten when it rests for ten minutes`() {
        var scheduler = scheduler([("a", "A"), ("b", "B"), ("c", "C")])
        #expect(scheduler.isConfigured("a") && !scheduler.isConfigured("x") && scheduler.configured == ["a", "b", "c"])
        let unknown = scheduler.add(1, to: "x", .fresh)
        #expect(!unknown && scheduler.queued("x", .fresh) == 0)
        scheduler.add(2, to: "a", .fresh)
        scheduler.add(3, to: "a", .late)
        #expect(scheduler.queued("a", .fresh) == 1 && scheduler.queued("a", .late) == 1)
        scheduler.prune(keeping: [], at: start + .seconds(599))
        #expect(scheduler.configured == ["a", "b", "c"])
        scheduler.prune(keeping: ["c"], at: start + .seconds(600))
        #expect(scheduler.configured == ["a", "c"], "one has something queued, one is named")
        let started = startAll(&scheduler, at: start + .seconds(600))
        #expect(started.count == 2 && scheduler.queued("a", .fresh) == 0)
        scheduler.prune(keeping: [], at: start + .seconds(2000))
        #expect(scheduler.configured == ["a"], "two attempts go on")
        for one in started { scheduler.finish(one, took: 1) }
        scheduler.prune(keeping: [], at: start + .seconds(2000))
        #expect(scheduler.configured.isEmpty)
    }

    @Test func `An endpoint that used up its rate is not forgotten, nor the burst given twice`() {
        let endpoints = (0...1000).map { ("e\($0)", "A") }
        var scheduler = scheduler(endpoints, share: 1, concurrency: 10, rate: 10)
        for item in 0..<3 { scheduler.add(item, to: "e0", .fresh) }
        let started = startAll(&scheduler, at: start)
        #expect(started.map(\.item) == [0, 1])
        for one in started { scheduler.finish(one, took: 0) }
        let last = startAll(&scheduler, at: start + .milliseconds(200))
        for one in last { scheduler.finish(one, took: 0) }
        // There are so many that those at rest are forgotten at once.
        scheduler.prune(keeping: [], at: start + .milliseconds(210))
        #expect(last.count == 1 && scheduler.configured == ["e0"])
        scheduler.prune(keeping: [], at: start + .seconds(2))
        #expect(scheduler.configured == ["e0"], "few are left, and it was used lately")
        scheduler.prune(keeping: [], at: start + .seconds(700))
        #expect(scheduler.configured.isEmpty)
    }
}
