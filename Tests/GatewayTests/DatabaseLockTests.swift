import Foundation
import Support
import Testing

@testable import Gateway

/// One process at a time serves a database.
struct DatabaseLockTests {
    @Test func `A lock that is held names its holder, and is free when it is given back`() async throws {
        let path = try Fixture.temporaryFolder().appendingPathComponent("data/gateway.db").path
        let lock = try await DatabaseLock.acquire(forDatabase: path, waitingUpTo: 0)
        await #expect {
            _ = try await DatabaseLock.acquire(forDatabase: path, waitingUpTo: 0)
        } throws: { error in
            "\(error)".contains("pid \(getpid()) on host") && "\(error)".contains("started 20")
        }
        lock.release()
        try await DatabaseLock.acquire(forDatabase: path, waitingUpTo: 0).release()
    }

    @Test func `A start waits for the holder, and says so once`() async throws {
        let path = try Fixture.temporaryFolder().appendingPathComponent("gateway.db").path
        let lock = try await DatabaseLock.acquire(forDatabase: path, waitingUpTo: 0)
        var holders: [String] = []
        let second = try await DatabaseLock.acquire(forDatabase: path, waitingUpTo: 60) { holder in
            holders.append(holder)
            lock.release()
        }
        second.release()
        #expect(holders.count == 1 && holders.first?.contains("pid \(getpid())") == true)
    }

    @Test func `A symbolic link to the database or its folder leads to the same lock`() async throws {
        let folder = try Fixture.temporaryFolder()
        let real = folder.appendingPathComponent("real")
        try FileManager.default.createDirectory(at: real, withIntermediateDirectories: true)
        let file = real.appendingPathComponent("gateway.db")
        try Data().write(to: file)
        let (link, linked) = (folder.appendingPathComponent("link.db"), folder.appendingPathComponent("linked"))
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
        try FileManager.default.createSymbolicLink(at: linked, withDestinationURL: real)
        let lock = try await DatabaseLock.acquire(forDatabase: file.path, waitingUpTo: 0)
        defer { lock.release() }
        for other in [link.path, linked.appendingPathComponent("gateway.db").path] {
            await #expect(throws: DatabaseLock.Failure.self, "\(other)") {
                _ = try await DatabaseLock.acquire(forDatabase: other, waitingUpTo: 0)
            }
        }
    }

    @Test func `A file system without locks is refused, with the way out`() {
        let failure = DatabaseLock.Failure.unsupported(path: "/data/gateway.db.lock", code: ENOLCK)
        #expect("\(failure)".contains("GATEWAY_DATABASE_LOCK=off"))
    }
}
