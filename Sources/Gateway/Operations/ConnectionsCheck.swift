import HTTPTransport
import HTTPTypes
import Sealing

/// A running gateway's own view of its connections. It is not asked for anything when none runs here.
struct ConnectionsCheck {
    /// Connections of an untrusted address that sends `X-Forwarded-For`, while it holds over half of them.
    static let gauge = "gateway_http_connections_untrusted_proxy"

    let configuration: GatewayConfiguration

    func run(_ findings: inout Findings) async {
        let clients = HTTPClients()
        let metrics = await read(clients.identity)
        await clients.close()
        guard let metrics, let count = Self.value(of: Self.gauge, in: metrics), count > 0 else { return }
        findings.warn(
            "proxies",
            "the running gateway has \(count) of its \(Self.value(of: "gateway_http_connections", in: metrics) ?? count) connections from one address that sends X-Forwarded-For and is not in GATEWAY_TRUSTED_PROXIES; its log names the address: if it is your proxy, list its CIDR there"
        )
    }

    private func read(_ http: HTTPExchange) async -> String? {
        let host =
            switch configuration.host {
            case "0.0.0.0": "127.0.0.1"
            case "::": "[::1]"
            default: configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
            }
        var headers: [(String, String)] = []
        if let token = configuration.metricsToken {
            headers.append(("Authorization", "Bearer \(token.revealText())"))
        }
        let reply = try? await http.send(
            .get, "http://\(host):\(configuration.port)/metrics", headers: headers, limit: .seconds(2),
            maximum: 4 << 20)
        guard let reply, reply.status == 200 else { return nil }
        return String(decoding: reply.body, as: UTF8.self)
    }

    private static func value(of gauge: String, in metrics: String) -> Int? {
        let line = metrics.split(separator: "\n").first { $0.hasPrefix(gauge + " ") }
        return line.flatMap { Int($0.dropFirst(gauge.count + 1)) }
    }
}
