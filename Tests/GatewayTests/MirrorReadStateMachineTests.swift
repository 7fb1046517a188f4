import HTTPTransport
import MeetingBaaS
import NIOCore
import Support
import Testing

@testable import Gateway

/// Events go in by hand, and nothing is sent.
@Suite struct MirrorReadStateMachineTests {
    private typealias Machine = MirrorReadStateMachine

    private static let pause = Duration.milliseconds(50)
    private func bytes(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 120, count: count) }

    private func called() -> Machine {
        var machine = Machine()
        _ = machine.receivedEnd(isOld: false)
        return machine
    }

    private func began(_ status: Int, _ machine: inout Machine) -> Machine.Action {
        machine.replyBegan(status, isFailure: (502...504).contains(status)) { Self.pause }
    }
    private func failed(_ error: TransportError, _ machine: inout Machine) -> Machine.Action {
        machine.replyFailed(error) { Self.pause }
    }

    @Test func `A body is dropped, and one that is too long goes to the router with what came of it`() {
        var machine = Machine()
        let first = machine.receivedBody(bytes(Machine.bodyLimit))
        #expect(first == .readOn)
        var other = machine
        let sent = other.receivedEnd(isOld: false)
        #expect(sent == .call)
        let second = machine.receivedBody(bytes(1))
        #expect(second == .route(bytes(Machine.bodyLimit + 1)))
        let sentAfterAll = machine.receivedEnd(isOld: false)
        #expect(sentAfterAll == .none)
    }

    @Test func `A success is passed on part by part, as the client takes it`() {
        var machine = called()
        let begin = began(200, &machine)
        let first = machine.replyBody(bytes(3), isWritable: true)
        let second = machine.replyBody(bytes(3), isWritable: false)
        #expect(begin == .begin && first == .stream(readsOn: true) && second == .stream(readsOn: false))
        #expect(machine.readsOn(isWritable: true) && !machine.readsOn(isWritable: false))
        let end = machine.replyEnded()
        let again = machine.replyEnded()
        #expect(end == .end && again == .none && !machine.readsOn(isWritable: true))
    }

    @Test(arguments: [502, 503, 504]) func `A failure that may pass is asked for once more`(status: Int) {
        var machine = called()
        let first = began(status, &machine)
        #expect(first == .pause(Self.pause))
        let part = machine.replyBody(bytes(1), isWritable: true)
        let isSent = machine.pauseEnded()
        let isSentTwice = machine.pauseEnded()
        #expect(part == .drop && isSent && !isSentTwice)
        let second = began(status, &machine)
        let body = machine.replyBody(bytes(2), isWritable: true)
        let end = machine.replyEnded()
        #expect(second == .none && body == .readOn && end == .refuse(Array(bytes(2).readableBytesView)))
    }

    @Test func `A connection that fails is tried once more, a call that waited its whole time is not`() {
        var machine = called()
        let first = failed(.interrupted("closed"), &machine)
        #expect(first == .pause(Self.pause) && first.isPause)
        _ = machine.pauseEnded()
        let second = failed(.interrupted("closed"), &machine)
        #expect(second == .fail(.transport(.interrupted("closed"))))
        var other = called()
        let late = failed(.timeout, &other)
        #expect(late == .fail(.transport(.timeout)))
        var spent = called()
        let refused = spent.replyFailed(.tls) { nil }
        #expect(refused == .fail(.transport(.tls)))
    }

    @Test func `A redirect is no reply, and a refusal is read as far as it is short`() {
        var machine = called()
        let redirect = began(302, &machine)
        #expect(redirect == .fail(.malformed))
        var short = called()
        let begin = began(404, &short)
        let part = short.replyBody(bytes(Machine.refusalLimit), isWritable: false)
        var cut = short
        let broken = failed(.interrupted("closed"), &cut)
        let tooMuch = short.replyBody(bytes(1), isWritable: true)
        let more = short.replyBody(bytes(1), isWritable: true)
        #expect(begin == .none && part == .readOn && broken == .refuse([]) && tooMuch == .refuse([]) && more == .drop)
    }

    @Test
    func `A request that has waited is checked before it is sent, and one whose client left meanwhile is not sent`() {
        var machine = Machine()
        let action = machine.receivedEnd(isOld: true)
        let early = began(200, &machine)
        #expect(action == .check && early == .none)
        var left = machine
        let unfinished = left.cancelled()
        let isSentAfterAll = left.checked()
        #expect(unfinished == .request && !isSentAfterAll)
        let isSent = machine.checked()
        let isSentTwice = machine.checked()
        let begin = began(200, &machine)
        #expect(isSent && !isSentTwice && begin == .begin)
    }

    @Test func `A reply that breaks is never ended as a whole one`() {
        var machine = called()
        _ = began(200, &machine)
        _ = machine.replyBody(bytes(3), isWritable: true)
        let broken = failed(.interrupted("closed"), &machine)
        let end = machine.replyEnded()
        #expect(broken == .abort(.interrupted("closed")) && end == .none)
    }

    /// Whatever comes, in whatever order: one reply at most, nothing after it, one retry, and no call that is left over.
    @Test func `Each read has one reply, whatever comes`() {
        var generator = SeededGenerator("mirrored reads")
        for _ in 0..<(setting("GATEWAY_SEQUENCES") ?? 5_000) {
            var machine = Machine(isHead: Bool.random(using: &generator))
            var (calls, pauses, replies, isPassing, isCancelled) = (0, 0, 0, false, false)
            var isChecking = false
            func record(_ action: Machine.Action) {
                switch action {
                case .none: return
                case .pause: pauses += 1
                case .begin: isPassing = true
                case .answerHead: replies += 1
                case .refuse, .fail:
                    #expect(!isPassing)
                    replies += 1
                case .abort, .end:
                    #expect(isPassing)
                    (replies, isPassing) = (replies + 1, false)
                }
                #expect(!isCancelled)
            }
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                switch Int.random(in: 0..<9, using: &generator) {
                case 0: _ = machine.receivedBody(bytes(Int.random(in: 0...40_000, using: &generator)))
                case 1:
                    switch machine.receivedEnd(isOld: Bool.random(using: &generator)) {
                    case .call: calls += 1
                    case .check: isChecking = true
                    case .none: break
                    }
                    if isChecking, machine.checked() { calls += 1 }
                case 2, 3: record(began([200, 204, 302, 404, 503].randomElement(using: &generator) ?? 200, &machine))
                case 4:
                    if case .refuse = machine.replyBody(bytes(50_000), isWritable: true) {
                        #expect(!isPassing && !isCancelled)
                        replies += 1
                    }
                case 5: record(machine.replyEnded())
                case 6: record(failed([.timeout, .interrupted("")].randomElement(using: &generator) ?? .tls, &machine))
                case 7: if machine.pauseEnded() { calls += 1 }
                default:
                    guard Int.random(in: 0..<4, using: &generator) == 0 else { continue }
                    _ = machine.cancelled()
                    (isCancelled, isPassing) = (true, false)
                }
            }
            #expect(replies <= 1 && pauses <= 1 && calls <= 2)
            // A call that is under way ends with Meeting BaaS's side.
            if machine.pauseEnded() { calls += 1 }
            record(failed(.timeout, &machine))
            #expect(calls == 0 || isCancelled || replies == 1)
        }
    }
}
