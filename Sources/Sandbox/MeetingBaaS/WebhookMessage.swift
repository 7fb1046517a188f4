/// One webhook, or one v2 callback, on its way to a receiver. The bytes and the id stay the same at every attempt.
struct WebhookMessage: Sendable {
    /// The target of a callback that replaces the account's endpoint (v2 `callback_config`).
    struct Callback: Sendable {
        let url: String
        let secret: String?
        let method: String
    }

    struct Target: Sendable {
        let url: String
        let method: String
        let headers: [(name: String, value: String)]
    }

    /// `msg_…`, the `svix-id`.
    let id = "msg_" + Identifiers.random(27)
    let account: String
    let version: APIVersion
    let event: String
    let bytes: [UInt8]
    /// v1 only: the bot's own `webhook_url`. It gets the account's API key like the account's URL (facts 6.1).
    var url: String?
    var callback: Callback?

    init(account: String, version: APIVersion, body: JSON, url: String? = nil, callback: Callback? = nil) {
        self.account = account
        self.version = version
        event = body["event"]?.string ?? "?"
        bytes = body.bytes
        self.url = url
        self.callback = callback
    }

    var isCallback: Bool { callback != nil }

    /// v1's `bot.status_change` is sent by the bot itself and never again (facts 6.1).
    var once: Bool { version == .v1 && event == "bot.status_change" }

    /// Seconds before each attempt, where it differs from the sandbox's: callbacks have a schedule of their own.
    var schedule: [Double]? { isCallback ? [0, 1, 5, 15] : nil }

    /// The URL and the headers. Signed for each attempt, since the timestamp is the attempt's. nil without an endpoint.
    func target(_ settings: SandboxAccount) -> Target? {
        let type = (name: "content-type", value: "application/json")
        if let callback {
            let secret = callback.secret.map { [(name: "x-mb-secret", value: $0)] } ?? []
            return Target(url: callback.url, method: callback.method, headers: [type] + secret)
        }
        switch version {
        case .v1:
            let own = url.flatMap { $0.isEmpty ? nil : $0 }
            guard let url = own ?? settings.webhookURL, !url.isEmpty else { return nil }
            return Target(
                url: url, method: "POST",
                headers: [type, ("x-meeting-baas-api-key", settings.apiKey), ("user-agent", "meetingbaas/1.0")])
        case .v2:
            guard let url = settings.webhookURL, !url.isEmpty else { return nil }
            let timestamp = String(Moment.now.seconds)
            return Target(
                url: url, method: "POST",
                headers: [
                    type, ("svix-id", id), ("svix-timestamp", timestamp),
                    ("svix-signature", signature(settings.webhookSecret, timestamp)),
                    ("user-agent", "Svix-Webhooks/1.84.0 (sender-9YMgn; +https://www.svix.com/http-sender/)"),
                ])
        }
    }

    /// `v1,<base64 of HMAC-SHA-256 over id.timestamp.body>` (facts 6.2).
    private func signature(_ secret: String, _ timestamp: String) -> String {
        let text = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
        let key = Encodings.fromBase64(text) ?? Array(text.utf8)
        return "v1," + Encodings.base64(Digest.hmac(key: key, message: Array("\(id).\(timestamp).".utf8) + bytes))
    }
}
