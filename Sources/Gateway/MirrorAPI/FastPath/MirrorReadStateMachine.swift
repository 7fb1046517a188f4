import HTTPTransport
import MeetingBaaS
import NIOCore

/// One mirrored read on the fast path: its body is dropped, the call is sent, and the reply is passed on while it comes.
///
/// Pure: `MirrorReadExchange` carries the actions out. A call that failed before its reply began is sent once more.
struct MirrorReadStateMachine {
    /// Bytes of a request's body that are read and dropped; a read has none.
    static let bodyLimit = 64 << 10
    /// Bytes of a refusal that are read.
    static let refusalLimit = 64 << 10

    enum EndAction: Equatable {
        case none
        /// Send the call, or refuse the request (`refused`).
        case call
        /// Ask again for all that the decision needed; `checked` follows.
        case check
    }

    enum BodyAction: Equatable {
        case readOn
        /// The router takes the request, with the body so far.
        case route(ByteBuffer)
    }

    /// The step that follows an event of Meeting BaaS's side.
    enum Action: Equatable {
        case none
        /// End the attempt, and call `pauseEnded` after the pause.
        case pause(Duration)
        /// Send the head of the reply; its body follows.
        case begin
        /// Send the head of the reply, which is all of it.
        case answerHead
        /// Meeting BaaS refused, with this body.
        case refuse([UInt8])
        /// There is no reply to pass on.
        case fail(UpstreamError)
        /// The reply is not whole.
        case abort(TransportError)
        case end

        var isPause: Bool { if case .pause = self { true } else { false } }
    }

    enum PartAction: Equatable {
        case drop
        /// Pass the bytes on, and ask for more if the client takes more.
        case stream(readsOn: Bool)
        /// Ask for more of a refusal.
        case readOn
        case refuse([UInt8])
    }

    /// The work that ends with the client.
    enum Unfinished: Equatable {
        case none
        /// The request, of which nothing was sent.
        case request
        /// The call is under way, and its reply has not begun.
        case call
        /// The call is repeated soon.
        case pause
        case reply
    }

    private enum Phase: Equatable {
        case collecting(ByteBuffer)
        case checking
        case calling
        case pausing
        case streaming
        case refused([UInt8])
        case over
    }

    private var phase = Phase.collecting(ByteBuffer())
    private var mayRepeat = true
    private let isHead: Bool

    init(isHead: Bool = false) { self.isHead = isHead }

    // MARK: The client's side

    mutating func receivedBody(_ bytes: ByteBuffer) -> BodyAction {
        guard case .collecting(var body) = phase else { return .readOn }
        phase = .over
        body.writeImmutableBuffer(bytes)
        if body.readableBytes > Self.bodyLimit { return .route(body) }
        phase = .collecting(body)
        return .readOn
    }

    /// The request is whole, and its reply may be sent.
    /// - Parameter isOld: the decision was made some time ago: the body took long, or the client did not read the reply before.
    mutating func receivedEnd(isOld: Bool) -> EndAction {
        guard case .collecting = phase else { return .none }
        phase = isOld ? .checking : .calling
        return isOld ? .check : .call
    }

    /// - Returns: true when the call is sent, or refused; false when the client has left.
    mutating func checked() -> Bool {
        guard phase == .checking else { return false }
        phase = .calling
        return true
    }

    /// The gateway sends no call.
    mutating func refused() { phase = .over }

    /// - Returns: true when the call is sent once more.
    mutating func pauseEnded() -> Bool {
        guard phase == .pausing else { return false }
        phase = .calling
        return true
    }

    /// - Returns: true when more of the reply is asked for.
    func readsOn(isWritable: Bool) -> Bool { phase == .streaming && isWritable }

    /// The client is gone.
    mutating func cancelled() -> Unfinished {
        defer { phase = .over }
        return switch phase {
        case .over: .none
        case .collecting, .checking: .request
        case .calling: .call
        case .pausing: .pause
        case .streaming, .refused: .reply
        }
    }

    // MARK: Meeting BaaS's side

    /// - Parameters:
    ///   - isFailure: the status is one that may pass by itself.
    ///   - retryPause: takes a retry, if there is one left.
    mutating func replyBegan(_ status: Int, isFailure: Bool, retryPause: () -> Duration?) -> Action {
        guard phase == .calling else { return .none }
        if isFailure, let pause = takeRetry(retryPause) { return .pause(pause) }
        switch status {
        case 200..<300:
            phase = isHead ? .over : .streaming
            return isHead ? .answerHead : .begin
        case 300..<400:
            // A redirect would carry the key to another place.
            phase = .over
            return .fail(.malformed)
        default:
            phase = .refused([])
            return .none
        }
    }

    mutating func replyBody(_ bytes: ByteBuffer, isWritable: Bool) -> PartAction {
        switch phase {
        case .streaming: return .stream(readsOn: isWritable)
        case .refused(var body):
            phase = .over
            guard body.count + bytes.readableBytes <= Self.refusalLimit else { return .refuse([]) }
            body.append(contentsOf: bytes.readableBytesView)
            phase = .refused(body)
            return .readOn
        default: return .drop
        }
    }

    mutating func replyEnded() -> Action {
        guard isUnderWay else { return .none }
        defer { phase = .over }
        return switch phase {
        case .streaming: .end
        case .refused(let body): .refuse(body)
        default: .fail(.malformed)
        }
    }

    mutating func replyFailed(_ error: TransportError, retryPause: () -> Duration?) -> Action {
        // A call that has waited its whole time is not repeated.
        if phase == .calling, error != .timeout, let pause = takeRetry(retryPause) { return .pause(pause) }
        guard isUnderWay else { return .none }
        defer { phase = .over }
        return switch phase {
        case .streaming: .abort(error)
        case .refused: .refuse([])
        default: .fail(.transport(error))
        }
    }

    private var isUnderWay: Bool {
        switch phase {
        case .calling, .streaming, .refused: true
        case .collecting, .checking, .pausing, .over: false
        }
    }

    private mutating func takeRetry(_ retryPause: () -> Duration?) -> Duration? {
        guard mayRepeat, let pause = retryPause() else { return nil }
        mayRepeat = false
        phase = .pausing
        return pause
    }
}
