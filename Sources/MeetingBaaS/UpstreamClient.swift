public import HTTPTransport
import HTTPTypes
public import JSONValue
public import Sealing

/// Calls Meeting BaaS under one account's key. The key is put in here and nowhere else.
public struct UpstreamClient: Sendable {
    private let baseURL: String
    private let key: SecretBytes
    private let http: HTTPExchange
    private let limiter: Limiter
    private let observe: @Sendable (UpstreamOperation, UpstreamError?, Duration) -> Void

    /// Called around each exchange. It may wait, refuse with an `UpstreamError`, and send twice.
    public typealias Limiter =
        @Sendable (UpstreamOperation, @Sendable () async throws -> HTTPExchange.Reply) async throws ->
        HTTPExchange.Reply

    /// Whole exchange; Meeting BaaS refreshes tokens and syncs inside some calls.
    public static let limit: Duration = .seconds(30)
    public static let replyLimit = 16 << 20

    /// - Parameters:
    ///   - baseURL: without a trailing slash.
    ///   - observe: told of each call, how it ended and how long it took.
    public init(
        baseURL: String, key: SecretBytes, http: HTTPExchange,
        limiter: @escaping Limiter = { _, send in try await send() },
        observe: @escaping @Sendable (UpstreamOperation, UpstreamError?, Duration) -> Void = { _, _, _ in }
    ) {
        self.baseURL = baseURL
        self.key = key
        self.http = http
        self.limiter = limiter
        self.observe = observe
    }

    /// - Parameters:
    ///   - ids: the path's placeholders in their order.
    ///   - body: sent as JSON. POST, PATCH and DELETE of v2 get `{}` when there is none (the service refuses them
    ///     without a JSON content type).
    /// - Returns: the reply's JSON; `.null` for an empty body.
    /// - Throws: `UpstreamError`, `CancellationError`.
    public func call(
        _ operation: UpstreamOperation, _ ids: [String] = [], query: [(String, String)] = [], body: JSON? = nil
    ) async throws -> JSON {
        let started = ContinuousClock.now
        do {
            let json = try await exchange(operation, ids, query, body)
            observe(operation, nil, .now - started)
            return json
        } catch let error as UpstreamError {
            observe(operation, error, .now - started)
            throw error
        }
    }

    private func exchange(
        _ operation: UpstreamOperation, _ ids: [String], _ query: [(String, String)], _ body: JSON?
    ) async throws -> JSON {
        var url = baseURL + operation.path(ids)
        if !query.isEmpty { url += "?" + Form.encode(query) }
        var headers = [("x-meeting-baas-api-key", key.revealText()), ("Accept", "application/json")]
        let payload = body ?? (operation.version == .v2 && operation.method != .get ? .object([:]) : nil)
        if payload != nil { headers.append(("Content-Type", "application/json")) }
        let (http, sent, method) = (self.http, headers, operation.method)
        let target = url
        let reply: HTTPExchange.Reply
        do {
            reply = try await limiter(operation) {
                try await http.send(
                    method, target, headers: sent, body: payload?.bytes, limit: Self.limit, maximum: Self.replyLimit)
            }
        } catch let error as TransportError {
            throw UpstreamError.transport(error)
        }
        guard (200..<300).contains(reply.status) else {
            // A redirect would carry the key to another place.
            if (300..<400).contains(reply.status) { throw UpstreamError.malformed }
            throw UpstreamError(version: operation.version, reply: reply)
        }
        if reply.body.isEmpty { return .null }
        guard let json = try? JSON.parse(reply.body, depth: 512, lenient: true) else { throw UpstreamError.malformed }
        return json
    }
}
