import Foundation
import Support

/// The fenced blocks of README.md, as a reader copies them, and what the comment above each says of it:
/// `client: python`, `run: how`, or `not run: why`.
struct Readme {
    struct Block: Sendable {
        let language: String
        let mark: String?
        /// Of the opening fence, from 1.
        let line: Int
        let text: String

        var isNotRun: Bool { mark?.hasPrefix("not run: ") == true }
    }
    let blocks: [Block]

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    init() throws {
        let file = Fixture.package.appendingPathComponent("README.md")
        let lines = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        var blocks: [Block] = []
        var open: Int?
        for (number, line) in lines.enumerated() where line.hasPrefix("```") {
            guard let first = open else {
                open = number
                continue
            }
            let above = first > 0 ? lines[first - 1] : ""
            let mark = above.hasPrefix("<!-- ") && above.hasSuffix(" -->") ? above.dropFirst(5).dropLast(4) : nil
            blocks.append(
                Block(
                    language: String(lines[first].dropFirst(3)), mark: mark.map(String.init), line: first + 1,
                    text: lines[(first + 1)..<number].joined(separator: "\n") + "\n"))
            open = nil
        }
        self.blocks = blocks
    }

    /// The one block that is marked so.
    func block(_ mark: String) throws -> Block {
        let found = blocks.filter { $0.mark == mark }
        guard found.count == 1 else { throw Missing(description: "\(found.count) blocks of README.md are «\(mark)»") }
        return found[0]
    }
}

/// A tenant's server as README.md has it, in the file that a reader pastes it into.
struct SampleServer: Sendable {
    enum Language: String, CaseIterable, Sendable { case python, node }

    let program: Program
    let url: String

    /// - Parameter variables: what it reads from the environment, but for `PORT`.
    static func launch(_ language: Language, port: Int, _ variables: [String: String]) throws -> SampleServer {
        let text = try Readme().block("client: \(language.rawValue)").text
        let file = try Fixture.temporaryFolder().appendingPathComponent(
            language == .python ? "server.py" : "server.mjs")
        try Data(text.utf8).write(to: file)
        let environment = variables.merging(["PORT": String(port)]) { $1 }
        let program =
            switch language {
            case .python: try Program([file.path], environment: environment, executable: Python.path())
            case .node: try Program(["node", file.path], environment: environment, executable: "/usr/bin/env")
            }
        return SampleServer(program: program, url: "http://127.0.0.1:\(port)")
    }

    /// Launches it and waits until it listens.
    static func start(
        _ language: Language, in env: TestEnvironment, port: Int, _ variables: [String: String]
    ) async throws -> SampleServer {
        let server = try launch(language, port: port, variables)
        do {
            try await server.prints("listening on \(port)", in: env)
        } catch {
            server.program.kill()
            throw Readme.Missing(description: "the \(language) server does not start: \(server.program.output)")
        }
        return server
    }

    func prints(_ text: String, in env: TestEnvironment) async throws {
        try await env.eventually { program.output.contains(text) ? true : nil }
    }

    func count(_ text: String) -> Int { program.output.split(separator: "\n").filter { $0.hasPrefix(text) }.count }
}

/// The virtual environment with the official libraries, which the Makefile lays from `requirements.txt`.
enum Python {
    static func path() throws -> String {
        let path = Fixture.package.appendingPathComponent(".build/python/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Readme.Missing(description: "\(path) is missing: run make python")
        }
        return path
    }

    static func run(_ script: String, _ arguments: [String]) throws -> Command {
        try Command(path(), ["-c", script] + arguments)
    }
}
