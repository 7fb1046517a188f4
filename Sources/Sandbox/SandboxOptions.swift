/// A Meeting BaaS account of the sandbox.
public struct SandboxAccount: Sendable {
    /// The key that callers send as `x-meeting-baas-api-key`, and that v1's webhooks carry.
    public var apiKey: String
    /// `whsec_` and the base64 of the key that signs v2's webhooks.
    public var webhookSecret: String
    /// The account's one endpoint, for both versions; nil drops webhooks.
    public var webhookURL: String?

    public init(apiKey: String, webhookSecret: String, webhookURL: String? = nil) {
        self.apiKey = apiKey
        self.webhookSecret = webhookSecret
        self.webhookURL = webhookURL
    }
}

/// The options of a sandbox.
public struct SandboxOptions: Sendable {
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// Ports; 0 takes any free one.
    public var googlePort = 0
    public var microsoftPort = 0
    public var meetingBaaSPort = 0
    public var receiverPort = 0
    public var demoPort = 0
    /// The demo product; nil starts none. The tenant it belongs to is set up later: `DemoProduct.configure`.
    public var demo: DemoProduct?
    /// The Meeting BaaS accounts; more can be added while it runs (`PUT /_sandbox/accounts`).
    public var accounts: [SandboxAccount]
    /// Seconds before each attempt of a webhook, counted from the attempt before: the vendor's schedule.
    public var webhookRetrySeconds: [Double] = [0, 5, 10, 300, 900, 1800, 7200]

    public init(
        host: String = "127.0.0.1", googlePort: Int = 0, microsoftPort: Int = 0, meetingBaaSPort: Int = 0,
        receiverPort: Int = 0, demoPort: Int = 0, demo: DemoProduct? = nil, accounts: [SandboxAccount],
        webhookRetrySeconds: [Double] = [0, 5, 10, 300, 900, 1800, 7200]
    ) {
        self.host = host
        self.googlePort = googlePort
        self.microsoftPort = microsoftPort
        self.meetingBaaSPort = meetingBaaSPort
        self.receiverPort = receiverPort
        self.demoPort = demoPort
        self.demo = demo
        self.accounts = accounts
        self.webhookRetrySeconds = webhookRetrySeconds
    }
}

/// The origins of a running sandbox, for example `http://127.0.0.1:41234`.
public struct SandboxAddresses: Sendable {
    /// Authorization at `/o/oauth2/v2/auth`, then `/token` and `/revoke`.
    public let google: String
    /// The authority base, in place of `https://login.microsoftonline.com`.
    public let microsoft: String
    /// In place of `https://api.meetingbaas.com`, both versions.
    public let meetingBaaS: String
    /// Webhooks at `/hooks/{name}`, the demo's return page at `/connected`.
    public let receiver: String
    /// The demo product's page, if there is one; webhooks at `/hooks/gateway`, its return page at `/connected`.
    public let demo: String?
}
