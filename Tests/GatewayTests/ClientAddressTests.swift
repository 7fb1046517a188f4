import HTTPTransport
import HTTPTypes
import NIOCore
import Testing

@testable import Gateway

/// The client's address behind proxies.
@Suite struct ClientAddressTests {
    private func address(_ peer: String, _ forwarded: [String] = [], trusted: [String] = ["10.0.0.0/8"]) throws
        -> String?
    {
        var headers = HTTPFields()
        for value in forwarded {
            headers.append(HTTPField(name: .make("X-Forwarded-For"), value: value))
        }
        let ranges = try trusted.map { try #require(AddressRange($0)) }
        return ClientAddress(trusted: ranges).client(of: headers, peer: try SocketAddress(ipAddress: peer, port: 1))
    }

    @Test func `Only a trusted proxy names another address`() throws {
        #expect(try address("203.0.113.5") == "203.0.113.5")
        #expect(try address("203.0.113.5", ["198.51.100.1"]) == "203.0.113.5")
        #expect(try address("10.0.0.1", ["198.51.100.1"]) == "198.51.100.1")
        #expect(try address("10.0.0.1") == "10.0.0.1")
        #expect(try address("10.0.0.1", ["198.51.100.1"], trusted: []) == "10.0.0.1")
        #expect(ClientAddress(trusted: []).client(of: HTTPFields(), peer: nil) == nil)
    }

    @Test func `The header is read from its end, past trusted addresses`() throws {
        #expect(try address("10.0.0.1", ["192.0.2.9, 198.51.100.1, 10.0.0.2"]) == "198.51.100.1")
        #expect(try address("10.0.0.1", ["192.0.2.9", "198.51.100.1"]) == "198.51.100.1")
        #expect(try address("10.0.0.1", ["10.0.0.3, 10.0.0.2"]) == "10.0.0.1")
        #expect(try address("10.0.0.1", ["198.51.100.1, nonsense"]) == "10.0.0.1", "nothing before it counts")
    }

    @Test(arguments: [
        ("203.0.113.5:4711", "203.0.113.5"), ("[2001:db8::1]:443", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
    ])
    func `A port beside the address is dropped`(hop: String, client: String) throws {
        #expect(try address("10.0.0.1", [hop]) == client)
    }

    @Test(arguments: [
        ("203.0.113.5", "203.0.113.5"), ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "20:1:d:b8:0:1:0:2/64"), ("::1", "0:0:0:0:0:0:0:0/64"), ("nonsense", "nonsense"),
    ])
    func `A network is one IPv4 address or 64 bits of IPv6`(address: String, network: String) {
        #expect(ClientAddress.network(of: address) == network)
    }

    @Test func `A trusted proxy that names nobody has no limit of its own`() throws {
        let addresses = ClientAddress(trusted: [try #require(AddressRange("10.0.0.0/8"))])
        let (proxy, client) = (
            try SocketAddress(ipAddress: "10.0.0.1", port: 1), try SocketAddress(ipAddress: "2001:db8::1", port: 1)
        )
        #expect(addresses.limited(HTTPFields(), peer: proxy) == nil)
        #expect(addresses.limited(HTTPFields(), peer: client) == "20:1:d:b8:0:0:0:0/64")
        #expect(
            addresses.limited([.make("X-Forwarded-For"): "198.51.100.1"] as HTTPFields, peer: proxy) == "198.51.100.1")
    }
}
