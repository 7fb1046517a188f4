import ArgumentParser
import Foundation
import Gateway
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the gateway.",
        discussion: """
            Needs GATEWAY_MASTER_KEY (`meeting-gateway vault generate-key` prints one). SIGTERM and SIGINT let requests
            in hand finish, 25 seconds at most.

            With --sandbox it starts stand-ins of Google, Microsoft and Meeting BaaS and a demo product beside itself,
            with fresh keys in ./data/sandbox, and prints what to open and to type next. Nothing of that is for production.
            """)

    @Flag(help: "Start anew in ./data/sandbox, with stand-ins of all outside services.")
    var sandbox = false

    @Option(help: "With --sandbox: the first of five ports, the stand-ins' and the demo product's.")
    var sandboxPort = 9001

    @Option(help: "A YAML file with the same names as the environment, which goes first.")
    var config: String?

    func run() async throws {
        if sandbox {
            guard config == nil else {
                throw ValidationError("--sandbox takes no --config: it makes its own settings.")
            }
            try await SandboxServe(firstPort: sandboxPort).run()
            return
        }
        MallocArenas.limit()
        // The database is for this user's eyes alone.
        umask(0o077)
        let configuration: GatewayConfiguration
        do {
            configuration = try await GatewayConfiguration.read(file: config)
        } catch let error as ConfigurationError {
            for line in error.lines { Terminal.complain(line) }
            throw ExitCode(2)
        }
        try await Self.run(configuration, logger: Terminal.logger(configuration))
    }

    /// Until a signal. A start that fails is one line that says why.
    static func run(
        _ configuration: GatewayConfiguration, logger: Logger, lock held: DatabaseLock? = nil,
        beside others: [any Service] = [],
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws {
        // As PID 1 of a container a process ignores SIGTERM until it has a handler; nothing is in hand before the start.
        signal(SIGTERM) { _ in _exit(143) }
        let gateway: Gateway
        var lock = held
        defer { lock?.release() }
        do {
            if let refusal = DescriptorLimit.refusal(descriptors: DescriptorLimit.raise()) {
                throw StartRefusal(description: refusal)
            }
            if lock == nil, configuration.locksDatabase, let path = configuration.databaseFile {
                lock = try await Self.lock(path, configuration.lockWaitSeconds, logger)
            }
            gateway = try await Gateway.build(configuration, logger: logger) { port in
                logger.info(
                    "listening",
                    metadata: [
                        "address": "\(configuration.host):\(port)", "public.url": "\(configuration.publicURL)",
                        "version": "\(Version.number)",
                    ])
                await onReady(port)
            }
        } catch {
            Terminal.complain("meeting-gateway does not start: \(StartFailure(error, configuration))")
            throw ExitCode(1)
        }
        var group = ServiceGroupConfiguration(
            services: others + gateway.services, gracefulShutdownSignals: [.sigterm, .sigint],
            cancellationSignals: [.sigquit], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(25)
        // Under the 30 seconds after which containers are killed.
        group.maximumCancellationDuration = .seconds(4)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            await gateway.close()
            Terminal.complain("meeting-gateway stopped: \(StartFailure(error, configuration))")
            throw ExitCode(1)
        }
        await gateway.close()
        logger.info("stopped")
    }

    /// Waits for a process that has the lock.
    static func lock(_ path: String, _ seconds: Int, _ logger: Logger) async throws -> DatabaseLock {
        try await DatabaseLock.acquire(forDatabase: path, waitingUpTo: seconds) { holder in
            logger.warning(
                "waiting for the database lock",
                metadata: ["holder": .string(holder), "seconds": .stringConvertible(seconds)])
        }
    }

    private struct StartRefusal: Error, CustomStringConvertible {
        let description: String
    }
}
