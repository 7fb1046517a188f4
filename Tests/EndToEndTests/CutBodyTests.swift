import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// A client that ends its side within a body.
    @Suite struct CutBodyTests {
        @Test(.timeLimit(.minutes(1)))
        func `A body that is cut off is refused and not acted on, though it reads as whole`()
            async throws
        {
            try await DeliveryPlace.run { place, _ in
                let port = Int(place.env.variables["GATEWAY_PORT"] ?? "") ?? 0
                let json = #"{"url":"https://hooks.example.com/cut"}"#
                let head =
                    "POST /api/v1/webhook-endpoints HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(place.tenant.key)\r\n"
                    + "Content-Type: application/json\r\n"
                let size = String(json.utf8.count, radix: 16)
                for request in [
                    head + "Content-Length: \(json.utf8.count + 40)\r\n\r\n\(json)",
                    head + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(json)\r\n",
                ] {
                    let client = try RawConnection(port: port)
                    client.send(request)
                    client.finish()
                    #expect(await client.receive(quietFor: 3).statuses == [400])
                }
                // A client that is gone.
                try RawConnection(port: port).send(
                    head + "Content-Length: \(json.utf8.count + 40)\r\n\r\n\(json)")
                try await place.env.anonymous.call(.get, "/healthz").expect(200)
                // The server's task has its own time to act on it; it must not.
                try await Task.sleep(for: .milliseconds(500))
                let endpoints = try await place.server.call(.get, "/api/v1/webhook-endpoints").expect(200)
                #expect(!endpoints.text.contains("hooks.example.com/cut"))
            }
        }
    }
}
