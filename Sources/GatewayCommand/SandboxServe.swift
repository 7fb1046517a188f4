import ArgumentParser
import Foundation
import Gateway
import JSONValue
import Logging
import Sandbox
import Sealing
import ServiceLifecycle
import Synchronization

/// `serve --sandbox`: fakes, a gateway and a demo product in one process, on fresh keys and data, and a walk to type.
struct SandboxServe {
    let firstPort: Int
    private static let folder = "./data/sandbox"
    private static let database = "./data/sandbox/gateway.db"
    /// Distinguishes a folder made by this command from one made by `serve`.
    private static let mark = "./data/sandbox/.meeting-gateway-sandbox"

    func run() async throws {
        umask(0o077)
        let lock = try await prepareFolder()
        let port = ProcessInfo.processInfo.environment["GATEWAY_PORT"].flatMap { Int($0) } ?? 8080
        let account = SandboxSetup.account(webhookURL: "http://localhost:\(port)/webhooks/meeting-baas")
        let logger = Terminal.logger(.text, .warning)
        let product = DemoProduct()
        let sandbox = Sandbox(
            options: SandboxSetup.options(
                port: firstPort, account: account, retry: [0, 1, 2, 5, 10, 30, 60], demo: product),
            logger: logger)
        let ready = AsyncStream.makeStream(of: SandboxAddresses.self)
        let service = SandboxService(sandbox: sandbox) { addresses in ready.continuation.yield(addresses) }
        let fakes = ServiceGroup(configuration: .init(services: [service], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.continuation.finish() }
                try await fakes.run()
            }
            var iterator = ready.stream.makeAsyncIterator()
            guard let addresses = await iterator.next() else {
                Terminal.complain(
                    "The stand-ins do not start. Are the ports from \(firstPort) on taken? --sandbox-port gives others."
                )
                throw ExitCode(1)
            }
            try await serve(addresses, account, product, port: port, lock)
            await fakes.triggerGracefulShutdown()
        }
    }

    private func serve(
        _ addresses: SandboxAddresses, _ account: SandboxAccount, _ product: DemoProduct, port: Int,
        _ lock: DatabaseLock
    ) async throws {
        let token = Base64.encodeURL(Digests.random(32))
        var environment = Dictionary(uniqueKeysWithValues: SandboxSetup.environment(addresses, account))
        environment["GATEWAY_PORT"] = String(port)
        environment["GATEWAY_PUBLIC_URL"] = "http://localhost:\(port)"
        environment["GATEWAY_DATABASE_URL"] = "sqlite:\(Self.database)"
        environment["GATEWAY_MASTER_KEY"] = Base64.encode(SecretKey.random().reveal())
        environment["GATEWAY_ADMIN_TOKEN"] = token
        for name in ["GATEWAY_HOST", "GATEWAY_LOG_LEVEL", "GATEWAY_LOG_FORMAT"] {
            environment[name] = ProcessInfo.processInfo.environment[name]
        }
        let configuration = try await GatewayConfiguration.read(environment: environment)
        // Beside the server, not in its callback: it accepts nothing until that returns.
        let listening = AsyncStream.makeStream(of: Void.self)
        let walk = WalkService(
            demo: SandboxDemo(
                gateway: "http://localhost:\(port)", adminToken: token, addresses: addresses, product: product),
            listening: listening.stream)
        try await Serve.run(configuration, logger: Terminal.logger(configuration), lock: lock, beside: [walk]) { _ in
            listening.continuation.yield()
        }
    }

    /// Sets the demo up once the gateway listens, prints the walk, and waits for the end.
    private struct WalkService: Service {
        let demo: SandboxDemo
        let listening: AsyncStream<Void>

        func run() async throws {
            for await _ in listening.cancelOnGracefulShutdown() {
                do {
                    print(try await demo.prepare())
                    fflush(nil)
                } catch {
                    Terminal.complain("The demo could not be set up: \(error)")
                }
            }
        }
    }

    /// Empties the folder, unless another sandbox runs in it.
    /// - Returns: the lock of the database that comes into it; its file is the one thing that stays.
    private func prepareFolder() async throws -> DatabaseLock {
        let files = FileManager.default
        if files.fileExists(atPath: Self.folder), !files.fileExists(atPath: Self.mark) {
            Terminal.complain(
                "\(Self.folder) was not made by --sandbox; it is left alone. Move it, or start elsewhere.")
            throw ExitCode(1)
        }
        try files.createDirectory(
            atPath: Self.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data("Made by meeting-gateway serve --sandbox, which empties this folder at each start.\n".utf8)
            .write(to: URL(fileURLWithPath: Self.mark))
        let lock: DatabaseLock
        do {
            lock = try await DatabaseLock.acquire(forDatabase: Self.database, waitingUpTo: 0)
        } catch {
            Terminal.complain("The sandbox does not start: \(error).")
            throw ExitCode(1)
        }
        let kept = [Self.mark, DatabaseLock.path(ofDatabase: Self.database)].map {
            URL(fileURLWithPath: $0).lastPathComponent
        }
        for name in try files.contentsOfDirectory(atPath: Self.folder) where !kept.contains(name) {
            try files.removeItem(atPath: "\(Self.folder)/\(name)")
        }
        return lock
    }
}
