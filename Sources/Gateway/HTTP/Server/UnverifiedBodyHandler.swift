import HTTPTypes
import NIOCore
import NIOHTTP1

/// Holds a request's body back until its head has been checked, and counts what nothing has verified.
///
/// The head is passed on at once. The body is not read until the server has authenticated the caller or requests the
/// body (`BodyEvent`), or until it answers. An unverified body is buffered here until it is whole, so that dropping it
/// frees it at once. After the answer the rest of the body is discarded.
///
/// Bytes are counted when the read that brought them has ended: most bodies are small, come with their head, and are
/// verified before.
final class UnverifiedBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that was not answered yet.
    private struct Exchange {
        let number: UInt64
        let headers: HTTPHeaders
        let began: NIODeadline
        /// Set while its bytes are counted.
        var id: UnverifiedBytes.ID?
        var isVerified = false
        /// The most bytes that the server takes before verification; nil until it requests the body.
        var limit: Int?
    }

    private enum Phase {
        case betweenRequests
        /// The body of the last exchange.
        case body
        /// A body whose request was answered.
        case discarded
        case refused
    }

    /// The one that is answered next first.
    private var exchanges = CircularBuffer<Exchange>()
    private var phase = Phase.betweenRequests
    /// The part of the last exchange's body that came so far.
    private var buffered = BufferedBody()
    /// Bytes of `buffered` that are not counted yet.
    private var uncounted = 0
    private var lastNumber: UInt64 = 0
    private var readWaits = false
    private var waitsForRoom = false
    /// The time between two looks whether there is room again.
    private static let roomInterval = TimeAmount.milliseconds(1)
    private let bodies: UnverifiedBodies
    private let addresses: ClientAddress

    init(bodies: UnverifiedBodies, addresses: ClientAddress) {
        self.bodies = bodies
        self.addresses = addresses
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (phase, unwrapInboundIn(data)) {
        case (.refused, _): break
        case (_, .head(let head)):
            phase = .body
            lastNumber += 1
            exchanges.append(
                Exchange(number: lastNumber, headers: head.headers, began: context.eventLoop.now))
            context.fireChannelRead(data)
        case (.body, .body(let bytes)):
            if exchanges[offset: exchanges.count - 1].isVerified {
                context.fireChannelRead(data)
            } else {
                hold(bytes, context)
            }
        case (_, .body): break
        case (.body, .end):
            phase = .betweenRequests
            let (number, rest) = (lastNumber, uncounted)
            passBuffered(context, isWhole: true)
            context.fireChannelRead(data)
            // Reading on may have verified it, or begun the next one.
            guard rest > 0, lastNumber == number, let last = exchanges.last, last.number == number, !last.isVerified
            else { return }
            let id = last.id ?? begin(context)
            bodies.complete(id)
            _ = bodies.add(rest, to: id, at: context.eventLoop.now)
        case (_, .end):
            phase = .betweenRequests
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if uncounted > 0 { count(context) }
        context.fireChannelReadComplete()
    }

    private func hold(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        buffered.append(bytes)
        uncounted += bytes.readableBytes
        guard let limit = exchanges[offset: exchanges.count - 1].limit, buffered.count > limit else { return }
        refuse(.bodyTooLarge(limit), context)
    }

    private func count(_ context: ChannelHandlerContext) {
        guard phase == .body, let last = exchanges.last, !last.isVerified else { return }
        let id = last.id ?? begin(context)
        let bytes = uncounted
        uncounted = 0
        if !bodies.add(bytes, to: id, at: context.eventLoop.now) { return drop(id, context) }
        if !bodies.mayRead { waitForRoom(context) }
    }

    /// Reads nothing until other connections have freed what was dropped.
    private func waitForRoom(_ context: ChannelHandlerContext) {
        waitsForRoom = true
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.roomInterval) {
            guard self.phase != .refused, !self.bodies.mayRead else {
                self.waitsForRoom = false
                return self.readOn(context)
            }
            self.waitForRoom(context)
        }
    }

    /// Starts to count the last exchange's body.
    private func begin(_ context: ChannelHandlerContext) -> UnverifiedBytes.ID {
        let (last, loop) = (exchanges.count - 1, context.eventLoop)
        let exchange = exchanges[offset: last]
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        let number = NIOLoopBoundBox<UnverifiedBytes.ID?>(nil, eventLoop: loop)
        let id = bodies.begin(
            address: addresses.limited(exchange.headers, peer: context.remoteAddress),
            length: exchange.headers[.contentLength].flatMap { Int($0) }, began: exchange.began
        ) {
            loop.execute {
                let (handler, context) = bound.value
                if let id = number.value { handler.drop(id, context) }
            }
        }
        number.value = id
        exchanges[offset: last].id = id
        return id
    }

    /// Passes on what is held.
    private func passBuffered(_ context: ChannelHandlerContext, isWhole: Bool) {
        if isWhole, let id = exchanges.last?.id { bodies.complete(id) }
        uncounted = 0
        while let bytes = buffered.popFirst() { context.fireChannelRead(wrapInboundOut(.body(bytes))) }
    }

    private func discardBuffered() {
        uncounted = 0
        if buffered.count > 0 { buffered = BufferedBody() }
    }

    private func drop(_ id: UnverifiedBytes.ID, _ context: ChannelHandlerContext) {
        guard phase == .body, let last = exchanges.last, last.id == id, !last.isVerified else { return }
        refuse(
            Problem(.requestTimeout, "The body came too slowly while many bodies were on their way.", action: .wait),
            context)
    }

    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        phase = .refused
        discardBuffered()
        if let id = exchanges.last?.id { bodies.end(id) }
        context.triggerUserOutboundEvent(BodyEvent.refused(problem.code, detail: problem.detail), promise: nil)
        context.fireErrorCaught(BodyRefused(problem: problem))
        // The rest of it is read and dropped.
        readOn(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        cutOff(context)
        endAll()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { cutOff(context) }
        context.fireUserInboundEventTriggered(event)
    }

    /// The rest of a body will not come: without an error the server would take what came for all of it.
    private func cutOff(_ context: ChannelHandlerContext) {
        guard phase == .body else { return }
        phase = .refused
        context.fireErrorCaught(BodyCutOff())
    }

    func handlerRemoved(context: ChannelHandlerContext) { endAll() }

    private func endAll() {
        for id in exchanges.compactMap(\.id) { bodies.end(id) }
        exchanges.removeAll()
        discardBuffered()
        phase = .refused
    }

    // MARK: Outbound

    /// The body of a request whose head is still being checked is not read.
    private var isHeldBack: Bool {
        guard phase == .body, let last = exchanges.last else { return false }
        return !last.isVerified && (last.limit == nil || waitsForRoom)
    }

    func read(context: ChannelHandlerContext) {
        if isHeldBack { readWaits = true } else { context.read() }
    }

    private func readOn(_ context: ChannelHandlerContext) {
        guard readWaits, !isHeldBack else { return }
        readWaits = false
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        context.write(data, promise: promise)
        guard phase != .refused, let answered = exchanges.popFirst() else { return }
        if let id = answered.id { bodies.end(id) }
        if exchanges.isEmpty, phase == .body {
            phase = .discarded
            discardBuffered()
        }
        readOn(context)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let event = event as? BodyEvent, phase != .refused, !exchanges.isEmpty else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        let isReading = phase == .body && exchanges.count == 1
        switch event {
        case .verified:
            exchanges[offset: 0].isVerified = true
            if let id = exchanges[offset: 0].id { bodies.end(id) }
            exchanges[offset: 0].id = nil
            if isReading, buffered.count > 0 {
                passBuffered(context, isWhole: false)
                context.fireChannelReadComplete()
            }
        case .wanted(let limit):
            exchanges[offset: 0].limit = limit
            if isReading, buffered.count > limit { return refuse(.bodyTooLarge(limit), context) }
        case .refused: break
        }
        if isReading { context.triggerUserOutboundEvent(event, promise: promise) } else { promise?.succeed() }
        readOn(context)
    }
}

/// The bytes of a body in parts of at most 64 KiB: one buffer that grows would be copied, and be twice there meanwhile.
private struct BufferedBody {
    private static var partBytes: Int { 64 << 10 }
    private var full = CircularBuffer<ByteBuffer>()
    private var last = ByteBuffer()
    private(set) var count = 0

    /// Copies the bytes: a slice would keep the whole buffer that was read.
    mutating func append(_ bytes: ByteBuffer) {
        var bytes = bytes
        count += bytes.readableBytes
        let room = { (last: ByteBuffer) in Self.partBytes - last.readableBytes }
        while var part = bytes.readSlice(length: min(room(last), bytes.readableBytes)), part.readableBytes > 0 {
            last.writeBuffer(&part)
            guard room(last) == 0 else { continue }
            full.append(last)
            last = ByteBuffer()
        }
    }

    mutating func popFirst() -> ByteBuffer? {
        var part = full.popFirst()
        if part == nil, last.readableBytes > 0 {
            part = last
            last = ByteBuffer()
        }
        count -= part?.readableBytes ?? 0
        return part
    }
}

/// The client ended its side within a body.
struct BodyCutOff: Error {}

@available(*, unavailable)
extension UnverifiedBodyHandler: Sendable {}
