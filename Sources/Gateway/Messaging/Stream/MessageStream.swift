import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import NIOCore
import SQL

/// `GET /api/v1/messages` as `text/event-stream` (WHATWG's server-sent events): each message as it becomes visible, its id
/// the cursor, so that a reader who comes back with `Last-Event-ID` goes on where it was, and misses none.
///
/// A library such as SSEKit frames the events, which takes one statement here. Access checks, order, resumption and limits
/// are the rest, and no library's.
struct MessageStream: Sendable {
    let database: any Database
    let broadcaster: MessageBroadcaster
    let tenant: String
    let user: String?
    let type: String?
    /// True if the caller may still read: asked in the transaction that reads each batch, so that none is sent later.
    let mayRead: @Sendable (any Transaction) throws -> Bool
    let logger: Logger
    /// A stream goes on when storage answers again within this time; the reader would come back to a refusal otherwise.
    var storagePatience = Duration.seconds(60)

    private static let page = 20
    /// Between two looks while storage does not answer.
    private static let storageRetry = Duration.milliseconds(500)
    /// No more looks than ten a second, however much is committed.
    private static let pollInterval = Duration.milliseconds(100)
    private static let heartbeat = Duration.seconds(15)
    /// Shorter than the connection guard's limit for a response; the reader reconnects by itself.
    private static let maxDuration = Duration.seconds(14 * 60)

    static func isAsked(_ request: Request) -> Bool {
        request.headers[.accept]?.lowercased().contains("text/event-stream") ?? false
    }

    /// - Parameter after: the id of the last message seen.
    /// - Throws: before anything is sent.
    func response(after: String?) async throws -> Response {
        guard let subscription = MessageBroadcaster.Subscription(broadcaster, tenant) else {
            throw Problem(
                .rateLimited, "A tenant may have \(MessageBroadcaster.perTenant) streams of messages at once.",
                action: .wait,
                retryAfter: 5)
        }
        // An invalid cursor is refused as in the list.
        let tenant = self.tenant
        let position = try await database.read { try MessageStore.position(tenant, of: after, in: $0) }
        let body = ResponseBody { writer in
            try await write(after: position, subscription.reader, to: &writer)
            try await writer.finish(nil)
        }
        var headers = HTTPFields()
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-store"
        // nginx would keep them back otherwise.
        headers[HTTPField.Name.make("x-accel-buffering")] = "no"
        return Response(status: .ok, headers: headers, body: body)
    }

    private func write(
        after start: Int64, _ reader: MessageBroadcaster.Reader, to writer: inout any ResponseBodyWriter
    ) async throws {
        let end = ContinuousClock.now + Self.maxDuration
        var position = start
        var lastBeat = ContinuousClock.now
        var failingSince: ContinuousClock.Instant?
        try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
        while !reader.hasEnded, .now < end, !Task.isCancelled {
            let looked = ContinuousClock.now
            var pause: Duration?
            switch try await next(after: position) {
            case .ended: return
            case .unavailable(let error):
                if failingSince == nil {
                    logger.warning(
                        "a stream of messages waits for storage",
                        metadata: ["tenant.id": .string(tenant), "error": "\(error)"])
                }
                let since = failingSince ?? looked
                failingSince = since
                guard .now - since < storagePatience else { return }
                pause = Self.storageRetry
            case .batch(let messages, let reached):
                failingSince = nil
                for message in messages {
                    try await writer.write(
                        ByteBuffer(
                            string:
                                "id: \(message.id)\nevent: \(Self.line(message.type))\ndata: \(message.json.text)\n\n"))
                }
                position = reached
                if messages.count < Self.page { pause = Self.heartbeat }
            }
            if let pause {
                await reader.signal.wait(upTo: pause)
                // Limits how often one stream reads the database.
                try await Task.sleep(until: looked + Self.pollInterval, clock: .continuous)
            }
            if .now - lastBeat >= Self.heartbeat {
                try await writer.write(ByteBuffer(string: ": \n\n"))
                lastBeat = .now
            }
        }
    }

    /// One look at the database.
    private enum Look {
        case batch([Message], position: Int64)
        /// The caller may read no more.
        case ended
        /// Storage did not answer, which may pass. Nothing is sent that is not known to be the caller's to read.
        case unavailable(SQLError)
    }

    private func next(after position: Int64) async throws -> Look {
        let (tenant, user, type, mayRead) = (self.tenant, self.user, self.type, self.mayRead)
        do {
            return try await database.read { tx in
                guard try mayRead(tx) else { return .ended }
                let found = try MessageStore.following(
                    tenant, user: user, type: type, position: position, limit: Self.page, in: tx)
                return .batch(found.messages, position: found.position)
            }
        } catch SQLError.closed {
            return .ended
        } catch let error as SQLError {
            return .unavailable(error)
        }
    }

    /// An event's name on one line, whatever upstream called it.
    /// - Note: By code points. As a `Character`, CR LF is neither CR nor LF.
    static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : $0 }))
    }
}
