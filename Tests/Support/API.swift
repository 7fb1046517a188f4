import AsyncHTTPClient
import Foundation
public import HTTPTransport
public import HTTPTypes
public import JSONValue
import NIOCore
import NIOHTTP1
import Synchronization

/// A caller of the gateway or of a fake: who is calling is a value, what it may do the gateway decides.
public struct API: Sendable {
    public let base: String
    private let headers: [(String, String)]

    public init(_ base: String, token: String? = nil, headers: [(String, String)] = []) {
        self.base = base
        self.headers = headers + (token.map { [("Authorization", "Bearer \($0)")] } ?? [])
    }

    /// The same caller at another address.
    public func at(_ base: String) -> API { API(base, headers: headers) }

    public func with(_ header: String, _ value: String) -> API { API(base, headers: headers + [(header, value)]) }

    public struct Reply: Sendable {
        public let status: Int
        public let json: JSON
        public let text: String
        public let raw: HTTPExchange.Reply

        public subscript(name: String) -> JSON? { json[name] }
        public func header(_ name: String) -> String? { raw.header(name) }
        /// The last part of a problem's type.
        public var code: String? { json["type"]?.stringValue?.split(separator: ":").last.map(String.init) }
    }

    /// An exchange with a gateway, to be compared with the contract.
    public struct Exchange: Sendable {
        public let url: String
        public let json: JSON
        /// The reply as it came: headers, then the body.
        public let raw: String
    }
    private static let recorded = Mutex<[Exchange]>([])

    /// Every reply of a gateway so far, as it came.
    public static func replies(of base: String) -> [String] {
        recorded.withLock { $0.filter { $0.url.hasPrefix(base) }.map(\.raw) }
    }

    /// Everything exchanged with a gateway so far.
    public static func exchanges(with base: String) -> [JSON] {
        recorded.withLock { $0.filter { $0.url.hasPrefix(base) }.map(\.json) }
    }

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        // A gateway that is gone is gone.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    public func call(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> Reply {
        try await send(method, path, body: body?.bytes, type: "application/json")
    }

    public func form(_ path: String, _ fields: [(String, String)]) async throws -> Reply {
        try await send(.post, path, body: Array(Form.encode(fields).utf8), type: "application/x-www-form-urlencoded")
    }

    public func send(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8]? = nil, type: String = "application/json",
        headers extra: [(String, String)] = []
    ) async throws -> Reply {
        let url = path.contains("://") ? path : base + path
        let reply = try await HTTPExchange(client: Self.client).send(
            method, url, headers: headers + extra + (body == nil ? [] : [("Content-Type", type)]), body: body,
            limit: .seconds(60), maximum: 64 << 20)
        let json = (try? JSON.parse(reply.body, depth: 600)) ?? .null
        record(method, url, body, type, reply, json)
        return Reply(status: reply.status, json: json, text: String(decoding: reply.body, as: UTF8.self), raw: reply)
    }

    /// Reads a reply that does not end, until it contains `text`: ten seconds at most.
    public func read(_ path: String, until text: String) async throws -> String {
        var request = HTTPClientRequest(url: base + path)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await Self.client.execute(request, timeout: .seconds(10))
        var seen = ""
        for try await part in response.body {
            seen += String(decoding: part.readableBytesView, as: UTF8.self)
            if seen.contains(text) { break }
        }
        return seen
    }

    /// Listens to server-sent events until they end or the task is cancelled.
    public func listen(
        _ path: String, lastEventID: String?, _ onPart: @Sendable (String) -> Void
    ) async throws {
        var request = HTTPClientRequest(url: base + path)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        for try await part in response.body { onPart(String(decoding: part.readableBytesView, as: UTF8.self)) }
    }

    private func record(
        _ method: HTTPRequest.Method, _ url: String, _ body: [UInt8]?, _ type: String, _ reply: HTTPExchange.Reply,
        _ json: JSON
    ) {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        let request = type == "application/json" ? body.flatMap { try? JSON.parse($0, depth: 600, lenient: true) } : nil
        let exchange: JSON = [
            "method": .string(method.rawValue), "path": .string(String(path)),
            "query": .string(parts.count > 1 ? String(parts[1]) : ""), "status": .int(reply.status),
            "content_type": .text(reply.header("Content-Type")), "request": request ?? .null, "body": json,
        ]
        let raw =
            reply.headers.map { "\($0.name): \($0.value)\n" }.joined() + String(decoding: reply.body, as: UTF8.self)
        Self.recorded.withLock { $0.append(Exchange(url: url, json: exchange, raw: raw)) }
    }
}
