import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// The TLS offer that every client of this program makes when it connects.
    @Suite struct ClientTLSTests {
        @Test(.timeLimit(.minutes(2))) func `TLS 1.2 and 1.3 are offered, to receivers and everybody else`()
            async throws
        {
            let server = try ClientHelloServer()
            defer { server.stop() }
            let url = "https://localhost:\(server.port)"
            @Sendable func offered(_ count: Int, by whom: String) async throws {
                for _ in 0..<200 where server.offers.count < count {
                    // Until the client has connected.
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(server.offers.count >= count, "\(whom)")
                for offer in server.offers {
                    // Others are GREASE (RFC 8701).
                    #expect(Set(offer.filter { $0 >> 8 == 3 }) == [0x0303, 0x0304], "\(whom) offers \(offer)")
                }
            }
            try await DeliveryPlace.run { place, gateway in
                // Meeting BaaS, Google and Microsoft.
                _ = try Command(
                    Program.path, ["doctor"],
                    environment: place.env.variables.merging([
                        "GATEWAY_MEETING_BAAS_URL": url, "GATEWAY_GOOGLE_TOKEN_URL": "\(url)/token",
                        "GATEWAY_MICROSOFT_URL": url,
                    ]) { $1 }, folder: place.env.folder)
                try await offered(3, by: "the doctor")
                _ = try Command(
                    Program.path, ["tenants", "list"],
                    environment: ["GATEWAY_URL": url, "GATEWAY_ADMIN_TOKEN": place.env.operatorToken])
                try await offered(4, by: "the command line")
                try await place.endpoint("/tls", at: url)
                await place.webhook("tls")
                try await offered(5, by: "a delivery")
            }
        }
    }
}
