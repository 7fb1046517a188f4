import Scheduling
import Testing

struct RetryScheduleTests {
    @Test func `Ten attempts over three days, then none`() {
        let schedule = RetrySchedule.standard
        #expect(schedule.steps.count == 10 && schedule.steps.reduce(0, +) == 272_105)
        #expect(schedule.delay(after: 1, random: 0) == 4 && (schedule.delay(after: 1, random: 1) ?? 0).rounded() == 6)
        #expect(schedule.delay(after: 9, random: 0.5) == 86_400)
        #expect(schedule.delay(after: 10, random: 0.5) == nil)
        #expect(schedule.delay(after: 1, retryAfter: 60, random: 0.5) == 60)
        #expect(schedule.delay(after: 1, retryAfter: 1_000_000, random: 0.5) == 21_600)
    }
}
