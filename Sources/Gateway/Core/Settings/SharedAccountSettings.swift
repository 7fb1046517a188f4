import MeetingBaaS
import Sealing

/// The operator's own Meeting BaaS account, as the configuration names it.
struct SharedAccountSettings: Sendable {
    let version: APIVersion
    let apiKey: SecretBytes
    /// Decoded Svix secrets; several while one is being replaced.
    let webhookSecrets: [SecretBytes]
}
