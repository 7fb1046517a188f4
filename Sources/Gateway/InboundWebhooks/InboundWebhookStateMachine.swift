import HTTPTypes
import NIOCore
import NIOHTTP1

/// One webhook on the fast path: its head is checked, its body collected and verified, and it is stored and answered.
///
/// Pure: `InboundWebhookExchange` carries the actions out and gives their results back.
struct InboundWebhookStateMachine {
    /// Larger bodies are read in a task, since other connections share the event loop.
    static let bodyLimit = 64 << 10

    enum BodyAction: Equatable {
        case readOn
        /// The router takes the webhook, with the body so far: it is too large for an event loop.
        case route([UInt8])
    }

    enum Action {
        /// Verify and read the whole body; `verified` follows.
        case verify([UInt8], InboundWebhookVerifier.Credential)
        /// Store the webhook; `stored` follows.
        case store(WebhookIntake.Webhook)
        case answer(WebhookIntake.Outcome)
        case refuse(any Error)
    }

    private enum Phase {
        case collecting, verifying, storing, over
    }
    private var phase = Phase.collecting
    private var body: [UInt8] = []
    /// The length that the head announces; 0 when it announces none.
    private let length: Int
    let credential: InboundWebhookVerifier.Credential

    /// - Parameters:
    ///   - path: the route's.
    ///   - credential: checks the head; nil for a head that the router refuses.
    /// - Returns: nil for a request that the router takes.
    init?(_ head: HTTPRequestHead, path: String, credential: (HTTPHeaders) -> InboundWebhookVerifier.Credential?) {
        guard head.method == .POST, head.uri == path else { return nil }
        length = head.headers[.contentLength].flatMap { Int($0) } ?? 0
        // A body in a content coding is the router's to refuse.
        guard length <= Self.bodyLimit, !head.headers.contains(name: "content-encoding"),
            let credential = credential(head.headers)
        else { return nil }
        self.credential = credential
    }

    mutating func receivedBody(_ bytes: ByteBuffer) -> BodyAction {
        guard phase == .collecting else { return .readOn }
        // Not at the head: a client that sends no body takes no room for one.
        if body.isEmpty { body.reserveCapacity(max(length, bytes.readableBytes)) }
        body.append(contentsOf: bytes.readableBytesView)
        guard body.count > Self.bodyLimit else { return .readOn }
        phase = .over
        defer { body = [] }
        return .route(body)
    }

    mutating func receivedEnd() -> Action? {
        guard phase == .collecting else { return nil }
        phase = .verifying
        defer { body = [] }
        return .verify(body, credential)
    }

    mutating func verified(_ result: Result<WebhookIntake.Webhook, any Error>) -> Action? {
        guard phase == .verifying else { return nil }
        switch result {
        case .success(let webhook):
            phase = .storing
            return .store(webhook)
        case .failure(let error):
            phase = .over
            return .refuse(error)
        }
    }

    mutating func stored(_ result: Result<WebhookIntake.Outcome, any Error>) -> Action? {
        guard phase == .storing else { return nil }
        phase = .over
        switch result {
        case .success(let outcome): return .answer(outcome)
        case .failure(let error): return .refuse(error)
        }
    }

    /// The client is gone. A webhook that is being stored is logged and counted all the same.
    mutating func cancelled() {
        guard phase == .collecting else { return }
        phase = .over
        body = []
    }
}
