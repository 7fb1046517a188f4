extension MirrorAPI: Feature {
    init(
        _ core: Core, _ identity: Identity, _ idempotency: Idempotency, _ accounts: Accounts,
        _ connections: Connections, _ calendars: Calendars, _ bots: Bots, _ webhooks: InboundWebhooks
    ) {
        self.init(
            database: core.database, clock: core.clock, tenantKeys: core.keys, authenticator: identity.authenticator,
            idempotency: idempotency, upstream: accounts.upstream, stream: core.http.upstreamStream,
            ownership: bots.ownership, calendars: calendars.service, grants: connections.imports,
            attribution: webhooks.attribution, tags: bots.tags, rules: BotRules(allowsV1URLs: core.settings.v1BotURLs),
            callbacks: bots.callbacks, logger: core.logger)
    }

    var prefixRoutes: [PrefixRoute] { [PrefixRoute(prefix: Self.path, handle: handle)] }
}
