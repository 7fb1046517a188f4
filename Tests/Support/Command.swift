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
    ///   - input: the text of its standard input.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil,
        input: String = ""
    ) throws {
        let run = try Run(program, arguments, environment: environment, folder: folder, input: input)
        (code, output) = (run.process.wait(), try run.output())
    }

    /// Runs a program to its end without holding a thread of the pool.
    public static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil
    ) async throws -> Command {
        let run = try Run(program, arguments, environment: environment, folder: folder, input: "")
        return Command(code: await run.process.ended(), output: try run.output())
    }

    private init(code: Int32, output: String) { (self.code, self.output) = (code, output) }

    private struct Run {
        let process: ChildProcess
        let file: URL

        init(
            _ program: String, _ arguments: [String], environment: [String: String], folder: URL?, input: String
        ) throws {
            let own = try Fixture.temporaryFolder()
            file = own.appendingPathComponent("output")
            let inputFile = own.appendingPathComponent("input")
            try Data().write(to: file)
            try Data(input.utf8).write(to: inputFile)
            let (reading, writing) = (
                try FileHandle(forReadingFrom: inputFile), try FileHandle(forWritingTo: file)
            )
            defer {
                try? reading.close()
                try? writing.close()
            }
            process = try ChildProcess(
                "/usr/bin/env", [program] + arguments, environment: Program.environment(environment), folder: folder,
                input: reading, output: writing)
        }

        func output() throws -> String { try String(contentsOf: file, encoding: .utf8) }
    }
}
