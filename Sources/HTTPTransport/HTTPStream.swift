public import AsyncHTTPClient
public import HTTPTypes
public import NIOCore
import NIOHTTP1

/// One request whose response is streamed. Nothing is read before it is consumed: a slow reader slows the sender down.
public struct HTTPStream: Sendable {
    private let client: HTTPClient
    private let inFlight: InFlight

    /// - Parameter inFlight: counts the exchanges whose body has not ended.
    public init(client: HTTPClient, inFlight: InFlight) {
        self.client = client
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
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method.rawValue)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.asksForIdentity()
        if let body { request.body = .bytes(body) }
        let slot = RequestSlot(inFlight)
        let until = ContinuousClock.now + total
        do {
            let deadline = NIODeadline.now() + .nanoseconds(Int64(firstByte / .nanoseconds(1)))
            let response = try await client.execute(request, deadline: deadline)
            return Reply(
                status: Int(response.status.code), headers: HTTPFields(decoded: response.headers),
                body: Body(parts: response.body, until: until, slot: slot))
        } catch {
            throw Task.isCancelled ? CancellationError() : TransportError(error)
        }
    }

    /// Counts as long as anybody holds it.
    fileprivate final class RequestSlot: Sendable {
        private let inFlight: InFlight
        init(_ inFlight: InFlight) {
            self.inFlight = inFlight
            inFlight.add(1)
        }
        deinit { inFlight.add(-1) }
    }

    /// The reply's bytes, once.
    public struct Body: AsyncSequence, Sendable {
        public typealias Element = ByteBuffer
        fileprivate let parts: HTTPClientResponse.Body
        fileprivate let until: ContinuousClock.Instant
        fileprivate let slot: RequestSlot

        public struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate var parts: HTTPClientResponse.Body.AsyncIterator
            fileprivate let until: ContinuousClock.Instant
            fileprivate let slot: RequestSlot

            /// - Throws: `TransportError`, `CancellationError`.
            public mutating func next() async throws -> ByteBuffer? {
                guard ContinuousClock.now < until else { throw TransportError.timeout }
                do {
                    return try await parts.next()
                } catch {
                    throw Task.isCancelled ? CancellationError() : TransportError(error)
                }
            }
        }

        public func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(parts: parts.makeAsyncIterator(), until: until, slot: slot)
        }

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
