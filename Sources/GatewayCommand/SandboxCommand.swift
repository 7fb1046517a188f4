import ArgumentParser
import Foundation
import Gateway
import Logging
import Sandbox
import ServiceLifecycle
import UnixSignals

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Runs stand-ins of Google, Microsoft and Meeting BaaS on loopback.",
        discussion: """
            Prints the environment for a `meeting-gateway serve` beside it. The stand-ins are written from the vendors'
            documents; they hold everything in memory and forget it when they end.
            """)

    @Option(help: "The first of four ports: Google, Microsoft, Meeting BaaS, webhook receiver.")
    var port = 9001
    @Option(help: "Where the Meeting BaaS stand-in sends its webhooks.")
    var webhookURL = "http://localhost:8080/webhooks/meeting-baas"
    @Option(help: "Seconds before each attempt of a webhook, comma-separated.")
    var webhookRetry = "0,5,10,300,900,1800,7200"

    func run() async throws {
        let account = SandboxSetup.account(webhookURL: webhookURL)
        let retry = webhookRetry.split(separator: ",").compactMap { Double($0) }
        guard !retry.isEmpty else { throw ValidationError("--webhook-retry takes seconds, comma-separated.") }
        let sandbox = Sandbox(
            options: SandboxSetup.options(port: port, account: account, retry: retry),
            logger: Terminal.logger(.text, .warning))
        let service = SandboxService(sandbox: sandbox) { addresses in
            for (name, value) in SandboxSetup.environment(addresses, account) { print("export \(name)='\(value)'") }
            print("# receiver: \(addresses.receiver)/ (deliveries to \(addresses.receiver)/hooks/<name>)")
            fflush(nil)
        }
        try await ServiceGroup(
            configuration: .init(
                services: [service], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Terminal.logger(.text, .warning))
        ).run()
    }
}

/// The settings with which a gateway uses the fakes.
enum SandboxSetup {
    static func account(webhookURL: String) -> SandboxAccount {
        SandboxAccount(
            apiKey: "sandbox-meeting-baas-key", webhookSecret: "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1vbmx5ISE=",
            webhookURL: webhookURL)
    }

    /// - Parameter demo: the demo product, on the port after the receiver's.
    static func options(
        port: Int, account: SandboxAccount, retry: [Double], demo: DemoProduct? = nil
    ) -> SandboxOptions {
        var options = SandboxOptions(accounts: [account])
        options.googlePort = port
        options.microsoftPort = port == 0 ? 0 : port + 1
        options.meetingBaaSPort = port == 0 ? 0 : port + 2
        options.receiverPort = port == 0 ? 0 : port + 3
        options.demoPort = port == 0 ? 0 : port + 4
        options.demo = demo
        options.webhookRetrySeconds = retry
        return options
    }

    static func environment(_ addresses: SandboxAddresses, _ account: SandboxAccount) -> [(String, String)] {
        [
            ("GATEWAY_GOOGLE_AUTHORIZE_URL", "\(addresses.google)/o/oauth2/v2/auth"),
            ("GATEWAY_GOOGLE_TOKEN_URL", "\(addresses.google)/token"),
            ("GATEWAY_GOOGLE_REVOKE_URL", "\(addresses.google)/revoke"),
            ("GATEWAY_MICROSOFT_URL", addresses.microsoft), ("GATEWAY_MEETING_BAAS_URL", addresses.meetingBaaS),
            ("GATEWAY_MEETING_BAAS_API_KEY", account.apiKey),
            ("GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS", account.webhookSecret),
            ("GATEWAY_EGRESS_ALLOW", "127.0.0.0/8,::1/128"),
        ]
    }
}

struct SandboxService: Service {
    let sandbox: Sandbox
    let onReady: @Sendable (SandboxAddresses) async throws -> Void
    func run() async throws { try await sandbox.run(onReady: onReady) }
}
