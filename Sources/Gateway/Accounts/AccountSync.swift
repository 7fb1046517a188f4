import MeetingBaaS
import SQL

/// Version 1's sync, which is of a whole account. It is asked for at most once in five minutes, whoever asks; that is no
/// error for the caller.
struct AccountSync: Sendable {
    let database: any Database
    let clock: GatewayClock

    /// Syncs unless the account was synced lately. The turn is given back only when the sync surely did not happen.
    /// - Parameters:
    ///   - account: the account's id.
    ///   - didNothing: true for an error after which upstream has done nothing.
    /// - Returns: nil when the account was synced lately.
    /// - Throws: what `sync` throws.
    func run<Reply: Sendable>(
        _ account: String, didNothing: (any Error) -> Bool = Self.didNothing, sync: () async throws -> Reply
    ) async throws -> Reply? {
        let now = clock.now
        guard try await database.write({ try AccountStore.takeSync(account, at: now, in: $0) }) else { return nil }
        do {
            return try await sync()
        } catch {
            if didNothing(error) { try await database.write { try AccountStore.releaseSync(account, in: $0) } }
            throw error
        }
    }

    static func didNothing(_ error: any Error) -> Bool {
        switch error {
        case let error as UpstreamError: !error.mayHaveHappened
        default: error is Problem
        }
    }
}
