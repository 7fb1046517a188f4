import HTTPTransport
import MeetingBaaS

extension MirrorAPI: Feature {
    init(
        _ core: Core, _ identity: Identity, _ accounts: Accounts,
        _ connections: Connections, _ calendars: Calendars, _ bots: Bots, _ webhooks: InboundWebhooks
    ) {
        self.init(
            database: core.database, clock: core.clock, tenantKeys: core.keys, identity: identity,
            upstream: accounts.upstream, stream: core.http.upstreamStream,
            ownership: bots.ownership, calendars: calendars.service, grants: connections.imports,
            attribution: webhooks.attribution, tags: bots.tags, rules: BotRules(allowsV1URLs: core.settings.v1BotURLs),
            callbacks: bots.callbacks, logger: core.logger, usesFastPath: core.settings.mirrorFastPath)
    }

    func fastPaths(_ pipeline: RequestPipeline) -> [any FastPath] {
        guard usesFastPath, let server = stream.server(upstream.baseURL) else { return [] }
        let upstream = PooledReadUpstream(stream: stream, server: server)
        return [MirrorReadFastPath(pipeline: pipeline, mirror: self, upstream: upstream)]
    }

    /// A route for each call of the vendor's catalogue.
    var routes: [Route] {
        identity.routes { list in
            for operation in Catalogue.all {
                list.mirrored(
                    operation.method, Self.path + operation.path, operation.scope,
                    name: Self.path + " " + operation.name,
                    resumes: !Self.unrepeatable.contains(operation)
                ) { request, caller, metadata, values in
                    let call = try MirrorCall(operation, request, values)
                    return { try await answer($0, caller, call, metadata) }
                }
            }
            list.unknown(below: Self.path, .mirrorRead)
        }
    }
}
