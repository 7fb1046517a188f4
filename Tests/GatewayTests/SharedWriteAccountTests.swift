import Foundation
import JSONValue
import Scheduling
import Testing

@testable import Gateway

/// Processes that share an account's budget, without a database; time is given.
struct SharedWriteAccountTests {
    private static let start = ContinuousClock.now
    private static let limit = 20

    /// The budget, and processes of which each always has some writes that wait.
    private struct Simulation {
        var budget: AccountBudget
        var processes: [SharedWriteAccount]
        /// The milliseconds at which each process sent something.
        var sent: [[Int]]
        var requests = 0

        private let nearFirst: Bool

        /// - Parameter nearFirst: the first process is always asked first; else their order is random.
        init(_ count: Int, limit: Int = limit, nearFirst: Bool = false) {
            self.nearFirst = nearFirst
            budget = AccountBudget(at: Simulation.time(0))
            _ = budget.take(.init(limit: limit), at: Simulation.time(0))
            processes = (0..<count).map { _ in SharedWriteAccount() }
            sent = processes.map { _ in [] }
        }

        static func time(_ millisecond: Int) -> Timestamp { Timestamp(milliseconds: 1_000_000 + Int64(millisecond)) }

        /// - Parameter busy: the processes that write, 10 writes at a time.
        mutating func run(_ milliseconds: Range<Int>, busy: Set<Int>) {
            for millisecond in milliseconds {
                let now = start + .milliseconds(millisecond)
                let order = Array(processes.indices)
                for index in nearFirst ? order : order.shuffled(using: &random) {
                    while busy.contains(index), processes[index].waiting < 10 {
                        let waiter = SharedWriteAccount.Waiter(
                            id: UUID(), tenant: "t\(processes[index].waiting % 3)", until: now + .seconds(10)
                        ) { _ in }
                        processes[index].add(waiter, at: now)
                    }
                    guard case .ask(let request) = processes[index].next(at: now) else { continue }
                    requests += 1
                    let grant = budget.take(request, at: Self.time(millisecond))
                    let going = processes[index].apply(grant, for: request, at: now)
                    sent[index] += Array(repeating: millisecond, count: going.count)
                }
            }
        }

        private var random = Numbers()
    }

    /// The same numbers in each run.
    private struct Numbers: RandomNumberGenerator {
        private var state: UInt64 = 7
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    @Test func `A busy process has what idle ones leave, and two busy ones share it`() {
        var place = Simulation(2)
        let rates = PerSecondLimit(limit: Self.limit)
        place.run(0..<10_000, busy: [0])
        #expect(Double(place.sent[0].count) >= 10 * rates.perSecond * 0.95, "\(place.sent[0].count)")
        #expect(place.sent[1].isEmpty)
        // A token each time at the most, and few times in which none was left.
        #expect(place.requests <= 2 * place.sent[0].count, "\(place.requests)")
        place.run(10_000..<20_000, busy: [0, 1])
        let both = place.sent.map { sent in sent.count { $0 >= 10_000 } }
        #expect(Double(both.reduce(0, +)) >= 10 * rates.perSecond * 0.95, "\(both)")
        #expect(both.allSatisfy { Double($0) >= 10 * rates.perSecond * 0.25 }, "\(both)")
        let all = place.sent.joined().sorted()
        for from in all {
            let window = all.count { (from..<from + 1000).contains($0) }
            #expect(window <= Self.limit, "\(window) within a second")
        }
    }

    @Test func `Tokens that come during a pause that was learned meanwhile are not used`() {
        var account = SharedWriteAccount()
        let now = Self.start
        for _ in 0..<3 { account.add(.init(id: UUID(), tenant: "t", until: now + .seconds(10)) { _ in }, at: now) }
        guard case .ask(let request) = account.next(at: now) else {
            Issue.record("it asks for nothing")
            return
        }
        _ = account.pause(until: now + .seconds(3))
        let grant = AccountBudget.Grant(reserved: 0, others: 1, limit: 20, tokens: 3, pause: 0, wait: 0)
        #expect(account.apply(grant, for: request, at: now).isEmpty)
        #expect(account.waiting == 3)
    }

    @Test func `A process that is farther from the database gets tokens too`() {
        // Both are served in turn, the near one always first; with the smallest limit there is one token at a time.
        var place = Simulation(2, limit: 5, nearFirst: true)
        place.run(0..<20_000, busy: [0, 1])
        let counts = place.sent.map(\.count)
        #expect(counts.allSatisfy { $0 >= 20 }, "\(counts)")
    }

    @Test func `A pause stops the process that saw it at once, and the other with its next request`() {
        var place = Simulation(2)
        place.run(0..<2_000, busy: [0, 1])
        let before = place.sent.map(\.count)
        let isNew = place.processes[0].pause(until: Self.start + .milliseconds(2_000 + 3_000))
        let isRepeated = place.processes[0].pause(until: Self.start + .milliseconds(2_000 + 3_005))
        #expect(isNew && !isRepeated)
        place.run(2_000..<4_999, busy: [0, 1])
        #expect(place.sent[0].count == before[0])
        #expect(place.sent[1].count <= before[1] + 2, "what it asked for before")
        #expect(place.requests < 200, "no request while nothing may go: \(place.requests)")
        place.run(4_999..<7_000, busy: [0, 1])
        #expect(place.sent[0].count > before[0] && place.sent[1].count > before[1])
    }
}
