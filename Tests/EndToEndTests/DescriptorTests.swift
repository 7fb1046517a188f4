import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Few file descriptors: callers wait, and the process neither spins nor dies.
    @Suite struct DescriptorTests {
        private func start(_ env: TestEnvironment, descriptors: Int) throws -> Program {
            try Program(
                ["-c", "ulimit -n \(descriptors); exec \"$0\" serve", Program.path], environment: env.variables,
                folder: env.folder, executable: "/bin/bash")
        }

        /// CPU of two seconds in which nothing happens.
        private func idleShare(_ gateway: Program) async throws -> Double {
            let before = try gateway.processorSeconds()
            // The time over which CPU is measured.
            try await Task.sleep(for: .seconds(2))
            return (try gateway.processorSeconds() - before) / 2
        }

        @Test(.timeLimit(.minutes(2))) func `200 clients at a process that may have 64 files`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try start(env, descriptors: 64)
            defer { gateway.kill() }
            try await gateway.prints("\"listening\"")
            #expect(gateway.output.contains("too few file descriptors"))
            let port = try #require(Int(env.variables["GATEWAY_PORT"] ?? ""))
            var clients = try (0..<200).map { _ in try RawConnection(port: port) }
            let share = try await idleShare(gateway)
            #expect(share < 0.2, "\(share) of a core")
            #expect(!gateway.output.contains("cannot be accepted"))
            clients = []
            try await env.anonymous.call(.get, "/readyz").expect(200)
            #expect(clients.isEmpty && gateway.stop() == 0)
        }

        /// The connection limit cannot know what outgoing connections take.
        @Test(.timeLimit(.minutes(2))) func `The last descriptor is taken before the connection limit is reached`()
            async throws
        {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            try await env.anonymous.call(.get, "/readyz").expect(200)
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(gateway.pid)/fd").count
            #expect(try Command("prlimit", ["--pid", "\(gateway.pid)", "--nofile=\(open + 8)"]).code == 0)
            let port = try #require(Int(env.variables["GATEWAY_PORT"] ?? ""))
            var clients = try (0..<50).map { _ in try RawConnection(port: port) }
            try await gateway.prints("connections cannot be accepted")
            let share = try await idleShare(gateway)
            #expect(share < 0.2, "\(share) of a core")
            clients = []
            try await env.anonymous.call(.get, "/readyz").expect(200)
            #expect(clients.isEmpty && gateway.stop() == 0)
        }

        @Test(.timeLimit(.minutes(1))) func `Below 64 files it does not start, and the doctor says so`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let refused = try start(env, descriptors: 63)
            #expect(refused.exitCode() == 1)
            #expect(refused.finalOutput.contains("may open 63 files and needs at least 64"), "\(refused.finalOutput)")
            let doctor = try Command(
                "/bin/bash", ["-c", "ulimit -n 63; exec \"$0\" doctor", Program.path], environment: env.variables,
                folder: env.folder)
            #expect(doctor.output.contains("FAIL  open files: "), "\(doctor.output)")
            let low = try Command(
                "/bin/bash", ["-c", "ulimit -n 256; exec \"$0\" doctor", Program.path], environment: env.variables,
                folder: env.folder)
            #expect(low.output.contains("takes 192 connections and not the 4096"), "\(low.output)")
        }
    }
}
