import JSONValue
import MeetingBaaS
import Testing

@testable import Gateway

/// When the reconciler asks for everything.
struct ReconcilerStateTests {
    @Test func `A step asks for everything once after a start, and once more after a suspicion`() {
        let step = Reconciler.Step(account: "shared", version: .v2, kind: .changes)
        var state = Reconciler.State()
        #expect(state.isThorough(step, mayHaveMissed: true))
        #expect(!state.isThorough(step, mayHaveMissed: false), "another replica has asked all the while")
        state.suspectedAt["shared"] = Timestamp(milliseconds: 1)
        #expect(state.isThorough(step, mayHaveMissed: false))
        state.done.insert(step)
        #expect(!state.isThorough(step, mayHaveMissed: true))
    }
}
