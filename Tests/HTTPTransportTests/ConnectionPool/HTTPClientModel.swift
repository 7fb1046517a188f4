import NIOCore
import NIOHTTP1
import Support

@testable import HTTPTransport

/// Drives an `HTTPClientStateMachine` with random events of a server and a consumer, and checks what it does.
struct HTTPClientModel {
    private var machine = HTTPClientStateMachine()
    private var random: SeededGenerator
    private var now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private(set) var violation: String?

    private var isReading = false
    private var isWritable = true
    /// Of the exchange that goes on: what is left of the body, and whether the end was written.
    private var unsent = 0
    private var hasSentEnd = false
    private var goesOn = false
    private var hasHead = false
    private var hasEnd = false
    private var isKeepAlive = false
    private var isWanted = false
    private var hasExcess = false
    private var isClosed = false

    init(_ random: SeededGenerator) { self.random = random }

    mutating func run(events: Int) {
        if machine.takesRead() { read() }
        for _ in 0..<events where violation == nil { event() }
        if !isClosed { close() }
        check(!machine.start(.GET, bodyBytes: 0, .init(), at: now), "a closed connection takes a request")
        check(!machine.takesRead(), "a closed connection is read")
        check(machine.deadline == .distantFuture, "a closed connection has a deadline")
    }

    private mutating func check(_ isKept: Bool, _ rule: String) {
        if !isKept, violation == nil { violation = rule }
    }

    private mutating func read() {
        check(!isReading, "two reads are under way")
        check(!goesOn || !hasHead || isWanted, "more is read than the consumer asked for")
        isReading = true
    }

    private mutating func event() {
        now = now + .milliseconds(Int64.random(in: 0...2_000, using: &random))
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: start()
        case 3:
            isWritable.toggle()
            write()
        case 4...6: response()
        case 7:
            isReading = false
            readCompleted()
        case 8:
            let asks = machine.wantsMore(at: now)
            if goesOn, hasHead, !hasEnd { isWanted = true } else { check(!asks, "a body is read that is not there") }
            if asks { read() }
        case 9:
            if machine.isOverdue(at: now) {
                check(goesOn, "no exchange is overdue")
                end(machine.failed(.timeout), .timeout)
            } else if goesOn {
                check(machine.deadline > now, "the deadline has passed")
            }
        case 10 where Int.random(in: 0..<6, using: &random) == 0: close()
        default:
            guard Int.random(in: 0..<8, using: &random) == 0, goesOn, hasEnd else { return }
            machine.receivedExcess()
            hasExcess = true
        }
        check(machine.hasExchange == goesOn, "the exchange is not the one that goes on")
        check(machine.isClosed == isClosed, "the connection is open, or is not")
    }

    private mutating func start() {
        let body = [0, 10, 200_000].randomElement(using: &random) ?? 0
        let mayStart = !goesOn && !isClosed && !hasExcess
        let timeouts = HTTPClientStateMachine.Timeouts(head: now + .seconds(20), total: now + .seconds(40))
        let method: HTTPMethod = Bool.random(using: &random) ? .GET : .HEAD
        check(machine.start(method, bodyBytes: body, timeouts, at: now) == mayStart, "a request starts, or does not")
        guard mayStart else { return }
        (goesOn, hasHead, hasEnd, isWanted, unsent, hasSentEnd) = (true, false, false, false, body, false)
        write()
        if machine.takesRead() { read() }
    }

    private mutating func write() {
        for _ in 0..<3 {
            switch machine.nextWrite(isWritable: isWritable, at: now) {
            case .wait: return
            case .body(let count):
                check(goesOn && isWritable && count > 0 && count <= unsent, "a part is written that cannot be")
                unsent -= count
            case .end:
                check(goesOn && unsent == 0 && !hasSentEnd, "a request ends that has not, or twice")
                hasSentEnd = true
            }
        }
    }

    /// Some bytes of the server, and what the decoder makes of them.
    private mutating func response() {
        guard !isClosed else { return }
        let isExpected = machine.receivedBytes(at: now)
        check(isExpected == goesOn, "bytes belong to an exchange, or do not")
        guard isExpected else {
            hasExcess = true
            return close()
        }
        if !hasHead {
            let kinds: [(HTTPResponseStatus, HTTPHeaders)] = [
                (.continue, [:]), (.ok, ["Content-Length": "5"]), (.ok, ["Transfer-Encoding": "chunked"]), (.ok, [:]),
                (.noContent, [:]), (.ok, ["Content-Length": "5", "Connection": "close"]), (.switchingProtocols, [:]),
            ]
            let (status, headers) = kinds.randomElement(using: &random) ?? kinds[0]
            let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
            switch machine.receivedHead(head) {
            case .ignore: check(status == .continue, "a response is passed over")
            case .fail(let error):
                check(status == .switchingProtocols, "a response is refused")
                end(machine.failed(error), error)
            case .deliver:
                (hasHead, isKeepAlive) = (true, head.isKeepAlive)
                if machine.framing == .untilClose { isKeepAlive = false }
            }
        } else if !hasEnd, Bool.random(using: &random) {
            check(machine.receivedBody(), "a part of the body is dropped")
            isWanted = false
        } else if !hasEnd {
            machine.receivedEnd()
            hasEnd = true
        } else {
            check(!machine.receivedBody(), "a body goes on after its end")
        }
    }

    private mutating func readCompleted() {
        switch machine.readCompleted() {
        case .none: break
        case .read: read()
        case .finish(let isReusable):
            check(goesOn && hasEnd, "an exchange finishes that has not ended")
            check(isReusable == (hasSentEnd && isKeepAlive && !hasExcess), "a connection is used again, or is not")
            goesOn = false
            if !isReusable {
                close()
            } else if machine.takesRead() {
                read()
            }
        }
        if !goesOn, !isClosed { check(isReading, "an idle connection is not read, so its end is not noticed") }
    }

    private mutating func close() { end(machine.closed(), .interrupted("closed")) }

    private mutating func end(_ ending: HTTPClientStateMachine.ExchangeEnding, _ error: TransportError) {
        switch ending {
        case .none: check(!goesOn, "an exchange has no end")
        case .finish: check(goesOn && hasEnd, "a response passes for whole that is not")
        case .fail(let given, let hadBegun):
            check(goesOn && !hasEnd && given == error, "a whole response fails, or by another error")
            check(hadBegun || !hasHead, "a response has not begun whose head has come")
        }
        (goesOn, isClosed) = (false, true)
    }
}
