import NIOCore
import NIOHTTP1
import Support
import Testing

@testable import Gateway

/// Parts, signals and replies go in by hand, and nothing is connected.
@Suite struct FastPathStateMachineTests {
    private typealias Machine = FastPathStateMachine

    private static let (fast, slow) = (FastPathModel.fast, FastPathModel.slow)
    private struct Broken: Error {}

    private func name(_ action: Machine.Action?) -> String {
        switch action {
        case .offer?: "offer"
        case .route(.head)?: "route head"
        case .route(.body)?: "route body"
        case .route(.end)?: "route end"
        case .routeSignal(.event(let event))?: "event \(event)"
        case .routeSignal(.error)?: "error"
        case .body?: "body"
        case .answer(let id)?: "answer \(id)"
        case .cancel?: "cancel"
        case nil: "nothing"
        }
    }

    // The state changes by each call, so none of them stands within an expectation.

    private func receive(_ machine: inout Machine, _ part: HTTPServerRequestPart) -> String {
        name(machine.received(part))
    }
    private func receive(_ machine: inout Machine, _ signal: Machine.Signal) -> String {
        name(machine.received(signal))
    }
    private func next(_ machine: inout Machine) -> String { name(machine.next()) }
    private func mayRead(_ machine: inout Machine) -> Bool { machine.mayRead() }
    private func resumes(_ machine: inout Machine) -> Bool { machine.resumesReading() }

    /// A reply, whole.
    private func reply(_ machine: inout Machine, to id: Int) -> Bool {
        guard machine.replyBegan(id), machine.takesReplyBody(id) else { return false }
        return machine.replyEnded(id)
    }

    /// A machine whose fast path has a whole request.
    private func answering() -> Machine {
        var machine = Machine()
        _ = machine.received(.head(Self.fast))
        machine.taken()
        _ = machine.received(.end(nil))
        return machine
    }

    @Test func `A request that is taken is answered before anything that follows`() {
        var machine = Machine()
        #expect(receive(&machine, .head(Self.fast)) == "offer")
        machine.taken()
        #expect(receive(&machine, .body(ByteBuffer())) == "body")
        #expect(receive(&machine, .end(nil)) == "answer 1")
        for part in [.head(Self.slow), .end(nil), .head(Self.fast), .end(nil)] as [HTTPServerRequestPart] {
            #expect(receive(&machine, part) == "nothing")
        }
        #expect(next(&machine) == "nothing")
        let isSent = reply(&machine, to: 1)
        #expect(isSent)
        #expect(next(&machine) == "offer")
        machine.declined()
        #expect(next(&machine) == "route end")
        // The router has not answered, so what follows is the router's as well.
        #expect(next(&machine) == "route head")
        #expect(next(&machine) == "route end")
        machine.routedReplyEnded()
        #expect(receive(&machine, .head(Self.fast)) == "route head")
        _ = machine.received(.end(nil))
        machine.routedReplyEnded()
        machine.routedReplyEnded()
        #expect(receive(&machine, .head(Self.fast)) == "offer")
    }

    @Test func `A reply is sent once, in its parts' order, and only to the request that it answers`() {
        var machine = answering()
        let before = (machine.takesReplyBody(1), machine.replyEnded(1), machine.replyBegan(2))
        #expect(before == (false, false, false))
        let (first, second) = (machine.replyBegan(1), machine.replyBegan(1))
        #expect(first && !second && machine.takesReplyBody(1) && !machine.takesReplyBody(2))
        let ends = (machine.replyEnded(1), machine.replyEnded(1), machine.replyBegan(1))
        #expect(ends == (true, false, false))
        // The former request's reply does not pass for the next one's.
        _ = machine.received(.head(Self.fast))
        machine.taken()
        let early = machine.replyBegan(2)
        #expect(!early, "its request is not whole")
        _ = machine.received(.end(nil))
        let (late, own) = (machine.replyBegan(1), machine.replyBegan(2))
        #expect(!late && own)
    }

    @Test func `The router takes a request that was read in part, and its end`() {
        var machine = Machine()
        _ = machine.received(.head(Self.fast))
        machine.taken()
        _ = machine.received(.body(ByteBuffer()))
        machine.routedAfterAll()
        #expect(receive(&machine, .body(ByteBuffer())) == "route body")
        #expect(receive(&machine, .end(nil)) == "route end")
        #expect(receive(&machine, .head(Self.fast)) == "route head")
        let isSent = machine.replyBegan(1)
        #expect(!isSent)
    }

    @Test func `A client that does not read gets no reply made until it does`() {
        var machine = Machine()
        _ = machine.writabilityChanged(isWritable: false)
        _ = machine.received(.head(Self.fast))
        machine.taken()
        #expect(receive(&machine, .end(nil)) == "nothing")
        #expect(receive(&machine, .head(Self.fast)) == "nothing")
        #expect(next(&machine) == "nothing")
        let reads = mayRead(&machine)
        #expect(!reads)
        let still = name(machine.writabilityChanged(isWritable: false))
        let again = name(machine.writabilityChanged(isWritable: true))
        #expect(still == "nothing" && again == "answer 1")
        let isSent = reply(&machine, to: 1)
        #expect(isSent)
        #expect(next(&machine) == "offer")
        machine.taken()
        let resumed = resumes(&machine)
        #expect(resumed)
    }

    @Test func `Reading pauses while something waits, and goes on once it does not`() {
        var machine = answering()
        let first = mayRead(&machine)
        #expect(first, "nothing waits yet")
        _ = machine.received(.head(Self.fast))
        let (second, early) = (mayRead(&machine), resumes(&machine))
        #expect(!second && !early)
        _ = reply(&machine, to: 1)
        _ = machine.next()
        machine.taken()
        let (due, twice) = (resumes(&machine), resumes(&machine))
        #expect(due && !twice)
    }

    @Test func `Events and errors stay behind the requests before them`() {
        var machine = Machine()
        #expect(receive(&machine, .event(0)) == "event 0", "nothing is under way")
        _ = machine.received(.head(Self.fast))
        machine.taken()
        #expect(receive(&machine, .event(1)) == "nothing", "the request is being read")
        _ = machine.received(.end(nil))
        #expect(receive(&machine, .error(Broken())) == "nothing")
        _ = machine.received(.head(Self.slow))
        _ = machine.received(.end(nil))
        let reads = mayRead(&machine)
        #expect(!reads)
        _ = reply(&machine, to: 1)
        #expect(next(&machine) == "offer")
        machine.declined()
        #expect(next(&machine) == "route end")
        #expect(next(&machine) == "event 1")
        #expect(next(&machine) == "error")
        #expect(next(&machine) == "nothing")
    }

    @Test func `An error within a request that is taken cancels it`() {
        var machine = Machine()
        _ = machine.received(.head(Self.fast))
        machine.taken()
        #expect(receive(&machine, .error(Broken())) == "cancel")
        #expect(receive(&machine, .end(nil)) == "nothing")
        #expect(receive(&machine, .event(1)) == "event 1")
        let (isSent, isTaken) = (machine.replyBegan(1), machine.closed())
        #expect(!isSent && !isTaken, "it is cancelled once")
        // The parser gives no head within a body; if it does, nothing after it is believed.
        var odd = Machine()
        _ = odd.received(.head(Self.fast))
        odd.taken()
        #expect(receive(&odd, .head(Self.fast)) == "cancel")
    }

    @Test func `After the end of the connection nothing is written`() {
        var machine = answering()
        let isBegun = machine.replyBegan(1)
        let isTaken = machine.closed()
        #expect(isBegun && isTaken)
        let (isEnded, isAborted) = (machine.replyEnded(1), machine.replyAborted(1))
        #expect(!machine.takesReplyBody(1) && !isEnded && !isAborted)
        #expect(receive(&machine, .head(Self.fast)) == "nothing")
        var aborted = answering()
        _ = aborted.replyBegan(1)
        let (ends, again, late) = (aborted.replyAborted(1), aborted.replyAborted(1), aborted.replyEnded(1))
        #expect(ends && !again && !late)
    }

    // MARK: - random sequences

    @Test func `Random sequences keep the rules`() {
        Support.SeededGenerator.announce("FastPathStateMachineTests")
        var random = Support.SeededGenerator("FastPathStateMachineTests")
        var (answered, ended) = (0, 0)
        for round in 0..<10_000 {
            var model = FastPathModel()
            for _ in 0..<50 {
                switch Int.random(in: 0..<40, using: &random) {
                case 0..<6 where !model.isInBody: model.send(.fastHead)
                case 6..<8 where !model.isInBody: model.send(.slowHead)
                case 0..<4 where model.isInBody: model.send(.body)
                case 4..<10 where model.isInBody: model.send(.end)
                case 10: model.signal()
                case 11..<15: model.read()
                case 15..<27: model.reply(Int.random(in: 0..<3, using: &random), model.lastID)
                case 27: model.reply(Int.random(in: 0..<3, using: &random), Int.random(in: 0..<5, using: &random))
                case 28..<32: model.routerReply()
                case 32..<36: model.setWritable(Bool.random(using: &random))
                case 36: model.routeAfterAll()
                case 37 where Int.random(in: 0..<8, using: &random) == 0: model.fail()
                case 38 where Int.random(in: 0..<8, using: &random) == 0: model.close()
                default: break
                }
            }
            if model.hasEnded {
                ended += 1
            } else {
                // Left alone, everything is answered.
                if model.isInBody { model.send(.end) }
                model.setWritable(true)
                for _ in 0..<200 where model.taken != nil || model.routed > 0 {
                    for step in 0..<3 { model.reply(step, model.lastID) }
                    model.routerReply()
                }
                model.require(model.delivered == model.sent.count, "every part reaches its reader")
                model.require(model.deliveredSignals == model.signals.count, "every signal reaches the router")
                model.require(model.replies == model.heads, "every request has one reply")
                model.require(!model.isReadHeld, "reading goes on")
            }
            answered += model.replies
            guard model.faults.isEmpty else {
                Issue.record("round \(round): \(Set(model.faults))")
                return
            }
        }
        #expect(answered > 10_000 && ended > 100, "\(answered) replies, \(ended) connections ended")
    }
}
