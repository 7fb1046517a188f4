import CSpawn
public import Foundation
import Synchronization

/// A process started by `posix_spawn`, in a process group of its own, with default signals and no open file but its three.
///
/// It stands here in place of Foundation's `Process`, which lists the open files of the parent and reads past the end of the
/// list when there are more than about 1,350 (Swift 6.3.1 on Linux): the tests crashed now and then.
public final class ChildProcess: Sendable {
    public struct NotStarted: Error, CustomStringConvertible {
        public let description: String
    }

    public let pid: Int32
    /// The exit code, or the number of the signal that ended it; nil before it was collected.
    private let code = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - executable: its path.
    ///   - input: the file of its standard input, else none; stays open here.
    ///   - output: the file of its standard output and standard error; stays open here.
    public init(
        _ executable: String, _ arguments: [String], environment: [String: String], folder: URL? = nil,
        input: FileHandle = .nullDevice, output: FileHandle
    ) throws {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_adddup2(&files, input.fileDescriptor, 0)
        posix_spawn_file_actions_adddup2(&files, output.fileDescriptor, 1)
        posix_spawn_file_actions_adddup2(&files, output.fileDescriptor, 2)
        posix_spawn_file_actions_addclosefrom_np(&files, 3)
        if let folder { posix_spawn_file_actions_addchdir_np(&files, folder.path) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var pid = pid_t()
        let error = Self.withCStrings([executable] + arguments) { arguments in
            Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&pid, executable, &files, &attributes, arguments, environment)
            }
        }
        guard error == 0 else {
            throw NotStarted(description: "\(executable): \(String(cString: strerror(error)))")
        }
        self.pid = pid
    }

    private static func withCStrings<R>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        let copies = texts.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    public var isRunning: Bool { collect(WNOHANG) == nil }

    /// Sends a signal, unless it has ended.
    public func send(_ signal: Int32) {
        // Under the lock: the number of a collected process may belong to another one.
        code.withLock { if $0 == nil { _ = kill(pid, signal) } }
    }

    /// Waits for its end, and holds the thread meanwhile.
    /// - Returns: the exit code, or the number of the signal that ended it.
    @discardableResult
    public func wait() -> Int32 {
        while true {
            var information = siginfo_t()
            // It is left to be collected under the lock.
            _ = waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT)
            if let code = collect(WNOHANG) { return code }
        }
    }

    /// Waits for its end in a thread of its own.
    public func ended() async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.wait()) }
        }
    }

    private func collect(_ options: Int32) -> Int32? {
        code.withLock { code in
            if code != nil { return code }
            var status: Int32 = 0
            guard waitpid(pid, &status, options) == pid else { return nil }
            code = status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F
            return code
        }
    }
}
