import HTTPTypes

/// The header fields of a signed webhook: Svix's names and those of Standard Webhooks.
struct WebhookFields: Sendable {
    let id: HTTPField.Name
    let timestamp: HTTPField.Name
    let signature: HTTPField.Name

    static let all = [
        WebhookFields(id: .make("svix-id"), timestamp: .make("svix-timestamp"), signature: .make("svix-signature")),
        WebhookFields(
            id: .make("webhook-id"), timestamp: .make("webhook-timestamp"), signature: .make("webhook-signature")),
    ]
}
