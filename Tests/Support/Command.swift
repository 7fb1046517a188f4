public import Foundation

/// A program that is run to its end. Its output goes into a file: the end of a pipe is not always seen, and a program
/// started meanwhile may hold it open.
public struct Command: Sendable {
    public let code: Int32
    /// Of both channels.
    public let output: String

    /// - Parameters:
    ///   - program: a name on the PATH, or a path.
    ///   - environment: replaces the present one but for PATH and HOME.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil
    ) throws {
        let file = try Fixture.temporaryFolder().appendingPathComponent("output")
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = Program.environment(environment)
        if let folder { process.currentDirectoryURL = folder }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        code = process.terminationStatus
        output = try String(contentsOf: file, encoding: .utf8)
    }
}
