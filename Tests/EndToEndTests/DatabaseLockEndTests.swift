import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// One process serves a database, and a start that fails sends nothing.
    @Suite struct DatabaseLockEndTests {
        @Test(.timeLimit(.minutes(2))) func `A second process waits, and then ends with the name of the first`()
            async throws
        {
            let env = try await TestEnvironment(version: "v2")
            let first = try await env.startGateway()
            defer { first.kill() }
            func second(_ more: [String: String]) throws -> Program {
                let own = ["GATEWAY_PORT": "\(try TestEnvironment.freePort())"].merging(more) { $1 }
                return try Program(["serve"], environment: env.variables.merging(own) { $1 }, folder: env.folder)
            }
            let refused = try second(["GATEWAY_LOCK_WAIT_SECONDS": "0"])
            #expect(refused.exitCode() == 1)
            #expect(refused.finalOutput.contains("pid \(first.pid) on host"), "\(refused.finalOutput)")
            #expect(!refused.finalOutput.contains("\"listening\""))
            // A reader is not blocked.
            let doctor = try Command(Program.path, ["doctor"], environment: env.variables, folder: env.folder)
            #expect(doctor.output.contains("ok    database: sound"), "\(doctor.output)")
            // The operator overrides the lock.
            let unlocked = try second(["GATEWAY_DATABASE_LOCK": "off"])
            defer { unlocked.kill() }
            try await unlocked.prints("\"listening\"")
            unlocked.kill()
            // A start that comes while the former process ends takes over from it.
            let next = try second([:])
            defer { next.kill() }
            try await next.prints("waiting for the database lock")
            #expect(next.isRunning && !next.output.contains("\"listening\""))
            #expect(first.stop() == 0)
            try await next.prints("\"listening\"")
            #expect(next.stop() == 0)
            // SIGTERM ends one that waits.
            let holder = try await env.startGateway()
            defer { holder.kill() }
            let waiting = try second([:])
            defer { waiting.kill() }
            try await waiting.prints("waiting for the database lock")
            #expect(waiting.stop() == 143)
        }

        @Test(.timeLimit(.minutes(2))) func `A second sandbox leaves the first one's data alone`() async throws {
            let folder = try Fixture.temporaryFolder()
            func sandbox(_ port: Int) throws -> Program {
                try Program(
                    ["serve", "--sandbox", "--sandbox-port", "0"], environment: ["GATEWAY_PORT": "\(port)"],
                    folder: folder)
            }
            let port = try TestEnvironment.freePort()
            let first = try sandbox(port)
            defer { first.kill() }
            try await first.prints("Stop with Ctrl-C.")
            let second = try sandbox(try TestEnvironment.freePort())
            #expect(second.exitCode() == 1)
            #expect(second.finalOutput.contains("pid \(first.pid) on host"), "\(second.finalOutput)")
            let key = try #require(first.output.split(separator: "\n").first { $0.hasPrefix("KEY=") }?.dropFirst(4))
            try await API("http://localhost:\(port)", token: String(key)).call(.get, "/api/v1/calendars").expect(200)
            #expect(first.stop() == 0)
            let third = try sandbox(port)
            defer { third.kill() }
            try await third.prints("Stop with Ctrl-C.")
            #expect(third.stop() == 0)
        }

        @Test(.timeLimit(.minutes(2))) func `A start whose port is taken sends no delivery`() async throws {
            try await DeliveryPlace.run { place, gateway in
                try await place.endpoint("/taken")
                gateway.kill()
                // It dies with the webhook stored and its delivery due.
                try await gateway.start(["MEETING_GATEWAY_CRASH_AT": "after_commit:1"])
                _ = await place.webhook("due")
                try await place.env.eventually { gateway.current?.isRunning == false ? true : nil }
                let port = try #require(Int(place.env.variables["GATEWAY_PORT"] ?? ""))
                let other = try RawServer(port: port) { _ in }
                for _ in 0..<6 {
                    let failed = try Program(
                        ["serve"], environment: place.env.variables, folder: place.env.folder)
                    #expect(failed.exitCode() == 1)
                    #expect(failed.finalOutput.contains("is taken by another process"), "\(failed.finalOutput)")
                }
                #expect(place.marks("/taken").isEmpty)
                other.stop()
                try await gateway.start()
                try await place.env.eventually { place.marks("/taken") == ["due"] ? true : nil }
            }
        }
    }
}
