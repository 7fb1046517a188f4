import ArgumentParser
import Foundation
import HTTPTypes

struct Healthcheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks a running gateway whether it is alive; exits with 0 if so.",
        discussion: """
            For a container's HEALTHCHECK. Asks `/healthz` at GATEWAY_URL, else on loopback at GATEWAY_PORT. With --ready it \
            asks `/readyz`, which also proves that the database takes a write.
            """)

    @Flag(help: "Ask whether the gateway can work, not only whether it is alive.")
    var ready = false

    func run() async throws {
        let client = AdminClient(try AdminClient.url(ProcessInfo.processInfo.environment), token: nil)
        _ = try await client.call(.get, ready ? "/readyz" : "/healthz")
        print(ready ? "ready" : "alive")
    }
}
