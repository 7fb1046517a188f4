import Scheduling
import Testing

struct RetryScheduleTests {
    @Test func `Delays have jitter, a longer wish of the receiver counts, and the last attempt ends it`() {
        let schedule = RetrySchedule(steps: [0, 5, 86_400])
        #expect(schedule.delay(after: 1, random: 0) == 4 && (schedule.delay(after: 1, random: 1) ?? 0).rounded() == 6)
        #expect(schedule.delay(after: 2, random: 0.5) == 86_400)
        #expect(schedule.delay(after: 3, random: 0.5) == nil)
        #expect(schedule.delay(after: 1, retryAfter: 60, random: 0.5) == 60)
        #expect(schedule.delay(after: 1, retryAfter: 1_000_000, random: 0.5) == 21_600)
    }
}
