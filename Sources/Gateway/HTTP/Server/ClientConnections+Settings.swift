import CoreMetrics
import Logging

extension ClientConnections {
    /// Connections within the settings and the file descriptors of this process, with reports as log lines.
    convenience init(_ configuration: GatewayConfiguration, metrics: any MetricsFactory, logger: Logger) {
        let descriptors = DescriptorLimit.current
        let limit = DescriptorLimit.connections(setting: configuration.maxConnections, descriptors: descriptors)
        if limit < configuration.maxConnections {
            logger.warning(
                "fewer connections than GATEWAY_MAX_CONNECTIONS: too few file descriptors",
                metadata: [
                    "connections": .stringConvertible(limit), "descriptors": .stringConvertible(descriptors),
                ])
        }
        self.init(
            limit: limit, addressLimit: configuration.maxConnectionsPerAddress,
            addresses: ClientAddress(trusted: configuration.trustedProxies), metrics: metrics
        ) { Self.log($0, limit: limit, logger) }
    }

    private static func log(_ report: Report, limit: Int, _ logger: Logger) {
        switch report {
        case .closedToMakeRoom(let address, let open):
            logger.warning(
                "idle connections are closed: more than 90 % of the connection limit are open",
                metadata: [
                    "client.address": .string(address), "connections": .stringConvertible(open),
                    "limit": .stringConvertible(limit),
                ])
        case .untrustedProxy(let proxy):
            logger.warning(
                """
                over half of the connections come from one untrusted address that sends X-Forwarded-For; \
                if it is your proxy, list it in GATEWAY_TRUSTED_PROXIES
                """,
                metadata: [
                    "client.address": .string(proxy.address), "connections": .stringConvertible(proxy.connections),
                    "open": .stringConvertible(proxy.open),
                ])
        }
    }
}
