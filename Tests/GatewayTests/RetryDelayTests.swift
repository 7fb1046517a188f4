import Scheduling
import Testing

@testable import Gateway

struct RetryDelayTests {
    @Test func `A delivery has ten attempts over three days`() {
        let schedule = RetrySchedule.deliveries
        #expect(schedule.steps.count == 10 && schedule.steps.reduce(0, +) == 272_105)
        #expect(schedule.delay(after: 9, random: 0.5) == 86_400)
        #expect(schedule.delay(after: 10, random: 0.5) == nil)
    }
}
