import Hummingbird
import HTTPTypes
import Logging
import NIOCore
import Sealing
import SQL
import Wire

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a POST that is sent again under the same key is
/// done once and answered twice.
///
/// A key belongs to its tenant, to the user or key that sent it, and to the route; for 24 hours it stands for one
/// request. The reply is kept sealed, for it may hold a secret. Refusals are not kept: they did nothing, and a repeat
/// may fare better.
struct Idempotency: Sendable {
    let database: any Database
    let vault: Vault
    let clock: GatewayClock
    let logger: Logger

    /// Whose key it is.
    struct Owner: Sendable {
        /// Empty for the operator.
        let tenant: String
        /// The key, and the user it speaks for; or the user whose session it is. Two keys share nothing: one may have
        /// scopes that the other has not, and a stored reply may hold what they give.
        let actor: String

        static let `operator` = Owner(tenant: "", actor: "operator")

        init(_ caller: Caller) {
            tenant = caller.tenant.id
            actor =
                switch caller.credential {
                case .key(let id): "key:\(id)\0\(caller.user ?? "")"
                case .session: "user:\(caller.user ?? "")"
                }
        }

        private init(tenant: String, actor: String) {
            self.tenant = tenant
            self.actor = actor
        }
    }

    /// Bodies that are compared; longer ones are refused as everywhere.
    private static let bodyLimit = 1 << 20
    static let life = 86_400.0
    /// After this a request that never ended counts as gone.
    static let patience = 300.0

    /// Runs `handle`, unless this key has been used for the same request before.
    /// - Throws: `idempotency_mismatch` for another request under the key, `conflict` while the first still runs.
    func once(
        _ request: Request, route: String, owner: @autoclosure () -> Owner,
        handle: (Request) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, let key = try Self.key(request) else { return try await handle(request) }
        let body = try await request.collect(Self.bodyLimit)
        var request = request
        request.body = .init(buffer: ByteBuffer(bytes: body))
        let owner = owner()
        let row = IdempotencyStore.Row(
            tenant: owner.tenant,
            id: Hex.encode(vault.digest("\(owner.actor)\0\(route)\0\(key)", purpose: "idempotency")),
            fingerprint: Digests.sha256(Array("\(request.head.path ?? "")\0".utf8) + body))
        let now = clock.now
        switch try await database.write({ try IdempotencyStore.claim(row, at: now, in: $0) }) {
        case .fresh: break
        case .running:
            throw Problem(
                .conflict, "The first request with this Idempotency-Key is still running.", action: .wait, retryAfter: 1
            )
        case .mismatch:
            throw Problem(
                .idempotencyMismatch, "This Idempotency-Key was used for another request in the last 24 hours.",
                action: .tenant)
        case .done(let sealed): return try await replay(sealed, row)
        }
        var response: Response
        do {
            response = try await handle(request)
        } catch {
            // Nothing final was answered: the key is free for the next try.
            _ = try? await database.write { try IdempotencyStore.release(row, in: $0) }
            throw error
        }
        let bytes = try await response.bytes()
        response.body = .init(byteBuffer: ByteBuffer(bytes: bytes))
        do {
            try await keep(response, bytes, row)
        } catch {
            // What was done is done, even where it cannot be noted.
            logger.error("a reply could not be kept for its Idempotency-Key", metadata: ["error": "\(error)"])
        }
        return response
    }

    private func keep(_ response: Response, _ bytes: [UInt8], _ row: IdempotencyStore.Row) async throws {
        let reply: JSON = [
            "status": .int(response.status.code), "type": .text(response.headers[.contentType]),
            "body": .string(String(decoding: bytes, as: UTF8.self)),
        ]
        let sealed = try await sealer(row).seal(
            SecretBytes(reply.bytes), table: "idempotency_keys", row: row.id, column: "sealed_reply")
        try await database.write { try IdempotencyStore.finish(row, sealed, in: $0) }
    }

    private func replay(_ sealed: [UInt8], _ row: IdempotencyStore.Row) async throws -> Response {
        let kept = try JSON.parse(
            try await sealer(row).open(sealed, table: "idempotency_keys", row: row.id, column: "sealed_reply").reveal())
        var headers: HTTPFields = [Self.replayed: "true"]
        headers[.contentType] = kept["type"]?.stringValue
        let body = ByteBuffer(string: kept["body"]?.stringValue ?? "")
        headers[.contentLength] = String(body.readableBytes)
        return Response(
            status: .init(code: kept["status"]?.intValue ?? 200), headers: headers, body: .init(byteBuffer: body))
    }

    private func sealer(_ row: IdempotencyStore.Row) async throws -> TenantSealer {
        try await row.tenant.isEmpty ? vault.operatorSealer() : vault.sealer(for: row.tenant)
    }

    /// A token, or a string in quotes as the draft has it: 1 to 255 visible characters.
    private static func key(_ request: Request) throws -> String? {
        let values = request.headers[values: name]
        guard let value = values.first else { return nil }
        var text = value[...]
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        guard values.count == 1, (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") })
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
        let gathered = Gathered()
        try await body.write(gathered)
        return gathered.bytes
    }
}

/// Where a reply's body is written to be kept.
private final class Gathered: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []
    func write(_ buffer: ByteBuffer) async throws { bytes += buffer.readableBytesView }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
