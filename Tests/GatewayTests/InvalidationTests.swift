import SQL
import Synchronization
import Testing

@testable import Gateway

/// The notices of commits, and what follows from them.
struct InvalidationTests {
    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test func `Values are dropped before anybody is woken, and each is woken once for a commit`() {
        let log = Log()
        let dispatcher = ChangeDispatcher([
            .wake(.deliveries) { _ in log.add("wake") }, .drop(.endpoint) { log.add("drop \($0)") },
            .drop(.endpoint) { log.add("drop too \($0)") }, .drop(.account) { log.add("drop \($0)") },
        ])
        dispatcher.dispatch([
            ChangeNotice(.deliveries), ChangeNotice(.endpoint, "ep_1"), ChangeNotice(.deliveries),
            ChangeNotice(.endpoint, "ep_2"), ChangeNotice(.jobs),
        ])
        #expect(
            log.lines.withLock(\.self) == ["drop ep_1", "drop ep_2", "drop too ep_1", "drop too ep_2", "wake"])
    }

    @Test func `However many credentials end at once, a payload fits into a NOTIFY`() async throws {
        let place = try await TenantPlace()
        let log = Log()
        place.database.listen { for notice in $0 { log.add(notice.payload) } }
        let digests = (0..<1000).map { number in (0..<32).map { UInt8(truncatingIfNeeded: number * 7 + $0 * 13) } }
        try await place.write { $0.notify(credentials: digests) }
        let payloads = log.lines.withLock(\.self)
        #expect(payloads.allSatisfy { $0.utf8.count <= 8_000 } && payloads.count == 10)
        #expect(payloads.flatMap { $0.split(separator: " ") }.count == 1000)
    }
}
