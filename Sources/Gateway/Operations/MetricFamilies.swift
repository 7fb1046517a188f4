extension MetricFamily {
    /// Every family that is recorded, in the order of `/metrics`. `Gauges` adds what is read at the moment of the request.
    static let all: [MetricFamily] = [
        .requests, .requestSeconds, .brokenReplies, .refusedRequests, .fastPathRequests, .closedConnections, .upstream,
        .upstreamSeconds,
        .provider, .providerSeconds, .webhooks, .deliveries, .deliverySeconds, .jobs,
    ]
}
