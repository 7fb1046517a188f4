import CoreMetrics
import HTTPTransport
import OAuth

/// The two providers with their endpoints, as configured.
struct Providers: Sendable {
    let google: Google
    let microsoft: Microsoft
    let http: HTTPExchange
    var metrics = ProviderMetrics(NOOPMetricsHandler.instance)

    func provider(_ name: ProviderName) -> any Provider {
        switch name {
        case .google: google
        case .microsoft: microsoft
        }
    }

    func endpoint(_ name: ProviderName) -> TokenEndpoint {
        let metrics = self.metrics
        return TokenEndpoint(provider: provider(name), http: http) { call, error, took in
            metrics.record(name, call, error, took: took)
        }
    }
}

/// The problem of a token error: its code and the party that must act.
extension TokenError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .revokedOrExpired, .userInteraction, .consentRequired:
            Problem(.needsReconnect, "The provider no longer accepts this grant (\(reason)).", action: .user)
        case .blockedByAdmin:
            Problem(
                .conflict, "An administrator of the account's organisation blocks this app; ask them to allow it.",
                action: .user)
        case .accountMismatch:
            Problem(
                .accountMismatch,
                "The provider answered a refresh with another account's identity; the grant is kept as it was.",
                action: .operator)
        case .codeRefused:
            Problem(
                .ticketInvalid, "The provider refused the authorization code; start the consent again.", action: .user)
        case .configuration(let error):
            Problem(
                .notConfigured,
                "The provider refuses the app's credentials or request (\(error)); users are not affected.",
                action: .operator)
        case .rateLimited(let wait):
            Problem(.providerUnavailable, "The provider asks to slow down.", action: .wait, retryAfter: wait ?? 30)
        case .unavailable, .malformed, .network:
            Problem(
                .providerUnavailable, "The provider did not answer properly (\(reason)).", action: .wait, retryAfter: 10
            )
        }
    }
}
