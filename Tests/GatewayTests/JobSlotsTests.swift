import JSONValue
import Support
import Testing

@testable import Gateway

/// Which jobs start, over sequences of starts and ends.
struct JobSlotsTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let kinds: [JobKind] = [
        DeleteConnectionJob.kind, EndBotJob.kind, ReplayJob.kind, RenewCalendarsJob.kind, FillCalendarJob.kind,
    ]

    private func waiting(_ tenant: String, _ kind: JobKind, in seconds: Double = 0) -> JobSlots.DueJob {
        JobSlots.DueJob(tenant: tenant, kind: kind, due: Self.now.adding(seconds: seconds))
    }

    private func job(_ id: String, _ one: JobSlots.DueJob) -> QueuedJob {
        QueuedJob(
            id: id, tenant: one.tenant, kind: one.kind, subject: "subject", attempts: 0, deadline: Self.now, version: 0,
            lease: 1)
    }

    @Test func `Work that is not due waits, and the first of it is named`() {
        var slots = JobSlots()
        let all = [
            waiting("a", ReplayJob.kind, in: 30), waiting("b", EndBotJob.kind, in: 5), waiting("c", ReplayJob.kind),
        ]
        let (start, next) = slots.choose(all, at: Self.now)
        #expect(start.map(\.tenant) == ["c"])
        #expect(next == Self.now.adding(seconds: 5))
    }

    @Test func `Each priority has slots of its own`() {
        var slots = JobSlots(
            limits: [
                .high: .init(slots: 1, perTenant: 1), .normal: .init(slots: 1, perTenant: 1),
                .background: .init(slots: 1, perTenant: 1),
            ])
        slots.begin(job("job_1", waiting("a", FillCalendarJob.kind)))
        let all = [
            waiting("b", FillCalendarJob.kind), waiting("a", ReplayJob.kind), waiting("a", DeleteConnectionJob.kind),
        ]
        let kinds = Set(slots.choose(all, at: Self.now).start.map(\.kind))
        #expect(kinds == [ReplayJob.kind, DeleteConnectionJob.kind])
        slots.end("job_1")
        #expect(slots.choose([waiting("b", FillCalendarJob.kind)], at: Self.now).start.count == 1)
    }

    @Test func `A tenant with little work has its turn beside one with much`() {
        var slots = JobSlots(
            limits: [
                .high: .init(slots: 1, perTenant: 1), .normal: .init(slots: 1, perTenant: 1),
                .background: .init(slots: 1, perTenant: 1),
            ])
        var order: [String] = []
        // "a" has work that waits for longer, and always more of it.
        for number in 0..<6 {
            let all = [
                waiting("a", ReplayJob.kind, in: -1_000), waiting("b", ReplayJob.kind), waiting("c", ReplayJob.kind),
            ]
            let chosen = slots.choose(all, at: Self.now).start
            #expect(chosen.count == 1)
            order += chosen.map(\.tenant)
            slots.begin(job("job_\(number)", chosen[0]))
            slots.end("job_\(number)")
        }
        #expect(order == ["a", "b", "c", "a", "b", "c"])
    }

    @Test func `Limits hold and the tenant with the least comes first, whatever the order of events`() {
        SeededGenerator.announce("JobSlotsTests")
        var random = SeededGenerator("job slots")
        let limits: [JobKind.Priority: JobSlots.Limit] = [
            .high: .init(slots: 3, perTenant: 2), .normal: .init(slots: 4, perTenant: 2),
            .background: .init(slots: 2, perTenant: 1),
        ]
        var slots = JobSlots(limits: limits)
        var running: [String: JobSlots.DueJob] = [:]
        for step in 0..<2_000 {
            if Bool.random(using: &random), let id = running.keys.sorted().randomElement(using: &random) {
                running[id] = nil
                slots.end(id)
            }
            var all: [JobSlots.DueJob] = []
            for tenant in 0..<6 {
                for kind in Self.kinds where Int.random(in: 0..<3, using: &random) > 0 {
                    all.append(waiting("ten_\(tenant)", kind, in: Double.random(in: -60...5, using: &random)))
                }
            }
            let (start, _) = slots.choose(all, at: Self.now)
            #expect(Set(start).count == start.count && start.allSatisfy { $0.due <= Self.now })
            for (number, one) in start.enumerated() {
                running["job_\(step)_\(number)"] = one
                slots.begin(job("job_\(step)_\(number)", one))
            }
            for (priority, limit) in limits {
                let taken = running.values.filter { $0.kind.priority == priority }
                let counts = Dictionary(taken.map { ($0.tenant, 1) }, uniquingKeysWith: +)
                #expect(taken.count <= limit.slots && counts.values.allSatisfy { $0 <= limit.perTenant })
                // No tenant that was just started has two more than a tenant that was left out.
                let left = all.filter { $0.kind.priority == priority && $0.due <= Self.now && !start.contains($0) }
                let least = left.map { counts[$0.tenant, default: 0] }.min() ?? .max
                let begun = start.filter { $0.kind.priority == priority }.map { counts[$0.tenant, default: 0] }
                #expect(begun.allSatisfy { $0 - 1 <= least }, "step \(step)")
                #expect(taken.count == limit.slots || left.allSatisfy { counts[$0.tenant] == limit.perTenant })
            }
            #expect(slots.running == Set(running.keys))
        }
    }
}
