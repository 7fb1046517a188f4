import Foundation
import NIOCore
import Support
import Testing

@testable import HTTPTransport

/// Random sequences, from one seed (`GATEWAY_TEST_SEED`); more of them by `GATEWAY_SEQUENCES`.
@Suite struct ConnectionPoolSequenceTests {
    static let sequences = ProcessInfo.processInfo.environment["GATEWAY_SEQUENCES"].flatMap { Int($0) } ?? 5_000

    @Test func `Whatever happens in whatever order, the pool keeps its rules`() async throws {
        SeededGenerator.announce("the connection pool's sequences")
        let addresses = try ["192.0.2.1", "192.0.2.2"].map { try SocketAddress(ipAddress: $0, port: 443) }
        for sequence in 0..<Self.sequences {
            // Other tests share the threads.
            if sequence % 20 == 0 { await Task.yield() }
            var model = ConnectionPoolModel(SeededGenerator("pool \(sequence)"), addresses: addresses)
            model.run(events: 30)
            if let violation = model.violation { return #expect(Bool(false), "sequence \(sequence): \(violation)") }
        }
    }

    @Test func `Whatever a server and a consumer do, the connection keeps its rules`() async {
        SeededGenerator.announce("the client connection's sequences")
        for sequence in 0..<Self.sequences {
            // Other tests share the threads.
            if sequence % 20 == 0 { await Task.yield() }
            var model = HTTPClientModel(SeededGenerator("client \(sequence)"))
            model.run(events: 40)
            if let violation = model.violation { return #expect(Bool(false), "sequence \(sequence): \(violation)") }
        }
    }
}
