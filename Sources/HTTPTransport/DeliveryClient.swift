import Foundation
public import HTTPTypes
public import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
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
    private let tls: NIOSSLContext
    private let eventLoopGroup: any EventLoopGroup
    private let idle = IdleConnections()
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
        var configuration = ClientTLS.configuration()
        configuration.applicationProtocols = ["http/1.1"]
        configuration.additionalTrustRoots = authorities.map { .file($0) }
        tls = try NIOSSLContext(configuration: configuration)
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
            return try await attempt(
                method, url, headers, body, tenant, until: .now() + .seconds(Int64(seconds)), timings: &timings)
        } catch {
            return Outcome(status: nil, error: Self.message(for: error), timings: timings)
        }
    }

    private struct Refusal: Error { let reason: String }

    private static func message(for error: any Error) -> String {
        switch error {
        case let refusal as Refusal: refusal.reason
        case is EgressProxy.Refused: "refused by the egress proxy"
        case let broken as DeliveryConnection.Broken:
            (broken.cause.map { TransportError($0) } ?? .interrupted("closed")).description
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
        let request = Self.request(method, target, headers, length: body.count)
        while true {
            let known = idle.take(target, addresses)
            let connection: DeliveryConnection
            if let known {
                connection = known
            } else {
                connection = try await DeliveryConnection.open(
                    .init(
                        addresses: addresses, host: target.host, port: target.port,
                        tls: target.scheme == "https" ? tls : nil, proxy: proxy),
                    on: eventLoopGroup.next(), limit: max(min(Self.connectLimit, deadline - .now()), .milliseconds(1)))
                (timings.connect, timings.tls) = (connection.connect, connection.tls)
            }
            let sent = NIODeadline.now()
            do {
                let answer = try await connection.exchange(
                    request, ByteBuffer(bytes: body), deadline: deadline, kept: Self.keptBytes)
                timings.firstByte = .nanoseconds((answer.firstByte - sent).nanoseconds)
                if answer.isReusable { idle.put(connection, .init(target, connection.address)) }
                return Outcome(
                    status: answer.status, error: nil,
                    retryAfter: answer.retryAfter.flatMap { RetryAfter.seconds($0) }.map(Double.init),
                    body: answer.body, timings: timings)
            } catch let broken as DeliveryConnection.Broken where known != nil && !broken.hadBegun {
                // The receiver had hung up on an idle connection; that says nothing about it.
                continue
            }
        }
    }

    private func target(_ url: String) -> DeliveryURL? {
        if let known = targets.withLock({ $0.value(for: url) }) { return known }
        guard let target = DeliveryURL(url) else { return nil }
        targets.withLock { $0.insert(target, for: url) }
        return target
    }

    private static func request(
        _ method: HTTPRequest.Method, _ target: DeliveryURL, _ headers: [(String, String)], length: Int
    ) -> HTTPRequestHead {
        var fields = HTTPHeaders()
        fields.reserveCapacity(headers.count + 3)
        fields.add(name: "Host", value: target.authority)
        for (name, value) in headers { fields.add(name: name, value: value) }
        fields.add(name: "Content-Length", value: String(length))
        return HTTPRequestHead(
            version: .http1_1, method: NIOHTTP1.HTTPMethod(rawValue: method.rawValue), uri: target.path,
            headers: fields)
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

    /// Closes connections that rested too long. Call it now and then.
    public func closeIdle() { idle.prune() }

    public func shutdown() async {
        idle.closeAll()
        resolvers.shutdown()
    }
}
