import Foundation
import Support
import Testing

/// The tests' own way to start programs: thousands of open files, exit codes, signals, and no file handed over.
struct ChildProcessTests {
    @Test func `A parent with 3,000 open files starts children, and they have only their own three`() throws {
        // Foundation's Process reads past its list of files from about 1,350 on, and crashes now and then.
        let files = (0..<3000).map { _ in open("/dev/null", O_RDONLY) }
        defer { for file in files { close(file) } }
        #expect(files.allSatisfy { $0 >= 0 })
        for _ in 0..<5 {
            let child = try Command("ls", ["/proc/self/fd"])
            // Its three, and the folder that it lists.
            #expect(child.code == 0 && child.output == "0\n1\n2\n3\n", "\(child.output)")
        }
    }

    @Test func `An exit code, a signal, a folder, an environment and an input come through`() throws {
        #expect(try Command("/bin/sh", ["-c", "exit 7"]).code == 7)
        #expect(try Command("/bin/sh", ["-c", "kill -9 $$"]).code == 9)
        #expect(try Command("pwd", [], folder: URL(fileURLWithPath: "/usr")).output == "/usr\n")
        #expect(try Command("/bin/sh", ["-c", "echo $A; cat"], environment: ["A": "b"], input: "c").output == "b\nc")
        #expect(try Command("no-such-program-here", []).code == 127)
        #expect(throws: ChildProcess.NotStarted.self) {
            try ChildProcess("/no/such/program", [], environment: [:], output: .nullDevice)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `It runs until it is stopped, and both waiters learn its end`() async throws {
        let child = try ChildProcess("/bin/sleep", ["600"], environment: [:], output: .nullDevice)
        #expect(child.isRunning)
        async let other = child.ended()
        child.send(SIGTERM)
        #expect(child.wait() == SIGTERM)
        #expect(await other == SIGTERM)
        #expect(!child.isRunning)
        child.send(SIGTERM)
    }
}
