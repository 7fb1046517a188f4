import Foundation
import JSONValue
import Synchronization

/// An advisory lock (`flock`) on `<database>.lock`, so that one process at a time serves a database file.
///
/// The lock ends with the process, however that ends. The file stays, and names the process that holds the lock or held it
/// last. Processes that only read the database take no lock.
public final class DatabaseLock: Sendable {
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// Another process has the lock; `holder` is the lock file's text.
        case held(path: String, holder: String)
        /// The file system has no locks.
        case unsupported(path: String, code: Int32)
        case unusable(path: String, code: Int32)

        public var description: String {
            switch self {
            case .held(let path, let holder):
                "another process serves this database: \(holder). It holds \(path). Stop it first"
            case .unsupported(let path, let code):
                "\(path) cannot be locked (\(DatabaseLock.text(code))): the file system has no locks. Put the database on a "
                    + "local disk, or set GATEWAY_DATABASE_LOCK=off and make sure that no second process serves it"
            case .unusable(let path, let code): "\(path) cannot be opened (\(DatabaseLock.text(code)))"
            }
        }
    }

    private let descriptor: Mutex<Int32>

    private init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    deinit { release() }

    /// The path of a database's lock file: beside the file that a symbolic link leads to.
    public static func path(ofDatabase path: String) -> String {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().resolvingSymlinksInPath()
        let file = folder.appendingPathComponent(url.lastPathComponent)
        return file.resolvingSymlinksInPath().path + ".lock"
    }

    /// Takes the lock of a database file; makes its folder where there is none.
    /// - Parameters:
    ///   - seconds: how long to wait for a process that has it.
    ///   - onWait: called once, with the holder, when there is something to wait for.
    /// - Throws: `Failure`, or an error of making the folder.
    public static func acquire(
        forDatabase database: String, waitingUpTo seconds: Int, onWait: (String) -> Void = { _ in }
    ) async throws -> DatabaseLock {
        let folder = URL(fileURLWithPath: database).deletingLastPathComponent()
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = path(ofDatabase: database)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.unusable(path: path, code: errno) }
        let lock = DatabaseLock(descriptor)
        let deadline = ContinuousClock.now + .seconds(seconds)
        var isWaiting = false
        while true {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: break
            case ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL: throw Failure.unsupported(path: path, code: errno)
            default: throw Failure.unusable(path: path, code: errno)
            }
            let holder = holder(descriptor)
            guard .now < deadline else { throw Failure.held(path: path, holder: holder) }
            if !isWaiting { onWait(holder) }
            isWaiting = true
            // Polls: `flock` itself can wait only by blocking a thread, and cannot be cancelled.
            try await Task.sleep(for: .milliseconds(100))
        }
        noteHolder(descriptor)
        return lock
    }

    /// Gives the lock back. Nothing may use the database any more.
    public func release() {
        let descriptor = descriptor.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor
        }
        if descriptor >= 0 { close(descriptor) }
    }

    private static func holder(_ descriptor: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &text, text.count, 0)
        let line = String(decoding: text.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n").first ?? ""
        return line.isEmpty ? "its name is not known" : String(line).escapingControlCharacters
    }

    /// For people only: the lock holds without it, so a full disk does not stop the start.
    private static func noteHolder(_ descriptor: Int32) {
        let line = Array(
            "pid \(getpid()) on host \(ProcessInfo.processInfo.hostName), started \(Timestamp(Date()))\n".utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, line, line.count, 0)
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
