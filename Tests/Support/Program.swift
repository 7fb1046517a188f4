public import Foundation
import Synchronization

/// The built program, or another, in a process of its own.
public final class Program: Sendable {
    private struct State {
        var output = ""
        var waiters: [(String, CheckedContinuation<Void, any Error>)] = []
        var ended = false
    }
    public struct Ended: Error, CustomStringConvertible {
        public let description: String
    }
    private let state = Mutex(State())
    private let process: Mutex<Process>
    private let closed = DispatchSemaphore(value: 0)

    /// Where SwiftPM put it: beside the test bundle.
    public static let path: String = {
        let bundle = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
        return bundle.appendingPathComponent("meeting-gateway").path
    }()

    /// - Parameter environment: replaces the present one but for PATH and HOME.
    public init(
        _ arguments: [String], executable: String = Program.path, environment: [String: String] = [:],
        folder: URL? = nil
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        var all = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key) }
        all.merge(environment) { $1 }
        process.environment = all
        if let folder { process.currentDirectoryURL = folder }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        self.process = Mutex(process)
        pipe.fileHandleForReading.readabilityHandler = { [self] handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                end()
            } else {
                take(String(decoding: data, as: UTF8.self))
            }
        }
        try process.run()
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

    /// SIGKILL: nothing of it runs any more when this returns.
    public func kill() {
        process.withLock { process in
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
    }

    public func send(_ signal: Int32) {
        process.withLock { if $0.isRunning { Foundation.kill($0.processIdentifier, signal) } }
    }

    /// SIGTERM, and its exit code.
    public func stop() -> Int32 {
        process.withLock { process in
            if process.isRunning { process.terminate() }
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    /// Waits for it to end by itself.
    public func exitCode() -> Int32 {
        process.withLock { process in
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

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
