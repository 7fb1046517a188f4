import Support
import Testing

@testable import Scheduling

/// Time is given; a model plays the receivers.
@Suite struct SlotSchedulerTests {
    private typealias Scheduler = SlotScheduler<String, String, Int>
    private let start = ContinuousClock.now

    private func scheduler(
        _ endpoints: [(endpoint: String, tenant: String)], slots: [Int] = [512, 128, 64, 128], share: Int = 8,
        concurrency: Int = 4, rate: Int? = nil
    ) -> Scheduler {
        var scheduler = Scheduler(slots: slots, share: share)
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

    @Test func `An endpoint has its own places, a tenant its share, and nothing starts twice`() {
        var scheduler = scheduler([("a", "A"), ("b", "A")], slots: [16, 4, 4, 4], share: 2)
        for item in 0..<20 { scheduler.add(item, to: "a", .fresh) }
        let isNew = scheduler.add(3, to: "a", .fresh)
        #expect(!isNew, "it is known")
        for item in 100..<120 { scheduler.add(item, to: "b", .fresh) }
        let first = startAll(&scheduler, at: start)
        #expect(first.filter { $0.endpoint == "a" }.map(\.item) == [0, 1, 2, 3], "in order")
        #expect(first.count == 8 && Set(first.map(\.item)).count == 8)
        scheduler.finish(first[0], took: 0.01)
        let more = startAll(&scheduler, at: start)
        #expect(more.map(\.endpoint) == [first[0].endpoint])
        #expect(!scheduler.isKnown(first[0].item))
    }

    @Test func `Who holds places long has his turn more seldom`() {
        // One place: each tenant's share of its time is what is shared.
        var scheduler = scheduler(
            [("slow", "S"), ("quick", "Q")], slots: [1, 1, 1, 1], share: 1, concurrency: 1)
        for item in 0..<5000 {
            scheduler.add(item, to: "slow", .fresh)
            scheduler.add(10_000 + item, to: "quick", .fresh)
        }
        var held = ["S": 0.0, "Q": 0.0]
        var now = start
        var open: [(start: Scheduler.Start, until: ContinuousClock.Instant)] = []
        for _ in 0..<4000 {
            while let one = scheduler.next(at: now) {
                let took = one.tenant == "S" ? 1.0 : 0.05
                open.append((one, now + .seconds(took)))
                held[one.tenant, default: 0] += took
            }
            let soonest = open.indices.min { open[$0].until < open[$1].until } ?? 0
            let done = open.remove(at: soonest)
            now = done.until
            scheduler.finish(done.start, took: done.start.tenant == "S" ? 1.0 : 0.05)
        }
        let (slow, quick) = (held["S"] ?? 0, held["Q"] ?? 0)
        #expect(abs(slow - quick) < 0.1 * max(slow, quick), "slot-seconds: \(slow) and \(quick)")
    }

    @Test func `However many hang, a tenant that has no place gets one at once`() {
        let hostile = (0..<100).map { ("h\($0)", "H\($0)") }
        var scheduler = scheduler(hostile + [("q", "Q")], slots: [64, 4, 4, 4], concurrency: 8)
        for (index, one) in hostile.enumerated() {
            for item in 0..<20 { scheduler.add(index * 100 + item, to: one.0, .fresh) }
        }
        let hanging = startAll(&scheduler, at: start)
        #expect(hanging.count >= 64)
        scheduler.add(1_000_000, to: "q", .fresh)
        let next = scheduler.next(at: start)
        #expect(next?.item == 1_000_000)
    }

    @Test func `Late retries and replays leave the places of first attempts free`() {
        var scheduler = scheduler([("a", "A"), ("b", "A")], slots: [8, 4, 4, 4], share: 1, concurrency: 8)
        for item in 0..<50 { scheduler.add(item, to: "a", .late) }
        for item in 100..<150 { scheduler.add(item, to: "b", .replay) }
        let started = startAll(&scheduler, at: start)
        #expect(started.filter { $0.lane == .late }.count == 4)
        #expect(started.filter { $0.lane == .replay }.map(\.item) == [100], "one at a time, in order")
        for item in 200..<205 { scheduler.add(item, to: "a", .fresh) }
        let rest = startAll(&scheduler, at: start)
        #expect(rest.count == 4, "of the eight that the endpoint allows, four hang")
    }

    @Test func `Who holds few places is prompt, whatever others hold`() {
        var scheduler = scheduler([("a", "A"), ("b", "B")], concurrency: 10)
        for item in 0..<10 { scheduler.add(item, to: "a", .fresh) }
        let noisy = startAll(&scheduler, at: start)
        #expect(noisy.map(\.isWithinReservedSlots) == noisy.indices.map { $0 < 4 })
        scheduler.add(100, to: "b", .fresh)
        scheduler.add(101, to: "b", .late)
        #expect(
            startAll(&scheduler, at: start).map { $0.isWithinReservedSlots == ($0.lane == .fresh) } == [true, true])
    }

    @Test func `While a breaker is open one goes to see, and none before its time`() {
        var scheduler = scheduler([("a", "A")])
        for item in 0..<10 { scheduler.add(item, to: "a", .fresh) }
        let started = startAll(&scheduler, at: start)
        scheduler.restrain("a", until: start + .seconds(10))
        for one in started { scheduler.finish(one, took: 0.1) }
        let early = scheduler.next(at: start + .seconds(9))
        #expect(early == nil)
        #expect(scheduler.soonest == start + .seconds(10))
        let probe = scheduler.next(at: start + .seconds(10))
        #expect(probe?.isProbe == true && probe?.item == 4)
        let second = scheduler.next(at: start + .seconds(11))
        #expect(second == nil, "the others wait for it")
        if let probe { scheduler.finish(probe, took: 0.1) }
        scheduler.configure("a", of: "A", concurrency: 4, rate: nil, opensAt: nil, at: start)
        let others = startAll(&scheduler, at: start + .seconds(11))
        #expect(others.count == 4)
    }

    @Test(arguments: [1, 2, 10, 50]) func `No second holds more starts than an endpoint's rate`(rate: Int) {
        var scheduler = scheduler([("a", "A")], concurrency: 64, rate: rate)
        for item in 0..<2000 { scheduler.add(item, to: "a", .fresh) }
        var times: [Int] = []
        for millisecond in 0..<5000 {
            let now = start + .milliseconds(millisecond)
            while let one = scheduler.next(at: now) {
                times.append(millisecond)
                scheduler.finish(one, took: 0.001)
            }
        }
        for from in times { #expect(times.filter { (from..<from + 1000).contains($0) }.count <= rate) }
        #expect(Double(times.count) >= 5 * Double(rate) * 0.45, "\(times.count)")
    }

    @Test func `Whatever happens, everything is served in the end, once`() {
        SeededGenerator.announce("slots")
        var random = SeededGenerator("slots")
        let endpoints = (0..<30).map { ("e\($0)", "t\($0 % 7)") }
        var scheduler = scheduler(endpoints, slots: [10, 3, 2, 2], concurrency: 3)
        var expected: Set<Int> = []
        for item in 0..<3000 {
            let lane = [Scheduler.Lane.fresh, .fresh, .late, .replay].randomElement(using: &random) ?? .fresh
            scheduler.add(item, to: endpoints[Int.random(in: 0..<30, using: &random)].0, lane)
            expected.insert(item)
        }
        var now = start
        var open: [Scheduler.Start] = []
        var served: [Int] = []
        for _ in 0..<200_000 where !(served.count == 3000) {
            now += .milliseconds(Int.random(in: 0...50, using: &random))
            while let one = scheduler.next(at: now) { open.append(one) }
            guard !open.isEmpty else { continue }
            let done = open.remove(at: Int.random(in: 0..<open.count, using: &random))
            served.append(done.item)
            scheduler.finish(done, took: Double.random(in: 0...3, using: &random))
            if Int.random(in: 0..<20, using: &random) == 0 {
                let (endpoint, tenant) = endpoints[Int.random(in: 0..<30, using: &random)]
                scheduler.restrain(endpoint, until: Bool.random(using: &random) ? now + .milliseconds(500) : nil)
                if Bool.random(using: &random) {
                    scheduler.configure(endpoint, of: tenant, concurrency: 3, rate: nil, opensAt: nil, at: now)
                }
            }
        }
        #expect(Set(served) == expected && served.count == 3000)
        #expect(scheduler.running == open.count)
    }

    // With an array, or with a copy of the endpoint's state, each of these would move all the others: minutes.
    @Test(.timeLimit(.minutes(5))) func `A long queue of one endpoint starts as quickly as a short one`() {
        var scheduler = SlotScheduler<String, String, [Int]>()
        scheduler.configure("a", of: "A", concurrency: 4, rate: nil, opensAt: nil, at: start)
        for item in 0..<100_000 { scheduler.add([item], to: "a", .fresh) }
        for item in 0..<100_000 {
            guard let next = scheduler.next(at: start) else {
                Issue.record("\(item) does not start")
                return
            }
            if next.item != [item] { Issue.record("\(item) is not next") }
            scheduler.finish(next, took: 0)
        }
        #expect(scheduler.next(at: start) == nil && scheduler.queued("a", .fresh) == 0)
    }
}
