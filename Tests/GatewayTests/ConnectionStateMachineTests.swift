import NIOCore
import NIOHTTP1
import Support
import Testing

@testable import Gateway

extension ConnectionStateMachine {
    fileprivate init(at now: NIODeadline) { self.init(at: now, surfaces: APISurfaces(metricsNeedToken: false)) }
}

/// Times are given, and nothing is connected.
@Suite struct ConnectionStateMachineTests {
    private typealias Machine = ConnectionStateMachine
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func head(
        _ method: HTTPMethod = .GET, _ headers: HTTPHeaders = [:], version: HTTPVersion = .http1_1
    ) -> HTTPRequestHead {
        HTTPRequestHead(
            version: version, method: method, uri: "/healthz",
            headers: HTTPHeaders([("Host", "a")] + headers.map { $0 }))
    }

    /// A whole request without a body, and its whole reply.
    private func exchange(_ machine: inout Machine, _ headers: HTTPHeaders = [:], at now: NIODeadline) -> Machine
        .Ending?
    {
        _ = machine.receivedHead(head(.GET, headers), at: now)
        _ = machine.receivedEnd()
        machine.readCompleted(at: now)
        return reply(&machine, at: now).ending
    }

    private func reply(_ machine: inout Machine, at now: NIODeadline) -> Machine.ReplyEndAction {
        var head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "2"])
        _ = machine.replyBegan(&head, at: now)
        return machine.replyEnded(at: now)
    }

    private func mayRead(_ machine: inout Machine) -> Bool { machine.mayRead() }
    private func isClose(_ ending: Machine.Ending?) -> Bool { if case .close = ending { true } else { false } }
    private func isFinish(_ ending: Machine.Ending?) -> Bool { if case .finish = ending { true } else { false } }
    private func refusal(_ ending: Machine.Ending?) -> Problem.Code? {
        if case .refuse(let refusal) = ending { refusal.problem.code } else { nil }
    }

    @Test func `A client that reads nothing of its reply for 30 seconds is disconnected, and a slow one is not`() {
        var machine = Machine(at: start)
        _ = machine.receivedHead(head(), at: start)
        _ = machine.receivedEnd()
        machine.readCompleted(at: start)
        var response = HTTPResponseHead(version: .http1_1, status: .ok)
        #expect(machine.replyBegan(&response, at: start))
        machine.writabilityChanged(isWritable: false, unread: 500_000, at: start)
        #expect(machine.deadline == start + .seconds(30))
        // It reads 10 bytes in half a minute.
        var (now, unread) = (start, 500_000)
        for _ in 0..<20 {
            now = machine.deadline
            unread -= 10
            #expect(machine.deadlineReached(at: now, unread: unread) == nil)
            #expect(machine.deadline == now + .seconds(30))
        }
        #expect(isClose(machine.deadlineReached(at: machine.deadline, unread: unread)))
        // A response that was read whole is watched no longer.
        machine.writabilityChanged(isWritable: true, unread: 0, at: now)
        #expect(machine.deadline == start + .minutes(15))
        #expect(isClose(machine.deadlineReached(at: start + .minutes(15), unread: 0)))
    }

    @Test(arguments: [["Connection": "close"], [:]] as [HTTPHeaders])
    func `A reply that was written is read to its end, however slowly, and not for ever`(headers: HTTPHeaders) {
        var machine = Machine(at: start)
        let ending = exchange(&machine, headers, at: start)
        #expect(isFinish(ending) == !headers.isEmpty)
        var (now, unread) = (start, 100_000_000)
        while machine.deadline < start + .minutes(14) {
            now = machine.deadline
            unread -= 1000
            guard machine.deadlineReached(at: now, unread: unread) == nil else {
                Issue.record("closed after \(now - start)")
                return
            }
        }
        // A client that stops reading does not hold it.
        var (stopped, stopping) = (machine, 0)
        while stopping < 100, stopped.deadlineReached(at: stopped.deadline, unread: unread) == nil { stopping += 1 }
        #expect(stopping < 40)
        // Nor one that goes on for longer than a quarter of an hour.
        var (longer, more) = (machine, 0)
        while more < 300, longer.deadlineReached(at: longer.deadline, unread: unread - more) == nil { more += 1 }
        #expect(more < 100)
        // One that has read everything may rest for as long as others.
        while machine.deadlineReached(at: machine.deadline, unread: 0) == nil { now = machine.deadline }
        #expect(now <= start + .minutes(16))
    }

    @Test func `Without a reply that is still read, a connection ends after a second or 75`() {
        var closing = Machine(at: start)
        #expect(isFinish(exchange(&closing, ["Connection": "close"], at: start)))
        #expect(closing.deadline == start + .seconds(1))
        #expect(isClose(closing.deadlineReached(at: start + .seconds(1), unread: 0)))
        var kept = Machine(at: start)
        #expect(exchange(&kept, at: start) == nil && kept.deadline == start + .seconds(75))
        #expect(isClose(kept.deadlineReached(at: start + .seconds(75), unread: 0)))
    }

    @Test func `A head has 15 seconds, a body one more for each 64 KiB, and silence gets no answer`() {
        var silent = Machine(at: start)
        #expect(silent.deadline == start + .seconds(15) && silent.isIdle)
        #expect(isClose(silent.deadlineReached(at: start + .seconds(15), unread: 0)))
        var half = Machine(at: start)
        half.readCompleted(at: start)
        #expect(refusal(half.deadlineReached(at: start + .seconds(15), unread: 0)) == .requestTimeout)
        #expect(!half.isIdle)
        var body = Machine(at: start)
        _ = body.receivedHead(head(.POST, ["Content-Length": "1000000"]), at: start)
        _ = body.receivedBody(3 * 65_536, at: start)
        body.readCompleted(at: start)
        #expect(body.deadline == start + .seconds(18) && !body.isIdle)
        #expect(body.deadlineReached(at: start + .seconds(17), unread: 0) == nil)
        #expect(refusal(body.deadlineReached(at: start + .seconds(18), unread: 0)) == .requestTimeout)
        // The second request's head, on a connection that was used.
        var second = Machine(at: start)
        #expect(exchange(&second, at: start) == nil)
        second.readCompleted(at: start + .seconds(10))
        #expect(second.deadline == start + .seconds(25) && second.isIdle)
    }

    @Test func `Nothing follows a reply that ends the connection, not even the refusal of a broken request`() {
        var machine = Machine(at: start)
        let old = HTTPVersion(major: 1, minor: 0)
        for _ in 0..<2 {
            _ = machine.receivedHead(head(.GET, ["Connection": "keep-alive"], version: old), at: start)
            _ = machine.receivedEnd()
        }
        let broken = machine.receivedBrokenRequest(Problem(.malformed, "x"), at: start)
        #expect(broken == nil, "the earlier ones are answered first")
        // Its length is not known, so the connection's end is the body's.
        var response = HTTPResponseHead(version: .http1_1, status: .ok)
        #expect(machine.replyBegan(&response, at: start))
        #expect(isFinish(machine.replyEnded(at: start).ending))
        #expect(!machine.replyBegan(&response, at: start) && !machine.takesReplyBody)
        #expect(!machine.replyEnded(at: start).isWritten)
    }

    @Test func `A broken request after others is answered when they are`() {
        var machine = Machine(at: start)
        _ = machine.receivedHead(head(), at: start)
        _ = machine.receivedEnd()
        #expect(machine.receivedBrokenRequest(Problem(.malformed, ""), at: start) == nil)
        #expect(refusal(reply(&machine, at: start).ending) == .malformed)
        #expect(!reply(&machine, at: start).isWritten)
        var inBody = Machine(at: start)
        _ = inBody.receivedHead(head(.POST, ["Content-Length": "9"]), at: start)
        var response = HTTPResponseHead(version: .http1_1, status: .ok)
        #expect(inBody.replyBegan(&response, at: start))
        #expect(isClose(inBody.receivedBrokenRequest(Problem(.malformed, ""), at: start)))
    }

    @Test func `Sixteen requests may wait for their replies`() {
        var machine = Machine(at: start)
        for _ in 0..<16 {
            #expect(mayRead(&machine))
            _ = machine.receivedHead(head(), at: start)
            _ = machine.receivedEnd()
        }
        #expect(!mayRead(&machine))
        #expect(reply(&machine, at: start).resumesReading)
        #expect(!reply(&machine, at: start).resumesReading)
        #expect(mayRead(&machine))
    }

    /// Whatever comes in whatever order: each request that was taken has at most one reply, a connection that ended takes
    /// no request, and one that is left alone closes.
    @Test func `Random sequences keep the rules`() {
        Support.SeededGenerator.announce("ConnectionStateMachineTests")
        var random = Support.SeededGenerator("ConnectionStateMachineTests")
        for round in 0..<2000 {
            var (machine, now) = (Machine(at: start), start)
            var (forwarded, answered, isInBody, isInReply, hasEnded, isClosed) = (0, 0, false, false, false, false)
            func check(_ ending: Machine.Ending?) {
                if ending != nil { hasEnded = true }
                if isClose(ending) { isClosed = true }
            }
            func check(_ action: Machine.ReadAction) -> Bool {
                switch action {
                case .forward: return true
                case .drop: return false
                case .end(let ending):
                    check(ending)
                    return false
                }
            }
            for _ in 0..<40 where !isClosed {
                check(machine.deadlineReached(at: now, unread: 0))
                if isClosed { break }

                now = now + .milliseconds(Int64.random(in: 0..<3000, using: &random))
                switch Int.random(in: 0..<9, using: &random) {
                case 0..<2 where !isInBody:
                    let headers: [HTTPHeaders] = [
                        [:], ["Content-Length": "200000"], ["Connection": "close"], ["Expect": "100-continue"],
                        ["Host": "twice"], ["Content-Length": "99999999"],
                    ]
                    let isTaken = check(
                        machine.receivedHead(head(.POST, headers.randomElement(using: &random) ?? [:]), at: now))
                    #expect(!isTaken || !hasEnded, "round \(round)")
                    isInBody = true
                    if isTaken { forwarded += 1 }
                case 2 where isInBody:
                    _ = check(machine.receivedBody(Int.random(in: 0..<100_000, using: &random), at: now))
                case 3 where isInBody:
                    let (action, next) = machine.receivedEnd()
                    #expect(check(action) || next == .nothing)
                    isInBody = false
                case 4: machine.readCompleted(at: now)
                case 5 where !isInReply && answered < forwarded:
                    var response = HTTPResponseHead(version: .http1_1, status: .ok)
                    isInReply = true
                    let isWritten = machine.replyBegan(&response, at: now)
                    #expect(!isWritten || response.headers.contains(name: "Transfer-Encoding"))
                case 6 where isInReply:
                    let action = machine.replyEnded(at: now)
                    check(action.ending)
                    (isInReply, answered) = (false, answered + 1)
                case 7:
                    check(machine.receivedBrokenRequest(Problem(.malformed, ""), at: now))
                    isInBody = false
                default: _ = machine.mayRead()
                }
                #expect(!machine.isIdle || answered == forwarded && !isInReply || hasEnded, "round \(round)")
                #expect(machine.deadline >= start)
            }
            // The server answers what it has; then nothing more comes.
            while answered < forwarded {
                var response = HTTPResponseHead(version: .http1_1, status: .ok)
                if !isInReply { _ = machine.replyBegan(&response, at: now) }
                _ = machine.replyEnded(at: now)
                (isInReply, answered) = (false, answered + 1)
            }
            machine.readCompleted(at: now)
            var looks = 0
            while !isClosed, looks < 9, !isClose(machine.deadlineReached(at: machine.deadline, unread: 0)) {
                looks += 1
            }
            #expect(looks < 9, "round \(round): open for ever")
        }
    }
}
