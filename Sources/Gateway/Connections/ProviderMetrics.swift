import CoreMetrics
import OAuth

/// The metrics of calls of the providers' token endpoints.
struct ProviderMetrics: Sendable {
    private struct Key: Hashable {
        let provider: ProviderName
        let call: TokenEndpoint.Call
    }

    private let calls: [Key: TimedOutcomes]

    init(_ factory: any MetricsFactory) {
        let keys = ProviderName.allCases.flatMap { provider in
            TokenEndpoint.Call.allCases.map { Key(provider: provider, call: $0) }
        }
        calls = Dictionary(
            uniqueKeysWithValues: keys.map { key in
                (
                    key,
                    TimedOutcomes(
                        .provider, .providerSeconds, labels: [key.provider.rawValue, key.call.rawValue],
                        factory: factory)
                )
            })
    }

    func record(_ provider: ProviderName, _ call: TokenEndpoint.Call, _ error: TokenError?, took: Duration) {
        calls[Key(provider: provider, call: call)]?.record(error?.kind ?? "ok", took: took)
    }
}

extension MetricFamily {
    static let provider = MetricFamily(
        "gateway_provider_requests_total", .counter, "Calls of Google's and Microsoft's token endpoints by outcome.",
        labels: ["provider", "call", "outcome"])
    static let providerSeconds = MetricFamily(
        "gateway_provider_request_duration_seconds", .histogram, "Seconds of calls of token endpoints.",
        labels: ["provider", "call"])
}
