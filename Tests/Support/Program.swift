public import Foundation
import Synchronization

/// The built program, or another one, in a process of its own.
public final class Program: Sendable {
    private struct State {
        var output = ""
        var waiters: [(String, CheckedContinuation<Void, any Error>)] = []
        var ended = false
    }
    public struct Ended: Error, CustomStringConvertible {
        public let description: String
        public init(description: String) { self.description = description }
    }
    private let state = Mutex(State())
    private let process: ChildProcess
    private let pipe = Pipe()
    private let closed = DispatchSemaphore(value: 0)

    /// The path at which SwiftPM puts it: beside the test bundle. `GATEWAY_TEST_PROGRAM` names another build.
    public static let path: String = {
        if let path = ProcessInfo.processInfo.environment["GATEWAY_TEST_PROGRAM"] { return path }
        let bundle = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
        return bundle.appendingPathComponent("meeting-gateway").path
    }()

    /// - Parameters:
    ///   - environment: replaces the present one but for PATH and HOME.
    ///   - executable: another program than ours, by its path.
    public init(
        _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil, executable: String = path
    ) throws {
        process = try ChildProcess(
            executable, arguments, environment: Self.environment(environment), folder: folder,
            output: pipe.fileHandleForWriting)
        try pipe.fileHandleForWriting.close()
        // A thread, and no `readabilityHandler`: with a program that ends at once that one loses the end of the pipe, or
        // crashes in libdispatch, about once in ten on Linux (Swift 6.3).
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                take(String(decoding: buffer[..<count], as: UTF8.self))
            }
            end()
        }
    }

    static func environment(_ own: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key) }
            .merging(own) { $1 }
    }

    /// Everything it has printed so far, on both channels.
    public var output: String { state.withLock { $0.output } }

    /// Everything it printed, once it has ended and its pipe is read to the end.
    public var finalOutput: String {
        // Bounded: a child of the program's may hold the pipe open.
        if closed.wait(timeout: .now() + 20) == .success { closed.signal() }
        return output
    }

    /// Waits until it has printed `text`.
    /// - Throws: `Ended` with its output, when it ends before.
    public func prints(_ text: String) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let outcome: Result<Void, any Error>? = state.withLock { state in
                if state.output.contains(text) { return .success(()) }
                if state.ended { return .failure(Ended(description: state.output)) }
                state.waiters.append((text, continuation))
                return nil
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }

    /// The most memory that it has held so far, in bytes.
    public func residentPeak() throws -> Int { try memory("VmHWM:") }

    /// The memory that it holds now, in bytes.
    public func resident() throws -> Int { try memory("VmRSS:") }

    /// The memory that it holds now without the pages of its files, in bytes: code grows with the program, and is shared.
    public func anonymous() throws -> Int { try memory("RssAnon:") }

    private func memory(_ name: String) throws -> Int {
        let status = try String(
            contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0) << 10
    }

    public var pid: Int32 { process.pid }

    /// Seconds of CPU that it has used so far, user and system.
    public func processorSeconds() throws -> Double {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12 else { return 0 }
        return ((Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    public var isRunning: Bool { process.isRunning }

    /// True while it stands still after SIGSTOP. (Linux: the third field of /proc/PID/stat.)
    public var isStopped: Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.split(separator: " ").first == "T"
    }

    /// SIGKILL: nothing of it runs any more when this returns.
    public func kill() {
        process.send(SIGKILL)
        process.wait()
    }

    public func send(_ signal: Int32) { process.send(signal) }

    /// SIGTERM, and its exit code.
    public func stop() -> Int32 {
        process.send(SIGTERM)
        return process.wait()
    }

    /// Waits for it to end by itself.
    public func exitCode() -> Int32 { process.wait() }

    private func take(_ text: String) {
        let ready = state.withLock { state in
            state.output += text
            let ready = state.waiters.filter { state.output.contains($0.0) }
            state.waiters.removeAll { state.output.contains($0.0) }
            return ready
        }
        for waiter in ready { waiter.1.resume() }
    }

    private func end() {
        let (waiters, output) = state.withLock { state in
            state.ended = true
            defer { state.waiters = [] }
            return (state.waiters, state.output)
        }
        closed.signal()
        for waiter in waiters { waiter.1.resume(throwing: Ended(description: output)) }
    }
}
