import MeetingBaaS
import OAuth
import Testing
import Wire

@testable import Gateway

/// facts/oauth.md 1.16 and facts/meeting-baas.md 3.1 to 3.4 as tables: what a fault is, and what its caller is told.
struct FaultTableTests {
    struct Row: Sendable {
        let reason: String
        let fault: any RefusedByOthers & Sendable
        let code: Problem.Code
        let action: Problem.Action?
        var retryAfter: Int?
    }

    /// Whether it passes by itself, and whether the user must consent again.
    @Test(arguments: [
        (TokenFault.revokedOrExpired, false, true), (.userInteraction, false, true), (.consentRequired, false, true),
        (.blockedByAdmin, false, false), (.accountMismatch, false, false),
        (.codeRefused, false, false), (.configuration("invalid_client"), false, false),
        (.rateLimited(retryAfter: 5), true, false), (.unavailable, true, false), (.network(.timeout), true, false),
        (.network(.connect("refused")), true, false), (.network(.tls), true, false),
        (.network(.interrupted("closed")), true, false), (.network(.tooLarge(1)), true, false),
        (.malformed, true, false),
    ])
    func `A token fault passes or not, and asks the user back or not`(fault: TokenFault, passes: Bool, consent: Bool) {
        #expect(fault.isPassing == passes && fault.needsConsent == consent)
        #expect((fault.problem.code == .needsReconnect) == consent, "reconnect is said only when the user must")
        #expect(!passes || fault.problem.action == .wait && fault.problem.retryAfter != nil)
    }

    private static let rows: [Row] = [
        Row(reason: "revoked_or_expired", fault: TokenFault.revokedOrExpired, code: .needsReconnect, action: .user),
        Row(reason: "user_interaction", fault: TokenFault.userInteraction, code: .needsReconnect, action: .user),
        Row(reason: "consent_required", fault: TokenFault.consentRequired, code: .needsReconnect, action: .user),
        Row(reason: "blocked_by_admin", fault: TokenFault.blockedByAdmin, code: .conflict, action: .user),
        Row(
            reason: "account_mismatch", fault: TokenFault.accountMismatch, code: .accountMismatch, action: .operator),
        Row(reason: "code_refused", fault: TokenFault.codeRefused, code: .ticketInvalid, action: .user),
        Row(
            reason: "provider_config:invalid_client", fault: TokenFault.configuration("invalid_client"),
            code: .notConfigured, action: .operator),
        Row(
            reason: "rate_limited", fault: TokenFault.rateLimited(retryAfter: 7), code: .providerUnavailable,
            action: .wait,
            retryAfter: 7),
        Row(
            reason: "provider_unavailable", fault: TokenFault.unavailable, code: .providerUnavailable, action: .wait,
            retryAfter: 10),
        Row(
            reason: "timeout", fault: TokenFault.network(.timeout), code: .providerUnavailable, action: .wait,
            retryAfter: 10),
        Row(
            reason: "malformed_response", fault: TokenFault.malformed, code: .providerUnavailable, action: .wait,
            retryAfter: 10),
        Row(reason: "grant_refused", fault: UpstreamFault.grantRefused, code: .upstreamRejected, action: .wait),
        Row(reason: "key_refused", fault: UpstreamFault.keyRefused, code: .notConfigured, action: .operator),
        Row(reason: "not_found", fault: UpstreamFault.notFound, code: .notFound, action: nil),
        Row(reason: "conflict:X", fault: UpstreamFault.conflict("X"), code: .conflict, action: .user),
        Row(
            reason: "rate_limited", fault: UpstreamFault.rateLimited(retryAfter: 3), code: .rateLimited, action: .wait,
            retryAfter: 3),
        Row(reason: "quota:X", fault: UpstreamFault.quota("X"), code: .quotaExceeded, action: .operator),
        Row(
            reason: "rejected:X", fault: UpstreamFault.rejected(status: 422, code: "X", message: "secret"),
            code: .upstreamRejected, action: .tenant),
        Row(
            reason: "unavailable:502", fault: UpstreamFault.unavailable(status: 502), code: .upstreamUnavailable,
            action: .wait, retryAfter: 10),
        Row(
            reason: "timeout", fault: UpstreamFault.transport(.timeout), code: .upstreamUnavailable, action: .wait,
            retryAfter: 10),
        Row(
            reason: "malformed", fault: UpstreamFault.malformed, code: .upstreamUnavailable, action: .wait,
            retryAfter: 10),
        Row(
            reason: "caller_suspended", fault: UpstreamFault.callerSuspended, code: .tenantSuspended, action: .operator),
    ]

    @Test func `A caller is told whose fault it is, who must act, and when to come again`() {
        for row in Self.rows {
            let problem = row.fault.problem
            #expect(problem.code == row.code && problem.action == row.action, "\(row.reason)")
            #expect(problem.retryAfter == row.retryAfter, "\(row.reason)")
            #expect(!problem.detail.contains("secret"), "nobody else's words")
            let reason = (row.fault as? TokenFault)?.reason ?? (row.fault as? UpstreamFault)?.reason
            #expect(reason == row.reason)
        }
    }
}
