import NIOHTTP1
import NIOSSL
import Synchronization

/// The settings that connections are opened with. Requests of two profiles never share a connection, so a profile stands for
/// one purpose and one set of trusted authorities.
public final class ConnectionProfile: Sendable, Hashable {
    /// PEM files of authorities that are trusted beside the system's.
    let authorities: [String]
    /// Bodies are decoded that come in gzip or deflate.
    let decodesBodies: Bool
    /// Asked for a tunnel to the server, if the requests' addresses are its own.
    let proxy: EgressProxy?
    let headLimits: NIOHTTPDecoderLimitConfiguration
    private let context = Mutex<NIOSSLContext?>(nil)

    public convenience init(authorities: [String] = [], decodesBodies: Bool) {
        self.init(authorities: authorities, decodesBodies: decodesBodies, proxy: nil, headLimits: .init())
    }

    init(
        authorities: [String], decodesBodies: Bool, proxy: EgressProxy?, headLimits: NIOHTTPDecoderLimitConfiguration
    ) {
        self.authorities = authorities
        self.decodesBodies = decodesBodies
        self.proxy = proxy
        self.headLimits = headLimits
    }

    /// Made once, when the first connection needs it: reading the system's authorities takes some milliseconds.
    /// - Throws: when the certificates cannot be read.
    func tlsContext() throws -> NIOSSLContext {
        try context.withLock { context in
            if let context { return context }
            var configuration = ClientTLS.configuration()
            configuration.applicationProtocols = ["http/1.1"]
            configuration.additionalTrustRoots = authorities.map { .file($0) }
            let made = try NIOSSLContext(configuration: configuration)
            context = made
            return made
        }
    }

    public static func == (one: ConnectionProfile, other: ConnectionProfile) -> Bool { one === other }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
