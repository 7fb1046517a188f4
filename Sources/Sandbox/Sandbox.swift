import AsyncHTTPClient
import Hummingbird
public import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Fakes of Google, Microsoft and Meeting BaaS, a receiver of webhooks and, where it is wanted, a demo product, each
/// on a loopback port of its own.
///
/// Written from the vendors' documents and free of the gateway's code, so that a mistake in the gateway is not made
/// twice. Everything is in memory and ends with `run`.
public final class Sandbox: Sendable {
    private let options: SandboxOptions
    private let logger: Logger

    public init(options: SandboxOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Runs until cancelled or gracefully shut down; calls `onReady` once all ports listen.
    ///
    /// Throws what `onReady` throws, and the bind error when a port is taken.
    public func run(onReady: @escaping @Sendable (SandboxAddresses) async throws -> Void) async throws {
        let names: Set<Addresses.Name> = [.google, .microsoft, .meetingBaaS, .receiver]
        let addresses = Addresses(host: options.host, expected: options.demo == nil ? names : names.union([.demo]))
        let outbox = Outbox(schedule: options.webhookRetrySeconds, logger: logger)
        let google = GoogleTokens()
        let microsoft = MicrosoftTokens()
        let upstream = Upstream(
            accounts: options.accounts, google: google, microsoft: microsoft, outbox: outbox, addresses: addresses)
        outbox.lookUp { key in upstream.state.withLock { $0.accounts[key]?.settings } }

        var configuration = HTTPClient.Configuration()
        // A gateway that is gone is an attempt that failed, not ten seconds of trying.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var services: [any Service] = [
            application(Google.origin(google), .google, options.googlePort, addresses),
            application(Microsoft.origin(microsoft), .microsoft, options.microsoftPort, addresses),
            application(MeetingBaaS(upstream: upstream).origin(), .meetingBaaS, options.meetingBaaSPort, addresses),
            application(Receiver().origin(), .receiver, options.receiverPort, addresses),
            Background { await outbox.run(client) },
            Background {
                guard let all = await addresses.all() else { return }
                try await onReady(all)
                try? await gracefulShutdown()
            },
        ]
        if let demo = options.demo {
            services.insert(application(demo.origin(client, addresses), .demo, options.demoPort, addresses), at: 0)
        }
        let group = ServiceGroup(configuration: .init(services: services, logger: logger))
        do {
            try await group.run()
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func application(_ origin: Origin, _ name: Addresses.Name, _ port: Int, _ addresses: Addresses)
        -> Application<Origin>
    {
        var logger = logger
        logger[metadataKey: "sandbox"] = "\(name.rawValue)"
        // Hummingbird announces each port at `info`; the caller has its own way of saying it.
        // Hummingbird reports its own orderly end as an error.
        logger.logLevel = .critical
        return Application(
            responder: origin,
            configuration: .init(address: .hostname(options.host, port: port)),
            onServerRunning: { channel in
                addresses.listening(name, port: channel.localAddress?.port ?? port)
            },
            logger: logger)
    }
}

/// A service made of a closure that ends with a graceful shutdown.
private struct Background: Service {
    let body: @Sendable () async throws -> Void

    init(_ body: @escaping @Sendable () async throws -> Void) { self.body = body }

    func run() async throws { try await cancelWhenGracefulShutdown(body) }
}
