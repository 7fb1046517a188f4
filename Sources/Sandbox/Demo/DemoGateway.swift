import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The calls that the demo product's server makes, with the tenant's key.
struct DemoGateway: Sendable {
    let base: String
    let key: String?
    let client: HTTPClient

    struct Answer: Sendable {
        let status: Int
        let json: JSON
    }

    func get(_ path: String, user: String) async throws -> Answer { try await send("GET", path, user: user) }
    func post(_ path: String, _ body: JSON) async throws -> Answer { try await send("POST", path, body: body) }
    func delete(_ path: String) async throws -> Answer { try await send("DELETE", path) }

    /// - Parameter user: the key does only what this user may.
    /// - Throws: `Refusal` with a 503 for the page when there is no answer.
    private func send(_ method: String, _ path: String, user: String? = nil, body: JSON? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = .RAW(value: method)
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        if let user { request.headers.add(name: "gateway-user", value: user) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        do {
            let response = try await client.execute(request, timeout: .seconds(5))
            let bytes = try await response.body.collect(upTo: 1 << 20)
            return Answer(
                status: Int(response.status.code), json: JSON.parse(Array(bytes.readableBytesView)) ?? .null)
        } catch {
            let document: JSON = ["detail": "Northwind Notes does not reach the meeting gateway.", "action": "wait"]
            throw Refusal(.json(503, document))
        }
    }
}
