import SQL

extension Idempotency: Feature {
    var retention: [RetentionRule] { [.idempotency] }
    var erasure: [ErasureStep] { [.idempotency(database)] }

    /// The process that held the keys has ended before it sent anything.
    func prepare() async throws { try await database.write { try IdempotencyStore.releaseUnsent(in: $0) } }
}
