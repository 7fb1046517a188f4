import Foundation
public import HTTPTypes
public import NIOCore
import NIOHTTP1
import NIOPosix
import Scheduling
import Synchronization

/// Sends one signed request to a tenant's URL, through the egress policy.
///
/// Every attempt resolves and checks all addresses again and connects to a checked one (`ConnectionRace` selects it);
/// the certificate and the `Host` stay the name's. Redirects are refused. Connecting may take 5 s in all; the whole
/// attempt, with the response's body, as long as the caller says. 64 KiB of a body are read, the first 4 KiB returned.
///
/// Not async-http-client: it resolves names itself, so the address that it connects to need not be one that was checked.
/// Its `dnsOverride` is fixed for a whole client, and it does not measure an attempt's phases.
public final class DeliveryClient: Sendable {
    private let policy: EgressPolicy
    private let proxy: EgressProxy?
    private let profile: ConnectionProfile
    private let pool: ConnectionPool
    private let eventLoopGroup: any EventLoopGroup
    private let resolvers: ResolverPool
    /// URLs that were read: reading one costs more than sending to it.
    private let targets = Mutex(LRUMap<String, DeliveryURL>(capacity: 10_000))

    public static let connectLimit: TimeAmount = .seconds(5)
    static let dnsLimit: TimeAmount = .seconds(10)
    /// Seconds for one attempt, unless its endpoint says otherwise.
    public static let totalLimit = 30
    public static let readLimit = 65_536
    public static let keptBytes = 4_096

    /// - Parameters:
    ///   - authorities: PEM files of certificate authorities that are trusted beside the system's.
    ///   - proxy: through which everything leaves.
    /// - Throws: when the certificates cannot be read.
    public convenience init(
        policy: EgressPolicy, proxy: EgressProxy? = nil, authorities: [String] = [],
        eventLoopGroup: any EventLoopGroup
    ) throws {
        try self.init(
            policy: policy, proxy: proxy, authorities: authorities, eventLoopGroup: eventLoopGroup,
            resolve: Resolver.addresses)
    }

    /// - Parameter resolve: all addresses of a name; it may block.
    init(
        policy: EgressPolicy, proxy: EgressProxy? = nil, authorities: [String] = [],
        eventLoopGroup: any EventLoopGroup, resolve: @escaping ResolverPool.Resolve
    ) throws {
        resolvers = ResolverPool(resolve)
        self.policy = policy
        self.proxy = proxy
        self.eventLoopGroup = eventLoopGroup
        profile = ConnectionProfile(
            authorities: authorities, decodesBodies: false, proxy: proxy, headLimits: Self.headLimits)
        _ = try profile.tlsContext()
        pool = ConnectionPool(limits: Self.limits, eventLoopGroup: eventLoopGroup, resolvers: resolvers)
    }

    /// The scheduler bounds the attempts that go on, and shares them out among tenants and endpoints; the pool holds none up.
    /// A name's certificate and address are checked again within a minute.
    private static var limits: ConnectionPool.Limits {
        var limits = ConnectionPool.Limits()
        (limits.connections, limits.handshakes) = (4_096, 8_192)
        limits.connectTimeout = connectLimit
        (limits.idleTimeout, limits.maxAge) = (.seconds(30), .seconds(60))
        return limits
    }

    /// A response's head: what a receiver has to say fits into far less.
    private static var headLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        (limits.maxHeaderFieldSize, limits.maxHeaderListSize, limits.maxHeaderFieldCount) = (16_384, 32_768, 100)
        return limits
    }

    public struct Outcome: Sendable {
        public let status: Int?
        /// Why there is no status; for the tenant's eyes.
        public var error: String?
        public var retryAfter: Double?
        /// The first 4 KiB of what was answered.
        public var body: [UInt8] = []
        public var timings = Timings()
        public var delivered: Bool { status.map { (200..<300).contains($0) } ?? false }
    }

    /// The duration of each phase; nil for a phase that was not needed: an address needs no resolving, a reused
    /// connection needs no connecting.
    public struct Timings: Sendable {
        public var dns: Duration?
        public var connect: Duration?
        public var tls: Duration?
        /// From the request's first byte sent to the answer's first received.
        public var firstByte: Duration?
    }

    /// - Parameters:
    /// - method: POST, unless a callback asks for PUT.
    ///   - tenant: the owner of the request. Its slow name look-ups delay only its own requests.
    ///   - seconds: for the whole.
    public func send(
        _ method: HTTPRequest.Method = .post, url: String, headers: [(String, String)], body: [UInt8],
        tenant: String = "", seconds: Int = totalLimit
    ) async -> Outcome {
        var timings = Timings()
        do {
            var outcome = try await attempt(
                method, url, headers, body, tenant, until: .now() + .seconds(Int64(seconds)), timings: &timings)
            outcome.timings = timings
            return outcome
        } catch {
            return Outcome(status: nil, error: Self.message(for: error), timings: timings)
        }
    }

    private struct Refusal: Error { let reason: String }

    private static func message(for error: any Error) -> String {
        switch error {
        case let refusal as Refusal: refusal.reason
        case TransportError.connect(EgressProxy.refusal): EgressProxy.refusal
        case is CancellationError: "cancelled"
        default: TransportError(error).description
        }
    }

    private func attempt(
        _ method: HTTPRequest.Method, _ url: String, _ headers: [(String, String)], _ body: [UInt8], _ tenant: String,
        until deadline: NIODeadline, timings: inout Timings
    ) async throws -> Outcome {
        guard let target = target(url) else { throw Refusal(reason: "not a URL that deliveries can go to") }
        let addresses = ConnectionRace.order(try await addresses(of: target, tenant, until: deadline, &timings))
        var request = ClientRequest(
            HTTPMethod(rawValue: method.rawValue), HTTPTarget(target, profile: profile), headers: HTTPHeaders(headers),
            body: ByteBuffer(bytes: body), total: deadline, stall: .hours(1))
        request.addresses = addresses
        // A receiver that had hung up on an idle connection has read nothing, and knows deliveries by their id.
        request.isRepeatable = true
        let response = DeliveryResponse(kept: Self.keptBytes, limit: Self.readLimit)
        defer { (timings.connect, timings.tls, timings.firstByte) = response.timings }
        let answer = try await response.receive(request, pool)
        return Outcome(
            status: answer.status, error: nil,
            retryAfter: answer.retryAfter.flatMap { RetryAfter.seconds($0) }.map(Double.init), body: answer.body)
    }

    private func target(_ url: String) -> DeliveryURL? {
        if let known = targets.withLock({ $0.value(for: url) }) { return known }
        guard let target = DeliveryURL(url) else { return nil }
        targets.withLock { $0.insert(target, for: url) }
        return target
    }

    // MARK: - where to

    /// The addresses of which one is connected to: all checked, or the proxy's.
    private func addresses(
        of target: DeliveryURL, _ tenant: String, until deadline: NIODeadline, _ timings: inout Timings
    ) async throws -> [SocketAddress] {
        let literal = try? SocketAddress(ipAddress: target.host, port: target.port)
        if let proxy {
            if let reason = policy.refusal(scheme: target.scheme, name: target.host, address: literal) {
                throw Refusal(reason: "refused by the egress policy: \(reason)")
            }
            let found = try await resolve(
                proxy.host, port: proxy.port, "the egress proxy", tenant, until: deadline, &timings)
            guard !found.isEmpty else { throw Refusal(reason: "the egress proxy does not resolve") }
            return found
        }
        let addresses =
            if let literal { [literal] } else {
                try await resolve(target.host, port: target.port, "the host", tenant, until: deadline, &timings)
            }
        if let reason = policy.refusal(scheme: target.scheme, addresses: addresses) {
            throw Refusal(reason: "refused by the egress policy: \(reason)")
        }
        return addresses
    }

    /// All addresses of the name, by the system's resolver.
    private func resolve(
        _ name: String, port: Int, _ what: String, _ tenant: String, until deadline: NIODeadline,
        _ timings: inout Timings
    ) async throws -> [SocketAddress] {
        let started = NIODeadline.now()
        let found = await resolvers.addresses(
            of: name, port: port, tenant: tenant, loop: eventLoopGroup.next(),
            until: min(started + Self.dnsLimit, deadline)
        )
        guard let found else { throw Refusal(reason: "\(what) does not resolve") }
        timings.dns = .nanoseconds((NIODeadline.now() - started).nanoseconds)
        return found
    }

    public func shutdown() async { await pool.shutdown() }
}
