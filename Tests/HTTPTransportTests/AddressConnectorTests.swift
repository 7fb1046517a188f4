import Foundation
import HTTPTypes
import NIOCore
import NIOPosix
import Support
import Testing

@testable import HTTPTransport

/// Deliveries to names of which only a later address is alive, over real sockets.
@Suite struct AddressConnectorTests {
    private static let live = "127.0.0.1"
    private static let dead = "127.0.0.2"

    private func server() throws -> RawServer {
        try RawServer { peer in peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
    }

    private func client(_ hosts: [String], proxy: EgressProxy? = nil) throws -> DeliveryClient {
        let loopback = try #require(AddressRange("127.0.0.0/8"))
        return try DeliveryClient(
            policy: EgressPolicy(allowed: [loopback]), proxy: proxy,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton
        ) { _, port in try hosts.map { try SocketAddress(ipAddress: $0, port: port) } }
    }

    private func connect(_ addresses: [SocketAddress], within limit: TimeAmount) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        _ = try await loop.flatSubmit {
            AddressConnector.connect(addresses, on: loop, deadline: .now() + limit)
        }.get()
    }

    @Test func `A connection made in time counts, however late its caller is resumed`() async throws {
        let server = try server()
        defer { server.stop() }
        var limits = ConnectionPool.Limits()
        limits.connectTimeout = .milliseconds(200)
        // Each thread of the pool sleeps for longer than the limit, so the caller is resumed after it.
        let sleepers = (0..<2 * ProcessInfo.processInfo.activeProcessorCount).map { _ in
            Task.detached { Self.pause(0.4) }
        }
        try await PoolPlace.run(limits) { place in
            let reply = try await place.send(.get, server.url)
            #expect(reply.status == 200)
        }
        for sleeper in sleepers { await sleeper.value }
    }

    /// Blocks the thread.
    private static func pause(_ seconds: Double) { Thread.sleep(forTimeInterval: seconds) }

    @Test func `A delivery passes an address that refuses`() async throws {
        let server = try server()
        defer { server.stop() }
        let client = try client([Self.dead, Self.live])
        let outcome = await client.send(
            url: "http://hooks.example.com:\(server.port)/x", headers: [], body: [1])
        #expect(outcome.status == 200 && outcome.error == nil, "\(outcome)")
        #expect(server.requests.count == 1, "one attempt is one request")
        await client.shutdown()
    }

    @Test func `A delivery passes an address that never answers, after 250 ms, and gives the other attempt up`()
        async throws
    {
        let server = try server()
        defer { server.stop() }
        let silent = try SilentListener(Self.dead, port: server.port)
        defer { silent.stop() }
        let client = try client([Self.dead, Self.live])
        let outcome = await client.send(
            url: "http://hooks.example.com:\(server.port)/x", headers: [], body: [1])
        #expect(outcome.status == 200, "\(outcome)")
        #expect(outcome.timings.connect ?? .zero >= .milliseconds(250))
        #expect(try silent.connecting == 0)
        await client.shutdown()
    }

    @Test func `The connection to a later address is used again`() async throws {
        let isOver = DispatchSemaphore(value: 0)
        let server = try RawServer { peer in
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            // The connection is closed when the script ends.
            _ = isOver.wait(timeout: .now() + 120)
            isOver.signal()
        }
        defer { server.stop() }
        defer { isOver.signal() }
        let client = try client([Self.dead, Self.live])
        let url = "http://hooks.example.com:\(server.port)/x"
        #expect(await client.send(url: url, headers: [], body: [1]).status == 200)
        // The server answers once a connection, so this has no answer; it needed no new connection for that.
        let again = await client.send(url: url, headers: [], body: [2], seconds: 1)
        #expect(again.timings.connect == nil && server.requests.count == 1)
        await client.shutdown()
    }

    @Test func `All addresses are checked before the first is tried`() async throws {
        let server = try server()
        defer { server.stop() }
        let client = try client([Self.live, "10.0.0.1"])
        let outcome = await client.send(
            url: "http://hooks.example.com:\(server.port)/x", headers: [], body: [1])
        #expect(outcome.error == "refused by the egress policy: the host's address is not public")
        #expect(server.requests.isEmpty)
        await client.shutdown()
    }

    @Test func `When no address answers the whole takes as long as one may`() async throws {
        let port = try TestEnvironment.freePort()
        let silent = [try SilentListener(Self.live, port: port), try SilentListener(Self.dead, port: port)]
        defer { for one in silent { one.stop() } }
        let addresses = try [Self.live, Self.dead].map { try SocketAddress(ipAddress: $0, port: port) }
        await #expect(throws: TransportError.connect("timeout")) {
            try await connect(addresses, within: .milliseconds(400))
        }
        for one in silent { #expect(try one.connecting == 0) }
        await #expect(throws: TransportError.connect("refused or unreachable")) {
            let closed = try [Self.live, Self.dead].map {
                try SocketAddress(ipAddress: $0, port: try TestEnvironment.freePort())
            }
            try await connect(closed, within: .seconds(60))
        }
    }

    @Test func `The egress proxy's later addresses are tried as well`() async throws {
        let proxy = try RawServer { peer in peer.send("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n") }
        defer { proxy.stop() }
        let silent = try SilentListener(Self.dead, port: proxy.port)
        defer { silent.stop() }
        let client = try client([Self.dead, Self.live], proxy: EgressProxy("http://proxy.example:\(proxy.port)"))
        let outcome = await client.send(url: "https://hooks.example.com/x", headers: [], body: [1])
        #expect(outcome.error == "refused by the egress proxy")
        #expect(proxy.requests.first?.hasPrefix("CONNECT hooks.example.com:443 ") == true)
        await client.shutdown()
    }
}
