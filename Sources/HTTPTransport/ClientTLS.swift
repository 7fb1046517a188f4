public import NIOSSL

/// The TLS settings of every client in this program.
public enum ClientTLS {
    /// TLS 1.2 or later (RFC 8996 deprecates 1.0 and 1.1), with the system's authorities.
    public static func configuration() -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }
}
