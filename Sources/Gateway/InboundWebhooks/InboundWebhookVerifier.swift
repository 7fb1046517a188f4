import HTTPTypes
import JSONValue
import MeetingBaaS
import Sealing
import Webhooks

/// Verifies webhooks of an account: first what the head alone allows to check, then the raw bytes of the body.
struct InboundWebhookVerifier: Sendable {
    let clock: GatewayClock
    let metrics: CounterSet
    let reconciler: Reconciler

    /// The proof in a webhook's head.
    enum Credential: Sendable {
        /// The account's key: nothing more has to be verified.
        case key
        /// A fresh signature, which only the whole body can prove.
        case signature(id: String, timestamp: String, signatures: String)
    }

    /// Checks what the head alone allows to check.
    /// - Throws: `unauthenticated` for a wrong key and for a signature that is incomplete or stale; `not_configured`.
    func credential(_ headers: some RequestFields, _ account: Account) throws -> Credential {
        if let id = WebhookFields.value(\.id, headers) {
            guard !account.webhookSecrets.isEmpty else { throw Self.nothingConfigured }
            guard let timestamp = WebhookFields.value(\.timestamp, headers),
                let signatures = WebhookFields.value(\.signature, headers),
                Signature.isFresh(
                    id: id, timestamp: timestamp, header: signatures, now: clock.now.milliseconds / 1000)
            else { throw Self.refused }
            return .signature(id: id, timestamp: timestamp, signatures: signatures)
        }
        guard let key = headers[.meetingBaaSKey], account.apiKey == SecretBytes(key) else { throw Self.refused }
        return .key
    }

    /// The body of a webhook that the account's key or a signature proves.
    struct Verified: Sendable {
        let body: [UInt8]
        let account: Account
        /// nil for v1, which has none.
        let svixID: String?
        let at: Timestamp
    }

    /// Verifies a webhook whose head was checked.
    /// - Throws: a refusal, which is counted here.
    func verify(_ body: [UInt8], _ credential: Credential, _ account: Account) throws -> Verified {
        let now = clock.now
        let svixID = try countingRefusals(of: account) { try verify(credential, body, account, now: now) }
        reconciler.recordVerification(account.id, accepted: true)
        return Verified(body: body, account: account, svixID: svixID, at: now)
    }

    /// - Throws: `malformed`.
    func read(_ verified: Verified, _ metadata: RequestMetadata) throws -> WebhookIntake.Webhook {
        guard let given = MeetingBaaS.WebhookPayload(verified.body) else {
            throw Problem(.malformed, "The body is no webhook of Meeting BaaS: a JSON object that names its event.")
        }
        metadata.add("webhook.event", given.event)
        return WebhookIntake.Webhook(
            given, verified.body, by: .account(svixID: verified.svixID), of: verified.account.id, at: verified.at)
    }

    /// A refusal is counted, and too many in a row have the account reconciled.
    func countingRefusals<T>(of account: Account, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            reconciler.recordVerification(account.id, accepted: false)
            metrics.count("refused")
            throw error
        }
    }

    /// - Returns: the `svix-id`; nil for v1, which has none.
    private func verify(
        _ credential: Credential, _ body: [UInt8], _ account: Account, now: Timestamp
    ) throws -> String? {
        guard case .signature(let id, let timestamp, let signatures) = credential else { return nil }
        guard
            Signature.verify(
                id: id, timestamp: timestamp, header: signatures, body: body, secrets: account.webhookSecrets,
                now: now.milliseconds / 1000)
        else { throw Self.refused }
        return id
    }

    private static let refused = Problem(.unauthenticated, "The webhook's signature or key does not fit.")
    static let nothingConfigured = Problem(
        .notConfigured, "There is no account or secret to verify this webhook with.", action: .operator, retryAfter: 60)
}

/// The header fields of a signed webhook: Svix's names and those of Standard Webhooks.
struct WebhookFields: Sendable {
    let id: HTTPField.Name
    let timestamp: HTTPField.Name
    let signature: HTTPField.Name

    private static let svix = WebhookFields(
        id: .make("svix-id"), timestamp: .make("svix-timestamp"), signature: .make("svix-signature"))
    private static let standard = WebhookFields(
        id: .make("webhook-id"), timestamp: .make("webhook-timestamp"), signature: .make("webhook-signature"))

    static let all = [svix, standard]

    /// A field's value under the first of its names that is there.
    static func value(
        _ name: KeyPath<WebhookFields, HTTPField.Name>, _ headers: some RequestFields
    ) -> String? {
        headers[svix[keyPath: name]] ?? headers[standard[keyPath: name]]
    }
}
