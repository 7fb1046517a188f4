import HTTPTransport
import HTTPTypes
import Hummingbird
import MeetingBaaS
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import SQL

/// The fast path of mirrored reads whose replies pass unchanged: from the caller's connection to one of Meeting BaaS on the
/// same event loop and back, with no task between. It decides and answers as the route does, by the same functions.
///
/// It takes a request when all that the decision needs is in memory and lets the call pass. The router gets the others: it
/// reads what is missing, which fills the caches, and sends the refusals.
final class MirrorReadFastPath: FastPath {
    let pipeline: RequestPipeline
    let mirror: MirrorAPI
    let upstream: any MirrorReadUpstream
    private let paths: MirrorReadPaths<StreamedRead>

    private struct StreamedRead: Sendable {
        let operation: UpstreamOperation
        let route: String
        let (get, head): (RouteMetrics, RouteMetrics)
    }

    init(pipeline: RequestPipeline, mirror: MirrorAPI, upstream: any MirrorReadUpstream) {
        (self.pipeline, self.mirror, self.upstream) = (pipeline, mirror, upstream)
        paths = MirrorReadPaths(
            prefix: MirrorAPI.path,
            Catalogue.all.filter { $0.method == .get && $0.isStreamed }.map { operation in
                let route = MirrorAPI.path + operation.path
                let metrics = (pipeline.metrics.route(.get, route), pipeline.metrics.route(.head, route))
                return (
                    operation.path, StreamedRead(operation: operation, route: route, get: metrics.0, head: metrics.1)
                )
            })
    }

    func take(_ head: HTTPRequestHead, on connection: FastPathConnection) -> (any FastPathExchange)? {
        guard head.method == .GET || head.method == .HEAD, let found = paths.match(head.uri),
            !head.headers.contains(name: "Expect")
        else { return nil }
        #if BARE_PROXY
            if head.method == .GET { return BareReadExchange(upstream, head, on: connection.channel.eventLoop) }
        #endif
        let (operation, isGet) = (found.value.operation, head.method == .GET)
        let exchange = pipeline.begin(
            head.headers, isGet ? .get : .head, found.path, query: nil, surface: MirrorAPI.surface,
            from: RequestSource(channel: connection.channel, client: connection.client), route: found.value.route,
            measuredBy: isGet ? found.value.get : found.value.head)
        guard let caller = mirror.identity.authenticator.cachedCaller(head.headers, exchange.metadata),
            caller.scopes.contains(operation.scope),
            let account = mirror.upstream.accounts.cached(for: caller.tenant.id, version: operation.version),
            let query = try? MirrorCall.fields(found.query)
        else { return nil }
        let call = MirrorCall(operation: operation, ids: found.ids, query: query)
        guard
            case .forward(let outbound) = mirror.decidedInMemory(
                call, caller: caller, account: account, headers: head.headers)
        else { return nil }
        let read = MirrorRead(head: head, caller: caller, call: call, account: account, outbound: outbound)
        return MirrorReadExchange(self, read, exchange, on: connection.channel.eventLoop)
    }

    /// Decides once more by what is stored now.
    /// - Throws: the refusals of the router's way.
    func decided(again read: MirrorRead, _ metadata: RequestMetadata) async throws -> MirrorRead {
        guard let request = read.request else { throw MirrorError(UpstreamError.malformed) }
        let caller = try await mirror.identity.authenticator.caller(request, metadata)
        if let refusal = caller.access.refusal { throw refusal }
        let version = read.call.operation.version
        return try await TenantScope.$current.withValue(.tenant(caller.tenant.id)) {
            let account = try await mirror.upstream.accounts.account(for: caller.tenant.id, version: version)
            let context = MirrorContext(
                request: request, caller: caller, call: read.call, account: account, body: [], metadata: metadata)
            let outbound = try await mirror.allowed(context)
            return MirrorRead(head: read.head, caller: caller, call: read.call, account: account, outbound: outbound)
        }
    }
}

/// A read that may be sent.
struct MirrorRead: Sendable {
    let head: HTTPRequestHead
    let caller: Caller
    let call: MirrorCall
    let account: Account
    let outbound: MirrorDecision.Outbound

    var isHead: Bool { head.method == .HEAD }

    /// The request as the router has it; nil for a head that it would not take.
    var request: Request? {
        guard let head = try? HTTPRequest(head, secure: false, splitCookie: false) else { return nil }
        return Request(head: head, body: .init(buffer: ByteBuffer()))
    }

    func context(_ metadata: RequestMetadata) -> MirrorContext? {
        request.map {
            MirrorContext(request: $0, caller: caller, call: call, account: account, body: [], metadata: metadata)
        }
    }
}
