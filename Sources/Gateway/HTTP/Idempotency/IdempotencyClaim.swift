import HTTPTypes
import Hummingbird
import JSONValue
import NIOCore
import Sealing
import SQL
import Synchronization

/// One request's hold on its Idempotency-Key.
///
/// A claim has a random id, and each write of it requires that id in the row. So a request that lost its key to a later
/// one stores nothing. Handlers find the claim of their request in `current`.
final class IdempotencyClaim: Sendable {
    /// The claim of the request under way; nil when it came without a key.
    @TaskLocal static var current: IdempotencyClaim?

    let id = Base64.encodeURL(Digests.random(18))
    let row: IdempotencyStore.Row
    private let sealer: TenantSealer
    private let database: any Database
    private let clock: GatewayClock
    private let state: Mutex<State>

    private struct State {
        var user: String?
        /// The time at which a former request under this key sent something whose outcome is unknown.
        var unresolvedSince: Timestamp?
        var hasActed = false
        var isStored = false
    }

    init(
        _ row: IdempotencyStore.Row, user: String?, sealer: TenantSealer, database: any Database, clock: GatewayClock
    ) {
        self.row = row
        self.sealer = sealer
        self.database = database
        self.clock = clock
        state = Mutex(State(user: user))
    }

    /// The reply was stored in the transaction that did the work.
    var isStored: Bool { state.withLock { $0.isStored } }

    /// Names the user whose data the reply holds: it is erased with the user.
    func concern(user: String?) {
        if let user { state.withLock { $0.user = user } }
    }

    /// A former request under this key sent something at this time, and what came of it is unknown.
    func resume(after sentAt: Timestamp) { state.withLock { $0.unresolvedSince = sentAt } }

    /// Called when a look-up did not find what a former request under this key may have made, before it is sent again.
    /// - Throws: `conflict` while Meeting BaaS may still be at work on the former request.
    func checkSettled() throws {
        guard let since = state.withLock({ $0.unresolvedSince }) else { return }
        let wait = Idempotency.settling - clock.now.seconds(since: since)
        guard wait <= 0 else {
            throw Problem(
                .conflict,
                "Whether the first request with this Idempotency-Key was done is not known yet; send it again later.",
                action: .wait, retryAfter: Int(wait.rounded(.up)))
        }
    }

    // MARK: - effects outside

    /// Called before anything is sent that may have an effect outside. Stored at once, so that a death is no secret.
    /// - Throws: `conflict` when the key is another request's by now.
    func willAct() async throws {
        let (row, id, now) = (self.row, self.id, clock.now)
        guard try await database.write({ try IdempotencyStore.markSent(row, claim: id, at: now, in: $0) }) else {
            throw Self.lost
        }
        Failpoint.reach(.beforeSending)
    }

    /// The request that was sent had its effect, or may have had it.
    func didAct() { state.withLock { $0.hasActed = true } }

    // MARK: - the end

    /// Stores the reply, in the transaction that does the work.
    /// - Throws: `conflict` when the key is another request's by now; then the work is undone.
    func store(_ reply: BufferedResponse, in tx: any Transaction) throws {
        let sealed = try sealed(reply)
        guard try finish(sealed, in: tx) else { throw Self.lost }
        Failpoint.reach(.beforeReplyStored)
    }

    /// Called once the transaction is committed that stored the reply. Until then it may be undone, and run again.
    func didStore() { state.withLock { $0.isStored = true } }

    /// Stores the reply after work whose effect is elsewhere.
    /// - Returns: false when the key is another request's by now.
    func store(_ reply: BufferedResponse) async throws -> Bool {
        Failpoint.reach(.beforeReplyStored)
        let sealed = try sealed(reply)
        return try await database.write { try self.finish(sealed, in: $0) }
    }

    private func finish(_ sealed: [UInt8], in tx: any Transaction) throws -> Bool {
        let user = state.withLock { $0.user }
        guard try IdempotencyStore.finish(row, claim: id, user: user, sealed, in: tx) else { return false }
        try IdempotencyQuota.count(sealed, row, at: clock.now, in: tx)
        return true
    }

    /// Ends the claim of a request that failed. The key is free only when surely nothing was done.
    func end() async throws {
        let hasDoneNothing = state.withLock { !$0.hasActed && $0.unresolvedSince == nil }
        let (row, id) = (self.row, self.id)
        try await database.write {
            try IdempotencyStore.release(row, claim: id, hasDoneNothing: hasDoneNothing, in: $0)
        }
    }

    private func sealed(_ reply: BufferedResponse) throws -> [UInt8] {
        let kept: JSON = [
            "status": .int(reply.head.status.code), "type": .text(reply.head.headerFields[.contentType]),
            "body": .string(String(decoding: reply.body.readableBytesView, as: UTF8.self)),
        ]
        return try sealer.seal(SecretBytes(kept.bytes), column: .idempotentReply, row: row.id)
    }

    private static let lost = Problem(
        .conflict, "Another request has taken over this Idempotency-Key; nothing was done.", action: .wait,
        retryAfter: 1)
}

extension Database {
    /// Runs work that is all in this database, and stores the reply under the request's Idempotency-Key in the same
    /// transaction: both are there, or neither.
    /// - Parameter body: the work; returns the reply.
    func writeReply(_ body: @escaping @Sendable (any Transaction) throws -> BufferedResponse) async throws -> Response {
        let claim = IdempotencyClaim.current
        let reply = try await write { tx in
            let reply = try body(tx)
            try claim?.store(reply, in: tx)
            return reply
        }
        claim?.didStore()
        if claim != nil { Failpoint.reach(.afterReplyStored) }
        return reply.response
    }
}
