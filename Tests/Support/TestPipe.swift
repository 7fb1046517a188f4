import Foundation

/// A named pipe that a program writes to, and that a test reads, stops reading, or closes.
public final class TestPipe: @unchecked Sendable {
    public let path: String
    private var descriptor: Int32

    /// Opens the reading side at once, so that a writer does not wait for it.
    public init() throws {
        path = try Fixture.temporaryFolder().appendingPathComponent("pipe").path
        guard mkfifo(path, 0o600) == 0 else { throw Program.Ended(description: "no pipe at \(path)") }
        descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    }

    deinit { closeReader() }

    /// The reader goes: the writer's next write fails.
    public func closeReader() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Returns the bytes that wait in the pipe.
    public func read() -> String {
        var out: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(descriptor, &part, part.count)
            guard count > 0 else { return String(decoding: out, as: UTF8.self) }
            out += part[..<count]
        }
    }
}
