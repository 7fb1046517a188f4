import HTTPTransport
import HTTPTypes
import Hummingbird
import MeetingBaaS
import NIOCore
import NIOHTTP1

/// The fast path of mirrored reads whose replies pass unchanged: from the caller's connection to one of Meeting BaaS on the
/// same event loop and back, with no task between. It decides and answers as the route does, by the same functions.
///
/// It takes a request when all that the decision needs is in memory and lets the call pass. The router gets the others: it
/// reads what is missing, which fills the caches, and sends the refusals.
struct MirrorReadFastPath: FastPath {
    /// A read that may be sent, with what its refusal would need.
    struct Read: Sendable {
        let exchange: Exchange
        let context: MirrorContext
        let outbound: MirrorDecision.Outbound
    }

    let pipeline: RequestPipeline
    let mirror: MirrorAPI
    let upstream: any MirrorReadUpstream
    private let paths: MirrorReadPaths
    private let metrics: [UpstreamOperation: (get: RouteMetrics, head: RouteMetrics)]

    init(pipeline: RequestPipeline, mirror: MirrorAPI, upstream: any MirrorReadUpstream) {
        (self.pipeline, self.mirror, self.upstream) = (pipeline, mirror, upstream)
        paths = MirrorReadPaths(prefix: MirrorAPI.path, Catalogue.all)
        metrics = Dictionary(
            uniqueKeysWithValues: Catalogue.all.map {
                let route = MirrorAPI.path + $0.path
                return ($0, (pipeline.metrics.route(.get, route), pipeline.metrics.route(.head, route)))
            })
    }

    func take(_ head: HTTPRequest, on connection: FastPathConnection) -> (any FastPathExchange)? {
        guard head.method == .get || head.method == .head, head.headerFields[.expect] == nil, let target = head.path,
            let found = paths.match(target), let read = read(head, found, connection)
        else { return nil }
        return MirrorReadExchange(self, read, connection)
    }

    private func read(
        _ head: HTTPRequest, _ found: (operation: UpstreamOperation, ids: [String], query: Substring),
        _ connection: FastPathConnection
    ) -> Read? {
        guard let metrics = metrics[found.operation] else { return nil }
        let request = Request(head: head, body: .init(buffer: ByteBuffer()))
        let exchange = pipeline.begin(
            request, request.uri.path, from: RequestSource(channel: connection.channel, client: connection.client),
            route: MirrorAPI.path + found.operation.path, measuredBy: head.method == .get ? metrics.get : metrics.head)
        guard let caller = mirror.identity.authenticator.cachedCaller(request, exchange.metadata),
            caller.scopes.contains(found.operation.scope),
            let account = mirror.upstream.accounts.cached(for: caller.tenant.id, version: found.operation.version),
            let query = try? MirrorCall.fields(found.query)
        else { return nil }
        let call = MirrorCall(operation: found.operation, ids: found.ids, query: query)
        let context = MirrorContext(
            request: request, caller: caller, call: call, account: account, body: [], metadata: exchange.metadata)
        guard case .forward(let outbound) = mirror.decidedInMemory(context) else { return nil }
        return Read(exchange: exchange, context: context, outbound: outbound)
    }
}
