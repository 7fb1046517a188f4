import AsyncHTTPClient
import Foundation
public import HTTPTypes
public import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Sends one signed POST to a tenant's URL, through the egress policy.
///
/// Every attempt resolves and checks anew; the checked address is pinned for the connection, while the certificate and
/// the `Host` stay the name's. Redirects are refused. At most 30 s in all, body included; 64 KiB of a reply are read.
public final class DeliveryClient: Sendable {
    private let policy: EgressPolicy
    private let eventLoopGroup: any EventLoopGroup
    private let pinned = Mutex<[Pin: Entry]>([:])

    private struct Pin: Hashable {
        let host: String
        let address: String
    }
    private struct Entry {
        let client: HTTPClient
        var users: Int
        var lastUse: ContinuousClock.Instant
    }

    public static let connectLimit: TimeAmount = .seconds(5)
    public static let totalLimit: Duration = .seconds(30)
    public static let readLimit = 65_536

    public init(policy: EgressPolicy, eventLoopGroup: any EventLoopGroup) {
        self.policy = policy
        self.eventLoopGroup = eventLoopGroup
    }

    public struct Outcome: Sendable {
        public let status: Int?
        /// Why there is no status; for the tenant's eyes.
        public let error: String?
        public let retryAfter: Double?
        public var delivered: Bool { status.map { (200..<300).contains($0) } ?? false }
    }

    /// - Parameter method: POST, unless a callback asks for PUT.
    public func send(
        _ method: HTTPRequest.Method = .post, url: String, headers: [(String, String)], body: [UInt8]
    ) async -> Outcome {
        do {
            return try await attempt(method, url: url, headers: headers, body: body)
        } catch let refusal as Refusal {
            return Outcome(status: nil, error: refusal.reason, retryAfter: nil)
        } catch let fault as TransportFault {
            return Outcome(status: nil, error: fault.description, retryAfter: nil)
        } catch {
            return Outcome(status: nil, error: "cancelled", retryAfter: nil)
        }
    }

    private struct Refusal: Error { let reason: String }

    private func attempt(
        _ method: HTTPRequest.Method, url: String, headers: [(String, String)], body: [UInt8]
    ) async throws -> Outcome {
        guard let target = DeliveryURL(url) else { throw Refusal(reason: "not a URL that deliveries can go to") }
        let addresses = try await resolve(target.host, port: target.port)
        if let reason = policy.refusal(scheme: target.scheme, addresses: addresses) {
            throw Refusal(reason: "refused by the egress policy: \(reason)")
        }
        guard let address = addresses[0].ipAddress else { throw Refusal(reason: "no address") }
        let pin = Pin(host: target.host, address: address)
        let client = checkOut(pin)
        defer { checkIn(pin) }
        let reply = try await HTTPExchange(client: client).send(
            method, url, headers: headers, body: body, limit: Self.totalLimit, maximum: Self.readLimit, truncating: true
        )
        return Outcome(
            status: reply.status, error: nil,
            retryAfter: reply.header("Retry-After").flatMap { RetryAfter.seconds($0) }.map(Double.init))
    }

    /// All addresses of the name, by the system's resolver, on a thread that may block.
    private func resolve(_ name: String, port: Int) async throws -> [SocketAddress] {
        do {
            return try await NIOThreadPool.singleton.runIfActive { try Resolver.addresses(of: name, port: port) }
        } catch {
            throw Refusal(reason: "the host does not resolve")
        }
    }

    private func checkOut(_ pin: Pin) -> HTTPClient {
        pinned.withLock { clients in
            if var entry = clients[pin] {
                entry.users += 1
                clients[pin] = entry
                return entry.client
            }
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.timeout.connect = Self.connectLimit
            configuration.httpVersion = .http1Only
            configuration.dnsOverride = [pin.host: pin.address]
            configuration.networkFrameworkWaitForConnectivity = false
            configuration.tracing.tracer = nil
            // A refused address is an outcome, not something to try again and again within the attempt.
            configuration.connectionPool.retryConnectionEstablishment = false
            let client = HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration)
            clients[pin] = Entry(client: client, users: 1, lastUse: .now)
            return client
        }
    }

    private func checkIn(_ pin: Pin) {
        pinned.withLock { clients in
            guard var entry = clients[pin] else { return }
            entry.users -= 1
            entry.lastUse = .now
            clients[pin] = entry
        }
    }

    /// Closes clients that nobody used for a minute, so that a name is not held to an old address. Call it now and then.
    public func closeIdle(olderThan age: Duration = .seconds(60)) async {
        let old = pinned.withLock { clients in
            let idle = clients.filter { $0.value.users == 0 && $0.value.lastUse.duration(to: .now) >= age }
            for pin in idle.keys { clients[pin] = nil }
            return idle.values.map(\.client)
        }
        for client in old { try? await client.shutdown() }
    }

    public func shutdown() async { await closeIdle(olderThan: .zero) }
}
