import Foundation
import HTTPTypes
import Logging
import Sealing
import ServiceLifecycle
import Support
import Testing

@testable import Gateway

/// Two gateways in one process.
@Suite struct TwoGatewaysTests {
    /// Runs a gateway until `body` returns.
    private func withGateway(_ body: @escaping @Sendable (API) async throws -> Void) async throws {
        let folder = try Fixture.temporaryFolder()
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let gateway = try await Gateway.build(
            try await GatewayConfiguration.read(environment: [
                "GATEWAY_MASTER_KEY": Base64.encode(SecretKey.random().reveal()), "GATEWAY_PORT": "0",
                "GATEWAY_HOST": "127.0.0.1", "GATEWAY_DATABASE_URL": "sqlite:\(folder.path)/gateway.db",
            ]), logger: logger
        ) { bound.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: gateway.services.map { .init(service: $0) }, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { bound.finish() }
                try await group.run()
            }
            let port = try #require(await ports.first { _ in true })
            do {
                try await body(API("http://127.0.0.1:\(port)"))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await gateway.close()
    }

    @Test func `Neither sees the other's metrics`() async throws {
        try await withGateway { one in
            try await withGateway { other in
                for _ in 0..<3 { try await one.call(.get, "/healthz").expect(200) }
                func requests(_ gateway: API) async throws -> [Exposition.Sample] {
                    let text = try await gateway.call(.get, "/metrics").expect(200).text
                    return try Exposition(text)["gateway_http_requests_total"]?.samples ?? []
                }
                let health = try await requests(one).filter { $0.labels["route"] == "/healthz" }
                #expect(health.map(\.value) == [3])
                #expect(health.first?.labels == ["method": "GET", "route": "/healthz", "status": "200"])
                #expect(try await requests(other).isEmpty)
            }
        }
    }
}
