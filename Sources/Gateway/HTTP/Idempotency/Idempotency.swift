import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import NIOCore
import Sealing
import SQL

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a POST that is sent again under the same key is
/// done once and answered twice.
///
/// A key belongs to its tenant, to the user or key that sent it, and to the route; for 24 hours it stands for one
/// request. The reply is kept sealed, for it may hold a secret. Refusals are not kept: they did nothing, and a repeat
/// may fare better.
///
/// Work inside the database stores its reply in its own transaction (`Database.writeReply`). Before something is sent to
/// Meeting BaaS that is noted with the key (`UpstreamLimiter`). If the request then ends without a reply, the key stays: a
/// repeat runs again where the route looks first for what was made, and is refused elsewhere.
struct Idempotency: Sendable {
    let database: any Database
    let tenantKeys: TenantKeys
    let replica: Replica
    let clock: GatewayClock
    let logger: Logger

    /// Bodies that are compared; longer ones are refused as everywhere.
    private static let bodyLimit = 1 << 20
    static let ttl = 86_400.0
    /// Seconds after which a request that never ended counts as gone.
    static let timeout = 300.0
    /// Seconds after which Meeting BaaS has done what it was sent, or never will. (A call is given up after 30 seconds.)
    static let settling = 60.0

    /// Runs `handle`, unless this key has been used for the same request before.
    /// - Parameter resumes: false when `handle` must not run again after a call to Meeting BaaS whose outcome is unknown.
    /// - Throws: `idempotency_mismatch` for another request under the key, `conflict` while the first still runs or when
    ///   its outcome is unknown.
    func once(
        _ request: Request, route: String, owner: @autoclosure () -> IdempotencyOwner, resumes: Bool = true,
        handle: (Request) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, let key = try Self.key(request) else { return try await handle(request) }
        let body = try await request.collect(Self.bodyLimit)
        var request = request
        request.body = .init(buffer: ByteBuffer(bytes: body))
        let owner = owner()
        let row = IdempotencyStore.Row(
            tenant: owner.tenant,
            id: Hex.encode(tenantKeys.digest("\(owner.actor)\0\(route)\0\(key)", purpose: "idempotency")),
            fingerprint: Digests.sha256(Array("\(request.head.path ?? "")\0".utf8) + body))
        let claim = IdempotencyClaim(
            row, user: owner.user, sealer: try await sealer(row), database: database, clock: clock)
        let (id, replica, now) = (claim.id, self.replica.owner, clock.now)
        let state = try await database.write { tx in
            try IdempotencyQuota.check(row, at: now, in: tx)
            return try IdempotencyStore.claim(
                row, as: id, user: owner.user, resumes: resumes, owner: replica, at: now, in: tx)
        }
        switch state {
        case .fresh: break
        case .unresolved(let sentAt): claim.resume(after: sentAt)
        case .running:
            throw Problem(
                .conflict, "The first request with this Idempotency-Key is still running.", action: .wait, retryAfter: 1
            )
        case .unknown:
            throw Problem(
                .conflict,
                "The first request with this Idempotency-Key reached Meeting BaaS, and its outcome is unknown. "
                    + "Look whether it was done; to do it again, use a new key.", action: .operator)
        case .mismatch:
            throw Problem(
                .idempotencyMismatch, "This Idempotency-Key was used for another request in the last 24 hours.",
                action: .tenant)
        case .done(let sealed): return try await replay(sealed, row)
        }
        Failpoint.reach(.afterKeyClaim)
        return try await run(request, claim, handle)
    }

    private func run(
        _ request: Request, _ claim: IdempotencyClaim, _ handle: (Request) async throws -> Response
    ) async throws -> Response {
        var response: Response
        let bytes: [UInt8]
        do {
            response = try await IdempotencyClaim.$current.withValue(claim) { try await handle(request) }
            if claim.isStored { return response }
            // A body that is streamed may still break.
            bytes = try await response.bytes()
        } catch {
            do {
                try await claim.end()
            } catch let error {
                logger.error("an Idempotency-Key could not be released", metadata: ["error": "\(error)"])
            }
            throw error
        }
        response.body = .init(byteBuffer: ByteBuffer(bytes: bytes))
        let type = response.headers[.contentType]
        do {
            let isStored = try await claim.store(BufferedResponse(response.status, bytes, type: type))
            if !isStored { logger.warning("a reply came too late for its Idempotency-Key") }
            Failpoint.reach(.afterReplyStored)
        } catch {
            // The action has happened, even if its response cannot be stored.
            logger.error("a reply could not be kept for its Idempotency-Key", metadata: ["error": "\(error)"])
        }
        return response
    }

    private func replay(_ sealed: [UInt8], _ row: IdempotencyStore.Row) async throws -> Response {
        let kept = try JSON.parse(try await sealer(row).open(sealed, column: .idempotentReply, row: row.id).reveal())
        var headers: HTTPFields = [Self.replayed: "true"]
        headers[.contentType] = kept["type"]?.stringValue
        let body = ByteBuffer(string: kept["body"]?.stringValue ?? "")
        headers[.contentLength] = String(body.readableBytes)
        return Response(
            status: .init(code: kept["status"]?.intValue ?? 200), headers: headers, body: .init(byteBuffer: body))
    }

    private func sealer(_ row: IdempotencyStore.Row) async throws -> TenantSealer {
        try await row.tenant.isEmpty ? tenantKeys.operatorSealer() : tenantKeys.sealer(for: row.tenant)
    }

    /// A token, or a string in quotes as the draft has it: 1 to 255 visible characters.
    private static func key(_ request: Request) throws -> String? {
        let values = request.headers[values: name]
        guard let value = values.first else { return nil }
        var text = value[...]
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        guard values.count == 1, (1...255).contains(text.utf8.count),
            text.isVisibleASCII, !text.contains("\"")
        else {
            throw Problem(.malformed, "Idempotency-Key must be 1 to 255 characters from ! to ~, given once.")
        }
        return String(text)
    }

    static let name = HTTPField.Name.make("Idempotency-Key")
    private static let replayed = HTTPField.Name.make("Idempotency-Replayed")
}

extension Response {
    /// The whole body.
    fileprivate func bytes() async throws -> [UInt8] {
        let gathered = BufferingBodyWriter()
        try await body.write(gathered)
        return gathered.bytes
    }
}

/// Collects a response body, so that it can be stored.
private final class BufferingBodyWriter: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []
    func write(_ buffer: ByteBuffer) async throws { bytes += buffer.readableBytesView }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
