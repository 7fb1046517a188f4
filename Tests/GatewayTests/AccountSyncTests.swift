import HTTPTransport
import MeetingBaaS
import Testing

@testable import Gateway

/// Version 1's sync of a whole account, which the API and the mirror share.
struct AccountSyncTests {
    private struct Unknown: Error {}

    private static func sync(_ place: TenantPlace, _ account: String = "shared") async throws -> Bool {
        try await AccountSync(database: place.database, clock: place.clock).run(account) { true } ?? false
    }

    /// Asks for a sync that fails.
    private static func fail(
        _ error: any Error, _ place: TenantPlace, didNothing: (any Error) -> Bool = AccountSync.didNothing
    ) async throws {
        let sync = AccountSync(database: place.database, clock: place.clock)
        do {
            _ = try await sync.run("shared", didNothing: didNothing) { () throws -> Bool in throw error }
            Issue.record("no error")
        } catch {}
    }

    @Test func `An account is synced at most once in five minutes, whoever asks, and each account by itself`()
        async throws
    {
        let place = try await TenantPlace()
        #expect(try await Self.sync(place))
        #expect(try await !Self.sync(place))
        #expect(try await Self.sync(place, "ten_1"))
        place.move(seconds: 299)
        #expect(try await !Self.sync(place))
        place.move(seconds: 1)
        #expect(try await Self.sync(place))
    }

    @Test(arguments: [
        UpstreamError.rateLimited(retryAfter: 1), .keyRefused, .overloaded(retryAfter: 1),
        .transport(.connect("refused")),
    ])
    func `A sync that surely did not happen is asked for again at once`(error: UpstreamError) async throws {
        let place = try await TenantPlace()
        try await Self.fail(error, place)
        #expect(try await Self.sync(place))
        // So is one that the gateway itself refused.
        let other = try await TenantPlace()
        try await Self.fail(Problem.notFound, other)
        #expect(try await Self.sync(other))
    }

    @Test func `A sync that may have happened keeps its turn`() async throws {
        for error: any Error in [UpstreamError.malformed, UpstreamError.unavailable(status: 502), Unknown()] {
            let place = try await TenantPlace()
            try await Self.fail(error, place)
            #expect(try await !Self.sync(place))
        }
        // The mirror says itself which of its errors are harmless.
        let place = try await TenantPlace()
        try await Self.fail(Unknown(), place) { $0 is Unknown }
        #expect(try await Self.sync(place))
    }
}
