import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import MeetingBaaS
import NIOCore
import NIOEmbedded
import NIOHTTP1
import OAuth
import SQL
import Sealing
import Support
import Testing

@testable import Gateway

/// A gateway's fast path of mirrored reads, all that it needs in memory, and a test at Meeting BaaS's place.
final class MirrorReadPlace: Sendable {
    struct Reader: Sendable {
        let tenant: String
        let key: String
        /// An event that the tenant owns.
        let path: String
        fileprivate let objects: [ObjectReference]
    }

    let upstream = PlayedUpstream()
    let fastPath: MirrorReadFastPath
    let connections = ClientConnections.unlimited()
    let bodies = UnverifiedBodies()
    let surfaces = APISurfaces(metricsNeedToken: false)
    let addresses = ClientAddress(trusted: [])
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// A tenant without a limit, and one that may make a request each second.
    let readers: [Reader]
    private let gateway: Gateway
    private let mirror: MirrorAPI
    private let channel = NIOAsyncTestingChannel()

    init() async throws {
        let folder = try Fixture.temporaryFolder()
        let gateway = try await Gateway.build(
            try await GatewayConfiguration.read(environment: [
                "GATEWAY_MASTER_KEY": Base64.encode(SecretKey.random().reveal()),
                "GATEWAY_DATABASE_URL": "sqlite:\(folder.path)/gateway.db", "GATEWAY_MEETING_BAAS_API_KEY": "mb-key",
            ]), logger: logger)
        let mirror = try #require(gateway.features.lazy.compactMap { $0 as? MirrorAPI }.first)
        (self.gateway, self.mirror) = (gateway, mirror)
        let limits = RequestLimits(clock: .system, addresses: addresses, anonymousPerSecond: 1_000)
        let pipeline = RequestPipeline(
            logger: logger, table: gateway.routes, surfaces: surfaces,
            cors: CORSPolicy(surfaces: surfaces) { _ in false }, limits: limits,
            idempotency: Idempotency(
                database: mirror.database, tenantKeys: mirror.tenantKeys,
                replica: .alone(mirror.database, logger: Logger(label: "test")), clock: .system, logger: logger),
            metrics: RequestMetrics(PrometheusFactory()))
        fastPath = MirrorReadFastPath(pipeline: pipeline, mirror: mirror, upstream: upstream)
        readers = [
            try await Self.reader("ten_1", perSecond: 10_000_000, mirror),
            try await Self.reader("ten_2", perSecond: 1, mirror),
        ]
        holdCalls()
    }

    func close() async { await gateway.close() }

    /// Writes a tenant with a key, a calendar and an event.
    private static func reader(_ tenant: String, perSecond: Int, _ mirror: MirrorAPI) async throws -> Reader {
        let (key, calendar, event, keys) = (Credential.make(.key).text, newUUID(), newUUID(), mirror.tenantKeys)
        let objects = [
            ObjectReference(account: Account.sharedID, version: .v2, kind: .calendar, id: calendar),
            ObjectReference(account: Account.sharedID, version: .v2, kind: .event, id: event, calendar: calendar),
        ]
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        var settings = TenantSettings()
        (settings.limits.requestsPerSecond, settings.limits.burst) = (perSecond, perSecond)
        let row = Tenant(
            id: tenant, slug: tenant, name: "One", status: .active, settings: settings, createdAt: now)
        try await mirror.database.write { tx in
            try TenantStore.insert(row, in: tx)
            try keys.createKey(for: tenant, in: tx)
            try APIKeyStore.insert(
                APIKey(
                    id: "key_\(tenant)", tenant: tenant, name: "k", scopes: [.mirrorRead], createdAt: now,
                    expiresAt: nil, lastUsedAt: nil),
                digest: keys.digest(key, purpose: "key"), in: tx)
            let connection = "con_\(tenant)"
            try ConnectionStore.insert(
                Connection(
                    id: connection, tenant: tenant, user: "ann", provider: .google, status: .active, subject: nil,
                    email: nil, clientID: "1-app", directory: nil, scopes: [], missingScopes: [],
                    sealedRefreshToken: nil, refreshExpiresAt: nil, refreshedAt: nil, generation: 0, createdAt: now,
                    updatedAt: now),
                in: tx)
            try CalendarStore.insert(
                ConnectedCalendar(
                    rowID: "cal_\(tenant)", tenant: tenant, accountID: Account.sharedID, version: .v2,
                    calendarID: calendar, connection: connection, user: "ann", provider: .google,
                    rawCalendarID: "raw_\(tenant)", name: nil, email: nil, status: "active", statusMessage: nil,
                    syncStatus: nil,
                    syncedAt: nil, createdAt: now),
                in: tx)
            try OwnershipStore.recordOwner(
                objects[1], Owner(tenant: tenant, user: nil, calendar: calendar), at: now, in: tx)
        }
        return Reader(
            tenant: tenant, key: key, path: "/meeting-baas/v2/calendars/\(calendar)/events/\(event)",
            objects: objects)
    }

    /// Reads into memory what the fast path needs there; nothing, while it is there.
    func warm() async throws {
        for reader in readers {
            let head = HTTPRequest(
                method: .get, scheme: "http", authority: "a", path: reader.path,
                headerFields: [.meetingBaaSKey: reader.key])
            let request = Request(head: head, body: .init(buffer: ByteBuffer()))
            let metadata = RequestMetadata(
                request.headers, query: nil, surface: surfaces[reader.path], addresses: addresses,
                source: RequestSource(channel: channel, client: nil), at: .now)
            _ = try await mirror.identity.authenticator.caller(request, metadata)
            _ = try await mirror.upstream.accounts.account(for: reader.tenant, version: .v2)
            for object in reader.objects { _ = try await mirror.ownership.owner(of: object) }
        }
    }

    /// True if the fast path takes the readers' requests.
    var isWarm: Bool {
        let connection = FastPathConnection(channel: channel, client: ClientConnection())
        return readers.allSatisfy { fastPath.take(head(of: $0), on: connection) != nil }
    }

    private func head(of reader: Reader) -> HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1, method: .GET, uri: reader.path,
            headers: ["Host": "a", HTTPField.Name.meetingBaaSKey.rawName: reader.key])
    }

    // MARK: The limiter

    private var limiter: UpstreamLimiter { mirror.upstream.limiter }

    /// Leaves each tenant room for one call, so that one more shows.
    private func holdCalls() {
        for reader in readers {
            for _ in 1..<UpstreamLimiter.tenantLimit { limiter.begin(reader.tenant) }
        }
    }

    /// Lets calls pass again after failures, or none.
    func setBreaker(isOpen: Bool) {
        guard isOpen else {
            let reply = UpstreamLimiter.Signals(status: 200) { _ in nil }
            return limiter.replied(reply, UpstreamOperation.V2.getEvent, account: Account.sharedID)
        }
        for _ in 0..<8 { limiter.failed(.timeout) }
    }

    /// A sentence when the limiter does not count exactly the calls that are held.
    var miscount: String? {
        setBreaker(isOpen: false)
        for reader in readers {
            limiter.begin(reader.tenant)
            let hasRoom = isAdmitted(reader.tenant)
            limiter.begin(reader.tenant)
            let hasMoreRoom = isAdmitted(reader.tenant)
            for _ in 0..<2 { limiter.end(reader.tenant) }
            if !hasRoom { return "the limiter counts a call that is over" }
            if hasMoreRoom { return "the limiter has counted the end of a call twice" }
        }
        return nil
    }

    private func isAdmitted(_ tenant: String) -> Bool { (try? limiter.admit(tenant)) != nil }
}
