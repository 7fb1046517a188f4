public import AsyncHTTPClient
public import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// One request and its whole reply, within one deadline and one size.
///
/// AsyncHTTPClient's own timeout ends with the reply's head; a body may then trickle for ever. This one covers both.
public struct HTTPExchange: Sendable {
    private enum Transport {
        case client(HTTPClient)
        case pool(ConnectionPool, ConnectionProfile)
    }
    private let transport: Transport
    private let inFlight: InFlight?

    /// - Parameter inFlight: counts the exchanges that go on.
    public init(client: HTTPClient, inFlight: InFlight? = nil) {
        transport = .client(client)
        self.inFlight = inFlight
    }

    /// - Parameter inFlight: counts the exchanges that go on.
    public init(pool: ConnectionPool, profile: ConnectionProfile, inFlight: InFlight? = nil) {
        transport = .pool(pool, profile)
        self.inFlight = inFlight
    }

    public struct Reply: Sendable {
        public let status: Int
        public let headers: HTTPFields
        public let body: [UInt8]

        public init(status: Int, headers: HTTPFields, body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        public func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    }

    /// - Parameters:
    ///   - limit: the whole exchange, connecting and the last byte of the body included.
    ///   - maximum: bytes of body that are read.
    ///   - truncating: whether a longer body is cut off there, or is a fault.
    /// - Throws: `TransportError`, and `CancellationError` when the caller was cancelled.
    public func send(
        _ method: HTTPRequest.Method, _ url: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
        limit: Duration, maximum: Int, truncating: Bool = false
    ) async throws -> Reply {
        inFlight?.add(1)
        defer { inFlight?.add(-1) }
        let client: HTTPClient
        switch transport {
        case .client(let given): client = given
        case .pool(let pool, let profile):
            let request = try ClientRequest(
                method, url, profile, headers: headers, body: body, total: .now() + TimeAmount(limit))
            return try await BufferedResponse.receive(request, pool, maximum: maximum, truncating: truncating)
        }
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method.rawValue)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.asksForIdentity()
        if let body { request.body = .bytes(body) }
        let sent = request
        return try await withThrowingTaskGroup(of: Reply.self) { group in
            group.addTask { try await Self.exchange(sent, client, maximum: maximum, truncating: truncating) }
            group.addTask {
                // The deadline itself: time passing is the event waited for.
                try await Task.sleep(for: limit)
                throw TransportError.timeout
            }
            defer { group.cancelAll() }
            guard let reply = try await group.next() else { throw CancellationError() }
            return reply
        }
    }

    private static func exchange(
        _ request: HTTPClientRequest, _ client: HTTPClient, maximum: Int, truncating: Bool
    ) async throws -> Reply {
        do {
            let response = try await client.execute(request, deadline: .distantFuture)
            var body = [UInt8]()
            for try await part in response.body {
                let room = maximum - body.count
                if part.readableBytes > room {
                    guard truncating else { throw TransportError.tooLarge(maximum) }
                    body += part.readableBytesView.prefix(room)
                    break
                }
                body += part.readableBytesView
            }
            return Reply(
                status: Int(response.status.code), headers: HTTPFields(decoded: response.headers), body: body)
        } catch {
            throw Task.isCancelled ? CancellationError() : TransportError(error)
        }
    }
}

/// The number of exchanges in flight, for metrics.
public final class InFlight: Sendable {
    private let number = Atomic(0)
    public init() {}
    public var count: Int { number.load(ordering: .relaxed) }
    func add(_ change: Int) { number.add(change, ordering: .relaxed) }
}

/// Why there is no reply. Names no URL and no value.
public enum TransportError: Error, Sendable, Equatable, CustomStringConvertible {
    case timeout
    /// No connection: refused, unreachable, no such name.
    case connect(String)
    case tls
    /// The connection ended before the reply did, or what came was no HTTP.
    case interrupted(String)
    case tooLarge(Int)

    public init(_ error: any Error) {
        switch error {
        case let error as TransportError: self = error
        case let error as HTTPClientError where error == .connectTimeout: self = .connect("timeout")
        case let error as HTTPClientError
        where error == .deadlineExceeded || error == .readTimeout || error == .writeTimeout: self = .timeout
        case let error as HTTPClientError where error == .remoteConnectionClosed: self = .interrupted("closed")
        case let error as HTTPClientError: self = .interrupted(error.shortDescription)
        case is NIOConnectionError: self = .connect("refused or unreachable")
        case let error as IOError: self = .interrupted("errno \(error.errnoCode)")
        case is HTTPParserError: self = .interrupted("not HTTP")
        default:
            // NIOSSL's errors; an unclean end is one too, but it comes after a connection was made.
            let isTLS = "\(type(of: error))".contains("SSL") && !"\(error)".lowercased().contains("shutdown")
            self = isTLS ? .tls : .interrupted("\(type(of: error))")
        }
    }

    /// True if the request may have been carried out: false only if no connection was made.
    public var mayHaveArrived: Bool {
        switch self {
        case .connect, .tls: false
        case .timeout, .interrupted, .tooLarge: true
        }
    }

    public var description: String {
        switch self {
        case .timeout: "timeout"
        case .connect(let what): "connect: \(what)"
        case .tls: "tls"
        case .interrupted(let what): "interrupted: \(what)"
        case .tooLarge(let maximum): "reply larger than \(maximum) bytes"
        }
    }
}
