import JSONValue
import Scheduling
import Testing

@testable import Gateway

/// Times are given, and nothing is read or sent.
@Suite struct DeliveryStateMachineTests {
    private typealias Machine = DeliveryStateMachine
    private let start = ContinuousClock.now
    private let time = Timestamp(milliseconds: 1_800_000_000_000)

    private func at(_ seconds: Double) -> Machine.Moment {
        .init(time: time.adding(seconds: seconds), instant: start + .milliseconds(Int64(seconds * 1000)))
    }

    private func endpoint(
        _ id: String, of tenant: String = "ten_1", concurrency: Int = 4, opensAt: Timestamp? = nil,
        due: [Timestamp?] = [nil, nil, nil]
    ) -> PendingDeliveries.EndpointBacklog {
        .init(endpoint: id, tenant: tenant, concurrency: concurrency, rate: nil, opensAt: opensAt, due: due)
    }

    private func new(_ ids: ClosedRange<Int>, _ endpoint: String = "ep_1", of tenant: String = "ten_1") -> [NewDelivery]
    {
        ids.map { NewDelivery(id: "dlv_\($0)", endpoint: endpoint, tenant: tenant, message: nil) }
    }

    private func pause(_ machine: inout Machine, at seconds: Double) -> Duration {
        machine.prepareSleep(at: at(seconds)).pause
    }
    private func starts(_ machine: inout Machine, at seconds: Double) -> [String] {
        items(machine.prepareSleep(at: at(seconds)).starts)
    }
    /// The endpoints that a round which begins then looks at; nil for none.
    private func scanned(_ machine: inout Machine, at seconds: Double) -> Set<String>? {
        machine.beginRound(at: at(seconds)).scanned
    }
    private func reads(_ machine: inout Machine) -> [Machine.LaneRead] { machine.lanesToRead(at: start) }
    private func read(_ machine: inout Machine, _ reads: [Machine.LaneRead], _ found: [String]) -> Bool {
        machine.read(reads, found: [found])
    }

    private func items(_ attempts: [Machine.Attempt]) -> [String] { attempts.map(\.start.item) }

    /// A machine that has looked at all endpoints, and knows these.
    private func machine(
        _ endpoints: [PendingDeliveries.EndpointBacklog] = [], bounds: Machine.Bounds = .init(),
        scheduler: Machine.Scheduler = .init()
    ) -> Machine {
        var machine = Machine(at: start, bounds: bounds, scheduler: scheduler)
        let round = machine.beginRound(at: at(0))
        machine.found(.init(waiting: endpoints, resting: [], nextDue: nil), in: round, at: start)
        return machine
    }

    @Test func `What was committed to a known endpoint starts at once, with what its commit announced`() {
        var machine = machine([endpoint("ep_1")])
        _ = machine.prepareSleep(at: at(0))
        let actions = machine.committed(new(1...6), at: start)
        #expect(items(actions.starts) == ["dlv_1", "dlv_2", "dlv_3", "dlv_4"] && machine.running == 4)
        #expect(actions.starts.allSatisfy { $0.new?.id == $0.start.item } && !actions.wakesLoop)
        let end = machine.ended(actions.starts[1], .done, took: 0.1, at: at(0.1))
        #expect(end.following?.start.item == "dlv_5" && end.following?.new == nil && end.starts.isEmpty)
    }

    @Test
    func `What was committed to an unknown endpoint wakes the loop, and is not overtaken while its limits are read`() {
        var machine = machine()
        _ = machine.prepareSleep(at: at(0))
        let first = machine.committed(new(1...1), at: start)
        #expect(first.starts.isEmpty && first.wakesLoop)
        let round = machine.beginRound(at: at(0.1))
        #expect(round.scanned == nil && round.unknown.map(\.id) == ["dlv_1"])
        // During the read, and after it.
        let during = machine.committed(new(2...2), at: start)
        #expect(during.starts.isEmpty)
        machine.found([endpoint("ep_1", concurrency: 1)], in: round, at: at(0.2))
        let after = machine.committed(new(3...3), at: start)
        var order = items(after.starts)
        var current = after.starts.first
        while let attempt = current {
            current = machine.ended(attempt, .done, took: 0.1, at: at(0.3)).following
            if let current { order.append(current.start.item) }
        }
        #expect(order == ["dlv_1", "dlv_2", "dlv_3"])
        let rest = machine.prepareSleep(at: at(0.4))
        #expect(rest.pause > .seconds(59), "nothing is left to read")
    }

    @Test func `A lane has a window in memory, and is read on when it runs low, in order`() {
        let bounds = Machine.Bounds(highWatermark: 4, lowWatermark: 2, concurrency: 1)
        var machine = machine([endpoint("ep_1", concurrency: 1)], bounds: bounds)
        // One is sent, three wait, the rest is in the database only.
        let starts = machine.committed(new(1...9), at: start).starts
        #expect(items(starts) == ["dlv_1"] && machine.scheduler.queued("ep_1", .fresh) == 3)
        #expect(reads(&machine).isEmpty)
        var (current, order) = (starts[0], ["dlv_1"])
        func end(_ machine: inout Machine) -> Bool {
            let actions = machine.ended(current, .done, took: 0.1, at: at(1))
            if let next = actions.following {
                current = next
                order.append(next.start.item)
            }
            return actions.wakesLoop
        }
        #expect(!end(&machine), "two wait")
        #expect(end(&machine), "only one waits")
        let page = reads(&machine)
        #expect(page.map(\.limit) == [4 + 1 + 1])
        // A commit during the read goes behind what it finds.
        _ = machine.committed(new(10...10), at: start)
        #expect(!read(&machine, page, (3...8).map { "dlv_\($0)" }), "a full page: there may be more")
        for _ in 0..<5 { _ = end(&machine) }
        let more = reads(&machine)
        #expect(!read(&machine, more, ["dlv_8", "dlv_9", "dlv_10"]))
        for _ in 0..<2 { _ = end(&machine) }
        #expect(order == (1...10).map { "dlv_\($0)" })
        #expect(machine.backlogs.isEmpty, "all of it is in memory")
    }

    @Test func `Commits during a read are kept, and when there are too many the lane is read again`() {
        let bounds = Machine.Bounds(highWatermark: 3, lowWatermark: 2, concurrency: 1)
        for count in [2, 4] {
            var machine = machine([endpoint("ep_1", concurrency: 1, due: [time, nil, nil])], bounds: bounds)
            let page = reads(&machine)
            _ = machine.committed(new(10...9 + count), at: start)
            _ = read(&machine, page, ["dlv_1"])
            #expect(machine.scheduler.queued("ep_1", .fresh) == (count == 2 ? 3 : 1))
            #expect(machine.backlogs.isEmpty == (count == 2))
        }
    }

    @Test func `An endpoint that failed has one slot, or none, until it is read again`() {
        var machine = machine([endpoint("ep_1")])
        let starts = machine.committed(new(1...8), at: start).starts
        // A look that began before the failure does not lift it.
        machine.deliveriesChanged()
        let round = machine.beginRound(at: at(1))
        let failure = machine.ended(
            starts[0], .failed(next: time.adding(seconds: 5), opensAt: time.adding(seconds: 10)), took: 1, at: at(2))
        #expect(failure.following == nil && failure.wakesLoop)
        machine.found(.init(waiting: [endpoint("ep_1")], resting: [], nextDue: nil), in: round, at: at(3).instant)
        for attempt in starts.dropFirst() {
            let end = machine.ended(attempt, .done, took: 3, at: at(3))
            #expect(end.following == nil)
        }
        // The look took two seconds: the next one waits four times as long.
        let early = machine.prepareSleep(at: at(3))
        #expect(early.starts.isEmpty && early.pause == .seconds(7), "until the breaker lets a probe through")
        let probe = machine.prepareSleep(at: at(10)).starts
        #expect(items(probe) == ["dlv_5"] && probe[0].start.isProbe)
        let recovery = machine.ended(probe[0], .recovered, took: 0.1, at: at(10.5))
        #expect(
            recovery.following?.start.item == "dlv_6" && recovery.wakesLoop, "one at a time, until it is read again")
        let again = machine.beginRound(at: at(11))
        #expect(again.scanned == ["ep_1"])
        machine.found(.init(waiting: [], resting: [endpoint("ep_1")], nextDue: nil), in: again, at: at(11).instant)
        #expect(self.starts(&machine, at: 11) == ["dlv_7", "dlv_8"])
    }

    @Test func `The end of an attempt lets everything start that it held up`() {
        // The pool has one slot. When it is left, the other tenant's turn comes; the endpoint's late delivery has a slot.
        let one = endpoint("ep_1", concurrency: 1)
        var machine = machine(
            [one, endpoint("ep_2", of: "ten_2")],
            scheduler: .init(slots: [1, 1, 1, 1], share: 1, reservedSlots: 0))
        let first = machine.committed(new(1...1), at: start).starts
        machine.scheduler.add("late", to: "ep_1", .late)
        let second = machine.committed(new(2...2, "ep_2", of: "ten_2"), at: start).starts
        #expect(first.count == 1 && second.isEmpty)
        let end = machine.ended(first[0], .done, took: 0.1, at: at(1))
        let started = items([end.following].compactMap(\.self) + end.starts)
        #expect(Set(started) == ["dlv_2", "late"])
    }

    @Test func `Only an attempt of the same priority follows in a task`() {
        var machine = machine([endpoint("ep_1", concurrency: 8)], scheduler: .init(reservedSlots: 2))
        let starts = machine.committed(new(1...12), at: start).starts
        #expect(starts.map(\.start.isWithinReservedSlots) == (0..<8).map { $0 < 2 })
        let reserved = machine.ended(starts[0], .done, took: 0.1, at: at(1))
        #expect(reserved.following == nil && items(reserved.starts) == ["dlv_9"])
        let other = machine.ended(starts[7], .done, took: 0.1, at: at(1))
        #expect(other.following?.start.item == "dlv_10" && other.starts.isEmpty)
    }

    @Test func `Outcomes share commits when many go on, unless the next attempt waits for one`() {
        let bounds = Machine.Bounds(batchThreshold: 6)
        let scheduler = Machine.Scheduler(reservedSlots: 2)
        var machine = machine([endpoint("ep_1", concurrency: 64)], bounds: bounds, scheduler: scheduler)
        machine.scheduler.add("replay", to: "ep_1", .replay)
        let starts = machine.committed(new(1...9), at: start).starts
        for (index, one) in starts.enumerated() {
            #expect(one.mayBatchCommit == (index >= 5 && one.start.lane == Machine.Scheduler.Lane.fresh))
        }
        #expect(starts.contains { $0.start.lane == .replay } && starts.contains(where: \.mayBatchCommit))
    }

    @Test func `The loop sleeps until the next due time, the next probe, or a minute, and looks a fifth of the time`() {
        var machine = machine([endpoint("ep_1")])
        #expect(pause(&machine, at: 0) == .seconds(60))
        let starts = machine.committed(new(1...3), at: start).starts
        let later = machine.ended(starts[0], .postponed(time.adding(seconds: 20)), took: 0.1, at: at(1))
        #expect(later.wakesLoop && pause(&machine, at: 1) == .seconds(19))
        _ = machine.ended(starts[1], .failed(next: time.adding(seconds: 6), opensAt: nil), took: 0.1, at: at(1))
        #expect(pause(&machine, at: 1) == .seconds(5))
        // It is due: all endpoints are looked at, for half a second.
        let round = machine.beginRound(at: at(6))
        #expect(round.scanned == ["ep_1"])
        let next = time.adding(seconds: 6.6)
        machine.found(.init(waiting: [], resting: [], nextDue: next), in: round, at: at(6.5).instant)
        #expect(pause(&machine, at: 6.5) == .seconds(2), "not before four times as long has passed")
        #expect(scanned(&machine, at: 7) == nil && scanned(&machine, at: 8.5) != nil)
    }

    @Test func `After a read that failed all endpoints are looked at again, in five seconds`() {
        var machine = machine([endpoint("ep_1")])
        machine.roundFailed(at: start)
        #expect(pause(&machine, at: 0) == .seconds(5))
        #expect(scanned(&machine, at: 4.9) == nil && scanned(&machine, at: 5) == ["ep_1"])
        #expect(pause(&machine, at: 5) == .seconds(60))
    }

    @Test func `Once stopped, nothing starts, and the last result ends it`() {
        var machine = machine([endpoint("ep_1")])
        let starts = machine.committed(new(1...8), at: start).starts
        machine.stop()
        #expect(machine.isStopping && self.starts(&machine, at: 0).isEmpty)
        let late = machine.committed(new(9...9), at: start)
        #expect(late.starts.isEmpty)
        for (left, attempt) in zip([3, 2, 1, 0], starts) {
            let end = machine.ended(attempt, .done, took: 0.1, at: at(1))
            #expect(end.following == nil && end.starts.isEmpty && machine.running == left)
        }
    }
}
