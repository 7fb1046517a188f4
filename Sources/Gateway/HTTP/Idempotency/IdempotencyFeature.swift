import SQL

extension Idempotency: Feature {
    var retention: [RetentionRule] { [.idempotency] }
    var erasure: [ErasureStep] { [.idempotency(database)] }

    /// The processes that held the keys have ended before they sent anything.
    func prepare() async throws { try await database.write { try IdempotencyStore.releaseUnsent(in: $0) } }
}
