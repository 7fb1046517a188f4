import HTTPTypes
import NIOCore
import NIOEmbedded
import Support

@testable import Gateway

/// One connection with mirrored reads and other requests. It draws the events, and knows the requests and the replies that are
/// due.
final class MirrorReadModel {
    struct Sent {
        enum Kind { case read, limited, routed, broken }
        let mark: String
        let kind: Kind
        var isHead = false
        var isHTTP10 = false
        var endsConnection = false
        var bodyBytes = 0
        /// The number of the client's bytes up to its end.
        var end = 0

        var isRead: Bool { kind == .read || kind == .limited }
    }

    /// Events that ended or changed the connection.
    struct Past {
        var isGone = false
        /// The client's half ended within a request.
        var isCut = false
        /// Longer than the deadlines of requests and connections.
        var isLong = false
        /// The number of the client's bytes that were delivered before the gateway began to stop.
        var stopsAt: Int?
    }

    let place: MirrorReadPlace
    let client: MirrorReadClient
    var random: SeededGenerator
    private let name: String
    private let mostRequests: Int
    /// The bytes that the client has sent, and how many of them the gateway has read.
    private var stream = ByteBuffer()
    var delivered: Int { stream.readerIndex }
    var requests: [Sent] = []
    var past = Past()
    var replies = ReplyReader()
    var checked = (heads: 0, whole: 0)
    var trace: [String] = []
    var violation: String?
    var tally = Tally()

    /// The events of all sequences, by the number of requests, of connections for the last five.
    struct Tally {
        /// Replies of Meeting BaaS, of the router, refusals, and replies without a call; and calls that were repeated.
        var (passed, routed, refused, limited, repeated) = (0, 0, 0, 0, 0)
        /// Replies that broke, clients that left meanwhile, stops, half-closes, and stops that left bytes unread.
        var (broken, cancelled, stopped, halved, left) = (0, 0, 0, 0, 0)

        /// True when so many sequences have come upon everything.
        func isBroad(_ sequences: Int) -> Bool {
            let often = [passed, routed, refused].allSatisfy { $0 > sequences / 8 }
            let seldom = [limited, repeated, broken, stopped, halved].allSatisfy { $0 > sequences / 50 }
            return often && seldom && cancelled > sequences / 500
        }
    }

    init(_ place: MirrorReadPlace, _ number: Int) throws {
        (self.place, name) = (place, "s\(number)")
        random = SeededGenerator("mirrored reads \(number)")
        mostRequests = Int.random(in: 1...6, using: &random)
        place.upstream.begin(SeededGenerator("Meeting BaaS \(number)"))
        place.setBreaker(isOpen: Int.random(in: 0..<40, using: &random) == 0)
        let room = [100, 400, 2_000, 1_000_000][Int.random(in: 0..<4, using: &random)]
        client = try MirrorReadClient(place, room: room)
    }

    func require(_ condition: Bool, _ rule: @autoclosure () -> String) {
        guard !condition, violation == nil else { return }
        violation = "\(rule()); after \(trace.joined(separator: ", "))"
    }

    private func draw(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
    private func isOne(of count: Int) -> Bool { draw(0..<count) == 0 }

    // MARK: Events

    func run() throws {
        for _ in 0..<draw(8..<32) where violation == nil {
            try happen()
            check()
        }
        try finish()
    }

    private func happen() throws {
        guard client.channel.isActive else { return }
        switch draw(0..<100) {
        case 0..<26: send()
        case 26..<56: try deliver(Bool.random(using: &random) ? .max : draw(1..<120))
        case 56..<76: moveCall()
        case 76..<86:
            if client.router.run() { trace.append("router") }
        case 86..<91:
            client.socket.setTaking(!client.socket.isTaking)
            trace.append(client.socket.isTaking ? "take" : "pause")
        case 91..<95: letPass(milliseconds: draw(1..<131))
        case 95 where isOne(of: 3): try endInput()
        case 96 where isOne(of: 3): leave()
        case 97 where isOne(of: 2): stop()
        case 98 where isOne(of: 8):
            past.isLong = true
            letPass(milliseconds: isOne(of: 2) ? 20_000 : 100_000)
        default: break
        }
    }

    private func send() {
        guard requests.count < mostRequests, !client.socket.isInputEnded else { return }
        // Requests after the last one are dropped.
        if let last = requests.last, last.endsConnection, !isOne(of: 4) { return }
        var (request, text) = drawRequest()
        if let last = requests.last, last.endsConnection { request.endsConnection = true }
        trace.append(
            "send \(request.mark) \(request.kind)\(request.isHead ? " HEAD" : "") to \(stream.writerIndex + text.utf8.count)"
        )
        stream.writeString(text)
        request.end = stream.writerIndex
        requests.append(request)
    }

    private func drawRequest() -> (Sent, String) {
        let mark = "\(name)-r\(requests.count)"
        if isOne(of: 40) {
            return (Sent(mark: mark, kind: .broken, endsConnection: true), "no request at all\r\n\r\n")
        }
        let isRead = !isOne(of: 6)
        let isLimited = isRead && isOne(of: 8)
        let reader = place.readers[isLimited ? 1 : 0]
        var request = Sent(mark: mark, kind: isLimited ? .limited : isRead ? .read : .routed, isHead: isOne(of: 6))
        var (method, minor, fields, body) = (request.isHead ? "HEAD" : "GET", 1, "", "")
        func setBody(_ count: Int, isChunked: Bool) {
            request.bodyBytes = count
            let text = String(repeating: "b", count: count)
            fields += isChunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: \(count)\r\n"
            body = isChunked ? "\(String(count, radix: 16))\r\n\(text)\r\n0\r\n\r\n" : text
        }
        switch draw(0..<24) {
        case 0: setBody(draw(1..<200), isChunked: false)
        case 1: setBody(draw(1..<200), isChunked: true)
        case 2 where isOne(of: 2):
            setBody(MirrorReadStateMachine.bodyLimit + 1, isChunked: Bool.random(using: &random))
        case 3:
            (minor, request.isHTTP10) = (0, true)
            fields += "Connection: keep-alive\r\n"
        case 4: (minor, request.isHTTP10, request.endsConnection) = (0, true, true)
        case 5:
            request.endsConnection = true
            fields += "Connection: close\r\n"
        case 6: fields += "Connection: upgrade\r\nUpgrade: h2c\r\n"
        case 7:
            fields += "Expect: 100-continue\r\n"
            setBody(draw(1..<50), isChunked: false)
        default: break
        }
        if !isRead, !request.isHead, isOne(of: 2) { method = "POST" }
        let path = isRead || isOne(of: 2) && method == "POST" ? reader.path : "/other"
        let text = """
            \(method) \(path)?n=\(mark) HTTP/1.\(minor)\r
            Host: a\r
            x-meeting-baas-api-key: \(reader.key)\r
            traceparent: \(mark)\r
            \(fields)\r
            \(body)
            """
        return (request, text)
    }

    /// Gives the gateway what the client has sent, if it reads.
    private func deliver(_ count: Int) throws {
        guard client.socket.isRead, stream.readableBytes > 0 else { return }
        try give(count)
    }

    private func give(_ count: Int) throws {
        guard client.channel.isActive, let bytes = stream.readSlice(length: min(count, stream.readableBytes)) else {
            return
        }
        trace.append("read to \(delivered)")
        try client.deliver(bytes)
    }

    private func moveCall() {
        guard let call = place.upstream.calls.last(where: { $0.outcome == nil }) else { return }
        if isOne(of: 12) {
            trace.append("\(call.script.mark) fails")
            call.fail()
        } else if call.advance() {
            trace.append("\(call.script.mark) \(call.script.status ?? 0) \(call.sent) of \(call.script.body.count)")
        }
    }

    private func letPass(milliseconds: Int) {
        trace.append("\(milliseconds) ms")
        client.channel.embeddedEventLoop.advanceTime(by: .milliseconds(Int64(milliseconds)))
    }

    /// The client sends no more. The kernel's event brings all that it sent, asked for or not.
    private func endInput() throws {
        guard !client.socket.isInputEnded else { return }
        if isOne(of: 3), stream.readableBytes > 0 {
            stream.moveWriterIndex(to: delivered + draw(0..<stream.readableBytes))
            past.isCut = !requests.contains { $0.end == stream.writerIndex } && stream.writerIndex > 0
        }
        while stream.readableBytes > 0, client.channel.isActive { try give(isOne(of: 2) ? .max : draw(1..<400)) }
        guard client.channel.isActive else { return }
        trace.append("half-close at \(stream.writerIndex)\(past.isCut ? ", cut" : "")")
        tally.halved += 1
        client.socket.isInputEnded = true
        client.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        client.socket.closeIfEnded()
    }

    private func leave() {
        past.isGone = true
        trace.append("gone")
        if place.upstream.calls.contains(where: { $0.outcome == nil }) { tally.cancelled += 1 }
        if isOne(of: 2) { client.channel.pipeline.fireErrorCaught(IOError(errnoCode: 104, reason: "reset")) }
        client.socket.reset()
    }

    /// The gateway stops.
    private func stop() {
        if past.stopsAt == nil { past.stopsAt = delivered }
        tally.stopped += 1
        trace.append("stop")
        client.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    // MARK: The end

    /// Everybody does what is left to do: all that is due comes. Then the client leaves.
    private func finish() throws {
        trace.append("finish")
        if client.channel.isActive { client.socket.setTaking(true) }
        var isStill = false
        for _ in 0..<200 where violation == nil && client.channel.isActive {
            if try goOn() {
                isStill = false
            } else {
                // A call may be repeated after a pause.
                if isStill, isAnswered { break }
                isStill = true
                letPass(milliseconds: 130)
            }
            check()
        }
        if violation == nil, endsByItself { letPass(milliseconds: 2_500) }
        check()
        checkEnd()
        count()
        past.isGone = true
        if client.channel.isActive { client.socket.reset() }
        let calls = place.upstream.calls.count
        letPass(milliseconds: 200)
        check()
        require(place.upstream.calls.count == calls, "a call is made for a client that is gone")
        require(place.bodies.total == 0, "\(place.bodies.total) bytes are counted as unverified at the end")
        require(place.connections.open == 0, "the connection is counted after its end")
        if violation == nil, let miscount = place.miscount { require(false, miscount) }
    }

    /// - Returns: false when nothing moves.
    private func goOn() throws -> Bool {
        var moves = false
        if client.socket.isRead, stream.readableBytes > 0 {
            try deliver(.max)
            moves = true
        }
        while client.router.run() { moves = true }
        for call in place.upstream.calls where call.outcome == nil { moves = call.advance() || moves }
        return moves
    }
}
