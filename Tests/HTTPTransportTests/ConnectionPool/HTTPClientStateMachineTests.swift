import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPTransport

/// Times are given, and nothing is connected.
@Suite struct HTTPClientStateMachineTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    /// A connection that is read, as the pool's are.
    private func idle() -> HTTPClientStateMachine {
        var machine = HTTPClientStateMachine()
        _ = machine.takesRead()
        return machine
    }

    private func begin(
        _ machine: inout HTTPClientStateMachine, body: Int = 0, _ timeouts: HTTPClientStateMachine.Timeouts = .init()
    ) -> Bool {
        guard machine.start(body == 0 ? .GET : .POST, bodyBytes: body, timeouts, at: start) else { return false }
        while body == 0, machine.nextWrite(isWritable: true, at: start) != .wait {}
        return true
    }

    private func respond(_ machine: inout HTTPClientStateMachine, _ headers: HTTPHeaders) -> Bool {
        machine.receivedBytes(at: start)
            && machine.receivedHead(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)) == .deliver
    }

    @Test func `A body is read only as it is asked for, and an idle connection always`() {
        var machine = idle()
        let (began, answered) = (begin(&machine), respond(&machine, ["Content-Length": "9"]))
        #expect(began && answered)
        let unasked = machine.readCompleted()
        #expect(unasked == .none)
        let reads = (0..<2).map { _ in machine.wantsMore(at: start) }
        #expect(reads == [true, false], "one read is under way")
        let whole = machine.receivedBody()
        machine.receivedEnd()
        let end = machine.readCompleted()
        #expect(whole && end == .finish(isReusable: true))
        let isRead = machine.takesRead()
        #expect(isRead && machine.isIdle)
    }

    @Test func `A body is written in parts of 64 KiB while the channel is writable`() {
        var machine = idle()
        let began = begin(&machine, body: 100_000)
        let writes = [true, false, true, true, true].map { machine.nextWrite(isWritable: $0, at: start) }
        #expect(began && writes == [.body(65_536), .wait, .body(34_464), .end, .wait])
    }

    @Test func `A response that is complete before the request ends the connection, and no more is sent`() {
        var machine = idle()
        let (began, answered) = (begin(&machine, body: 100_000), respond(&machine, ["Content-Length": "0"]))
        machine.receivedEnd()
        let write = machine.nextWrite(isWritable: true, at: start)
        let end = machine.readCompleted()
        #expect(began && answered && write == .wait && end == .finish(isReusable: false))
    }

    @Test func `A server has its time for the head, for each part that is asked for, and for the whole`() {
        var machine = idle()
        let began = begin(&machine, .init(head: start + .seconds(20), total: start + .minutes(10)))
        #expect(began && machine.deadline == start + .seconds(20))
        let answered = respond(&machine, ["Content-Length": "9"])
        _ = machine.readCompleted()
        #expect(answered && machine.deadline == start + .minutes(10), "the consumer, not the server, is slow")
        let wantsRead = machine.wantsMore(at: start + .minutes(2))
        #expect(wantsRead && machine.deadline == start + .minutes(2) + .seconds(45))
        #expect(!machine.isOverdue(at: start + .minutes(2) + .seconds(44)))
        #expect(machine.isOverdue(at: start + .minutes(2) + .seconds(45)))
    }

    @Test func `A request that the server does not read is overdue`() {
        var machine = idle()
        let began = begin(&machine, body: 100_000)
        _ = machine.nextWrite(isWritable: true, at: start + .seconds(10))
        #expect(began && machine.deadline == start + .seconds(55))
    }

    @Test(
        arguments: [
            (["Content-Length": "5"], false), (["Transfer-Encoding": "chunked"], false), ([:], true),
        ] as [(HTTPHeaders, Bool)])
    func `The end without TLS's close_notify is one only where nothing else ends the body`(
        headers: HTTPHeaders, isEnd: Bool
    ) {
        var machine = idle()
        let (began, answered) = (begin(&machine), respond(&machine, headers))
        let ending = machine.failed(.interrupted("closed"), isUnclean: true)
        let expected: HTTPClientStateMachine.ExchangeEnding =
            isEnd ? .none : .fail(.interrupted("closed"), hadBegun: true)
        #expect(began && answered && ending == expected && machine.isClosed != isEnd)
    }

    @Test(arguments: ["\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "x\r\r\n\r\n\r\n"])
    func `The head's piece ends with its empty line, however it is cut`(head: String) {
        let bytes = Array((head + "body").utf8)
        let length = (head.utf8.count - (head.hasPrefix("x") ? 2 : 0))
        for cut in 0...length {
            var boundary = ResponseBoundary()
            let first = cut == 0 ? 0 : boundary.next(bytes[..<cut]) ?? 0
            let second = cut == length ? 0 : boundary.next(bytes[cut...]) ?? 0
            #expect(first == cut && first + second == length, "cut at \(cut)")
        }
    }

    @Test func `Pieces of a body end with it`() {
        let bytes = [UInt8](repeating: 1, count: 10)
        func pieces(_ framing: HTTPClientStateMachine.Framing) -> [Int?] {
            var boundary = ResponseBoundary()
            boundary.headEnded(framing)
            return [boundary.next(bytes), boundary.next(bytes[..<1]), boundary.next(bytes)]
        }
        #expect(pieces(.length(11)) == [10, 1, nil])
        #expect(pieces(.chunked) == [9, 1, 9])
        #expect(pieces(.untilClose) == [10, 1, 10])
        #expect(pieces(.noBody) == [nil, nil, nil])
    }
}
