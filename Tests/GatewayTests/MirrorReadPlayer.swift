import HTTPTransport
import NIOCore
import NIOHTTP1
import Support
import Synchronization

@testable import Gateway

/// Meeting BaaS's side of mirrored reads, played by a test. It draws a reply for each call, and the test lets the reply go on.
final class PlayedUpstream: MirrorReadUpstream {
    private struct State {
        var random: SeededGenerator
        var calls: [PlayedCall] = []
    }
    private let state = Mutex(State(random: SeededGenerator("")))

    /// Forgets the calls of the last sequence.
    func begin(_ random: SeededGenerator) { state.withLock { $0 = State(random: random) } }

    /// In the order in which they were made.
    var calls: [PlayedCall] { state.withLock { $0.calls } }

    func call(
        _ method: HTTPMethod, path: String, headers: HTTPHeaders, on loop: any EventLoop, delegate: any ResponseDelegate
    ) -> any MirrorReadCall {
        let call = state.withLock { state in
            let script = PlayedCall.Script(
                mark: headers.first(name: "traceparent") ?? "", isHead: method == .HEAD, &state.random)
            let call = PlayedCall(script, path: path, random: SeededGenerator("\(state.random.next())"), delegate)
            state.calls.append(call)
            return call
        }
        return PlayedSlot(call)
    }
}

/// One call and the reply to it. What the delegate gets is recorded before it gets it.
final class PlayedCall: Sendable {
    struct Script: Sendable {
        let mark: String
        let isHead: Bool
        /// nil: the call fails without a reply.
        let status: Int?
        let isChunked: Bool
        let body: [UInt8]
        /// The reply breaks after so many bytes.
        let breaksAt: Int?
        let error: TransportError
        /// The reply begins before `start` returns.
        let isEager: Bool

        init(mark: String, isHead: Bool, _ random: inout SeededGenerator) {
            (self.mark, self.isHead) = (mark, isHead)
            let status: Int? =
                switch Int.random(in: 0..<20, using: &random) {
                case 0..<12: 200
                case 12: 204
                case 13, 14: 404
                case 15, 16: 503
                case 17: 302
                default: nil
                }
            let size =
                switch Int.random(in: 0..<10, using: &random) {
                case 0: 0
                case 1..<8: Int.random(in: 1..<300, using: &random)
                case 8: Int.random(in: 300..<5_000, using: &random)
                default: status == 404 ? MirrorReadStateMachine.refusalLimit + 1 : 1_000
                }
            isChunked = Bool.random(using: &random)
            // RFC 9110 sections 9.3.2 and 15.3.5: there is none.
            body = isHead || status == 204 ? [] : Self.body(mark, size)
            let breaks = Int.random(in: 0..<6, using: &random) == 0
            let last = isChunked ? body.count : body.count - 1
            breaksAt = breaks && last >= 0 && !isHead && status != 204 ? Int.random(in: 0...last, using: &random) : nil
            error = Bool.random(using: &random) ? .timeout : .interrupted("closed")
            isEager = Int.random(in: 0..<4, using: &random) == 0
            self.status = status
        }

        /// The mark, over and over.
        private static func body(_ mark: String, _ size: Int) -> [UInt8] {
            let text = mark + ";"
            return Array(String(repeating: text, count: size / text.utf8.count + 1).utf8.prefix(size))
        }

        var hasBody: Bool { !isHead && status != 204 && (isChunked || !body.isEmpty) }

        var head: HTTPResponseHead? {
            guard let status else { return nil }
            var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status))
            head.headers.add(name: "Content-Type", value: "text/plain")
            if status == 302 { head.headers.add(name: "Location", value: "https://other.example/") }
            if isChunked {
                head.headers.add(name: "Transfer-Encoding", value: "chunked")
            } else if status != 204 {
                head.headers.add(name: "Content-Length", value: "\(body.count)")
            }
            return head
        }
    }

    enum Outcome: Sendable { case ended, failed, cancelled }

    private struct State {
        var random: SeededGenerator
        var hasStarted = false
        var hasHead = false
        /// Bytes of the body that the delegate got.
        var sent = 0
        var isWanted = false
        var outcome: Outcome?
        var isHeld = true
    }
    let script: Script
    let path: String
    private let delegate: any ResponseDelegate
    private let state: Mutex<State>

    init(_ script: Script, path: String, random: SeededGenerator, _ delegate: any ResponseDelegate) {
        (self.script, self.path, self.delegate) = (script, path, delegate)
        state = Mutex(State(random: random))
    }

    var outcome: Outcome? { state.withLock { $0.outcome } }
    var hasHead: Bool { state.withLock { $0.hasHead } }
    var sent: Int { state.withLock { $0.sent } }
    /// False once the gateway has let go of it.
    var isHeld: Bool { state.withLock { $0.isHeld } }
    /// True for a reply that breaks after its head was passed on.
    var breaksMidway: Bool { outcome == .failed && hasHead && script.status == 200 }

    // MARK: The gateway's side

    fileprivate func start() {
        state.withLock { $0.hasStarted = true }
        if script.isEager { advance() }
    }

    fileprivate func read() { state.withLock { $0.isWanted = true } }

    fileprivate func cancel() { state.withLock { $0.outcome = $0.outcome ?? .cancelled } }

    fileprivate func released() {
        // As the pool does for a call that nobody holds.
        cancel()
        state.withLock { $0.isHeld = false }
    }

    // MARK: Meeting BaaS's side

    private enum Move { case head(HTTPResponseHead), bytes(ByteBuffer), pause, end, fail }

    /// One read of the connection to Meeting BaaS: the head with some of the body, or some of it that was asked for.
    /// - Returns: false when there is nothing to be read: the gateway has to ask first.
    @discardableResult
    func advance() -> Bool {
        let parts: Int? = state.withLock { state in
            guard state.hasStarted, state.outcome == nil, !state.hasHead || state.isWanted else { return nil }
            // The gateway may ask again while it gets this.
            if state.hasHead { state.isWanted = false }
            return Int.random(in: state.hasHead ? 1...3 : 0...2, using: &state.random)
        }
        guard let parts else { return false }
        var left = parts
        while let move = next(&left) {
            switch move {
            case .head(let head): delegate.received(head)
            case .bytes(let bytes): delegate.received(bytes)
            case .pause:
                delegate.readCompleted()
                return true
            case .end: delegate.ended(nil)
            case .fail: delegate.failed(script.error)
            }
        }
        return true
    }

    /// - Parameter parts: of the body, that may come now.
    /// - Returns: nil at the end.
    private func next(_ parts: inout Int) -> Move? {
        let mayCome = parts
        let (move, isPart) = state.withLock { state -> (Move?, Bool) in
            guard state.outcome == nil else { return (nil, false) }
            if !state.hasHead {
                guard let head = script.head else {
                    state.outcome = .failed
                    return (.fail, false)
                }
                state.hasHead = true
                return (.head(head), false)
            }
            if let breaksAt = script.breaksAt, state.sent == breaksAt, mayCome > 0 {
                state.outcome = .failed
                return (.fail, false)
            }
            let rest = (script.breaksAt ?? script.body.count) - state.sent
            if rest == 0, script.breaksAt == nil, !script.hasBody || !script.isChunked || mayCome > 0 {
                state.outcome = .ended
                return (.end, false)
            }
            guard mayCome > 0, rest > 0 else { return (.pause, false) }
            let count = rest > 5_000 ? rest : Int.random(in: 1...rest, using: &state.random)
            let bytes = ByteBuffer(bytes: script.body[state.sent..<state.sent + count])
            state.sent += count
            return (.bytes(bytes), true)
        }
        if isPart { parts -= 1 }
        return move
    }

    /// The connection to Meeting BaaS ends.
    func fail() {
        let isDue = state.withLock { state in
            // A reply whose length is there has ended.
            guard state.hasStarted, state.outcome == nil,
                !state.hasHead || script.isChunked || state.sent < script.body.count
            else { return false }
            state.outcome = .failed
            return true
        }
        if isDue { delegate.failed(script.error) }
    }
}

/// The gateway's hold on a call.
private final class PlayedSlot: MirrorReadCall {
    private let call: PlayedCall

    init(_ call: PlayedCall) { self.call = call }
    deinit { call.released() }

    func start() { call.start() }
    func read() { call.read() }
    func cancel() { call.cancel() }
}
