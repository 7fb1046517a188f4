import HTTPTypes
public import NIOCore
public import NIOHTTP1

/// A request for the pool.
public struct ClientRequest: Sendable {
    let key: ConnectionKey
    let head: HTTPRequestHead
    let body: ByteBuffer?
    let timeouts: HTTPClientStateMachine.Timeouts
    /// The addresses that a connection may lead to, in the order in which they are tried; nil to ask the name.
    var addresses: [SocketAddress]?
    /// True if the request may be sent again after a connection that was used before ended without an answer.
    var isRepeatable: Bool

    /// - Parameters:
    ///   - headers: without `Host` and framing, which are the request's own.
    ///   - head: the time by which the response must have begun.
    ///   - total: the time by which it must have ended.
    ///   - stall: for a server that takes and sends nothing.
    public init(
        _ method: HTTPMethod, _ target: HTTPTarget, headers: HTTPHeaders, body: ByteBuffer? = nil,
        head: NIODeadline = .distantFuture, total: NIODeadline = .distantFuture, stall: TimeAmount = .seconds(45)
    ) {
        key = target.key
        var fields = HTTPHeaders()
        fields.reserveCapacity(headers.count + 2)
        fields.add(name: "Host", value: target.authority)
        for (name, value) in headers where !Self.isFraming(name) { fields.add(name: name, value: value) }
        if let body {
            fields.add(name: "Content-Length", value: String(body.readableBytes))
        } else if [.POST, .PUT, .PATCH].contains(method) {
            fields.add(name: "Content-Length", value: "0")
        }
        self.head = HTTPRequestHead(version: .http1_1, method: method, uri: target.path, headers: fields)
        self.body = body
        timeouts = .init(head: head, total: total, stall: stall)
        isRepeatable = method == .GET || method == .HEAD
    }

    private static func isFraming(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name.lowercased() == "host"
        case 14: name.lowercased() == "content-length"
        case 17: name.lowercased() == "transfer-encoding"
        default: false
        }
    }
}

extension ClientRequest {
    /// - Throws: `TransportError` when the URL is none.
    init(
        _ method: HTTPRequest.Method, _ url: String, _ profile: ConnectionProfile, headers: [(String, String)],
        body: [UInt8]?, head: NIODeadline = .distantFuture, total: NIODeadline
    ) throws {
        guard let target = HTTPTarget(url, profile: profile) else { throw TransportError.interrupted("invalid URL") }
        var fields = HTTPHeaders(headers)
        fields.asksForIdentity()
        self.init(
            HTTPMethod(rawValue: method.rawValue), target, headers: fields, body: body.map { ByteBuffer(bytes: $0) },
            head: head, total: total)
    }
}

extension TimeAmount {
    /// At most the 292 years that it can hold.
    init(_ duration: Duration) { self = .nanoseconds(Int64(min(duration / .nanoseconds(1), 9e18))) }
}
