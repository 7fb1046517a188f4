public import HTTPTypes
public import NIOCore
public import NIOHTTP1

/// One request whose response is streamed. Little more is read than what is consumed: a slow reader slows the sender down.
public struct HTTPStream: Sendable {
    private let pool: ConnectionPool
    private let profile: ConnectionProfile
    private let inFlight: InFlight

    /// - Parameter inFlight: counts the exchanges whose body has not ended.
    public init(pool: ConnectionPool, profile: ConnectionProfile, inFlight: InFlight) {
        self.pool = pool
        self.profile = profile
        self.inFlight = inFlight
    }

    public struct Reply: Sendable {
        public let status: Int
        public let headers: HTTPFields
        public let body: Body

        public func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
        /// The Content-Length, if given.
        public var length: Int? { headers[.contentLength].flatMap { Int($0) } }
    }

    /// - Parameters:
    ///   - firstByte: until the reply's head is there, connecting included.
    ///   - total: until the last byte of its body.
    /// - Throws: `TransportError`, `CancellationError`.
    public func open(
        _ method: HTTPRequest.Method, _ url: String, headers: [(String, String)], body: [UInt8]?,
        firstByte: Duration, total: Duration
    ) async throws -> Reply {
        let now = NIODeadline.now()
        let request = try ClientRequest(
            method, url, profile, headers: headers, body: body, head: now + TimeAmount(firstByte),
            total: now + TimeAmount(total))
        let response = StreamedResponse()
        let exchange = PooledExchange(request, pool: pool, delegate: response)
        let slot = RequestSlot(inFlight, exchange)
        let head = try await response.head(of: exchange)
        return Reply(
            status: Int(head.status.code), headers: HTTPFields(decoded: head.headers),
            body: Body(response: response, slot: slot))
    }

    /// A server whose requests differ in their path.
    /// - Returns: nil for a URL that is none.
    public func server(_ url: String) -> HTTPTarget? { HTTPTarget(url, profile: profile) }

    /// Makes one request of a server for a delegate, which is called on the event loop.
    ///
    /// - Parameters:
    ///   - path: with its query, percent-encoded.
    ///   - firstByte: until the reply's head is there, connecting included.
    ///   - total: until the last byte of its body.
    public func request(
        _ method: HTTPMethod, _ server: HTTPTarget, path: String, headers: HTTPHeaders, firstByte: Duration,
        total: Duration, on loop: any EventLoop, delegate: any ResponseDelegate
    ) -> RequestSlot {
        let now = loop.now
        var headers = headers
        headers.asksForIdentity()
        let request = ClientRequest(
            method, server.appending(path), headers: headers, head: now + TimeAmount(firstByte),
            total: now + TimeAmount(total))
        return RequestSlot(inFlight, PooledExchange(request, pool: pool, on: loop, delegate: delegate))
    }

    /// Counts an exchange, and keeps it going, as long as anybody holds it.
    public final class RequestSlot: Sendable {
        private let inFlight: InFlight
        public let exchange: PooledExchange

        fileprivate init(_ inFlight: InFlight, _ exchange: PooledExchange) {
            self.inFlight = inFlight
            self.exchange = exchange
            inFlight.add(1)
        }

        deinit {
            inFlight.add(-1)
            exchange.cancel()
        }
    }

    /// The reply's bytes, once.
    public struct Body: AsyncSequence, Sendable {
        public typealias Element = ByteBuffer
        fileprivate let response: StreamedResponse
        fileprivate let slot: RequestSlot

        public struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let response: StreamedResponse
            fileprivate let slot: RequestSlot

            /// - Throws: `TransportError`, `CancellationError`.
            public mutating func next() async throws -> ByteBuffer? { try await response.next(of: slot.exchange) }
        }

        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(response: response, slot: slot) }

        /// The whole.
        /// - Throws: `TransportError.tooLarge` beyond `maximum` bytes.
        public func collect(_ maximum: Int) async throws -> [UInt8] {
            var bytes: [UInt8] = []
            for try await part in self {
                guard part.readableBytes <= maximum - bytes.count else { throw TransportError.tooLarge(maximum) }
                bytes += part.readableBytesView
            }
            return bytes
        }
    }
}
