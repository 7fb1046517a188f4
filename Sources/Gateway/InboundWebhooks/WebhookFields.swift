import HTTPTypes

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
    static func value(_ name: KeyPath<WebhookFields, HTTPField.Name>, _ headers: HTTPFields) -> String? {
        headers[svix[keyPath: name]] ?? headers[standard[keyPath: name]]
    }
}
