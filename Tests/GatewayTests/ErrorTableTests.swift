import HTTPTransport
import JSONValue
import MeetingBaaS
import OAuth
import Testing

@testable import Gateway

/// facts/oauth.md 1.16 and facts/meeting-baas.md 3.1 to 3.4 as tables: each error and the problem that the caller gets.
struct ErrorTableTests {
    struct Row: Sendable {
        let reason: String
        let error: any ProblemConvertible & Sendable
        let code: Problem.Code
        let action: Problem.Action?
        var retryAfter: Int?
    }

    /// Checks whether the error passes by itself, and whether the user must consent again.
    @Test(arguments: [
        (TokenError.revokedOrExpired, false, true), (.userInteraction, false, true), (.consentRequired, false, true),
        (.blockedByAdmin, false, false), (.accountMismatch, false, false),
        (.codeRefused, false, false), (.configuration("invalid_client"), false, false),
        (.rateLimited(retryAfter: 5), true, false), (.unavailable, true, false), (.network(.timeout), true, false),
        (.network(.connect("refused")), true, false), (.network(.tls), true, false),
        (.network(.interrupted("closed")), true, false), (.network(.tooLarge(1)), true, false),
        (.malformed, true, false),
    ])
    func `A token fault passes or not, and asks the user back or not`(error: TokenError, passes: Bool, consent: Bool) {
        #expect(error.isPassing == passes && error.needsConsent == consent)
        #expect((error.problem.code == .needsReconnect) == consent, "reconnect is said only when the user must")
        #expect(!passes || error.problem.action == .wait && error.problem.retryAfter != nil)
    }

    private static let rows: [Row] = [
        Row(reason: "revoked_or_expired", error: TokenError.revokedOrExpired, code: .needsReconnect, action: .user),
        Row(reason: "user_interaction", error: TokenError.userInteraction, code: .needsReconnect, action: .user),
        Row(reason: "consent_required", error: TokenError.consentRequired, code: .needsReconnect, action: .user),
        Row(reason: "blocked_by_admin", error: TokenError.blockedByAdmin, code: .conflict, action: .user),
        Row(
            reason: "account_mismatch", error: TokenError.accountMismatch, code: .accountMismatch, action: .operator),
        Row(reason: "code_refused", error: TokenError.codeRefused, code: .ticketInvalid, action: .user),
        Row(
            reason: "provider_config:invalid_client", error: TokenError.configuration("invalid_client"),
            code: .notConfigured, action: .operator),
        Row(
            reason: "rate_limited", error: TokenError.rateLimited(retryAfter: 7), code: .providerUnavailable,
            action: .wait,
            retryAfter: 7),
        Row(
            reason: "provider_unavailable", error: TokenError.unavailable, code: .providerUnavailable, action: .wait,
            retryAfter: 10),
        Row(
            reason: "timeout", error: TokenError.network(.timeout), code: .providerUnavailable, action: .wait,
            retryAfter: 10),
        Row(
            reason: "malformed_response", error: TokenError.malformed, code: .providerUnavailable, action: .wait,
            retryAfter: 10),
        Row(reason: "grant_refused", error: UpstreamError.grantRefused, code: .upstreamRejected, action: .wait),
        Row(reason: "key_refused", error: UpstreamError.keyRefused, code: .notConfigured, action: .operator),
        Row(reason: "not_found", error: UpstreamError.notFound, code: .notFound, action: nil),
        Row(reason: "conflict:X", error: UpstreamError.conflict("X"), code: .conflict, action: .user),
        Row(
            reason: "rate_limited", error: UpstreamError.rateLimited(retryAfter: 3), code: .rateLimited, action: .wait,
            retryAfter: 3),
        Row(reason: "quota:X", error: UpstreamError.quota("X"), code: .quotaExceeded, action: .operator),
        Row(
            reason: "rejected:X", error: UpstreamError.rejected(status: 422, code: "X", message: "secret"),
            code: .upstreamRejected, action: .tenant),
        Row(
            reason: "unavailable:502", error: UpstreamError.unavailable(status: 502), code: .upstreamUnavailable,
            action: .wait, retryAfter: 10),
        Row(
            reason: "timeout", error: UpstreamError.transport(.timeout), code: .upstreamUnavailable, action: .wait,
            retryAfter: 10),
        Row(
            reason: "malformed", error: UpstreamError.malformed, code: .upstreamUnavailable, action: .wait,
            retryAfter: 10),
        Row(
            reason: "storage_unavailable", error: UpstreamError.storageUnavailable(retryAfter: 5),
            code: .storageUnavailable, action: .wait, retryAfter: 5),
        Row(
            reason: "caller_suspended", error: UpstreamError.callerSuspended, code: .tenantSuspended, action: .operator),
    ]

    @Test func `A caller is told whose fault it is, who must act, and when to come again`() {
        for row in Self.rows {
            let problem = row.error.problem
            #expect(problem.code == row.code && problem.action == row.action, "\(row.reason)")
            #expect(problem.retryAfter == row.retryAfter, "\(row.reason)")
            #expect(!problem.detail.contains("secret"), "nobody else's words")
            let reason = (row.error as? TokenError)?.reason ?? (row.error as? UpstreamError)?.reason
            #expect(reason == row.reason)
        }
    }
}
