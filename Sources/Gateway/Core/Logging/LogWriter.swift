import Foundation
import Scheduling
import Synchronization

/// A bounded buffer of log lines in front of a file descriptor, and the one thread that writes them.
///
/// Callers never wait for the descriptor: a reader that stalls, a full disk or a closed pipe stop neither an event loop nor
/// the process. Up to `capacity` bytes wait; lines beyond that are dropped, counted, and reported in one line as soon as
/// lines can be written again. A closed pipe drops what it was to get; every other error is tried again.
public final class LogWriter: Sendable {
    public static let standardError = LogWriter(descriptor: STDERR_FILENO)
    /// 4 MiB.
    public static let capacity = 4 << 20
    /// Lines are written in pieces of about this many bytes.
    private static let pieceBytes = 64 << 10
    /// Milliseconds before a write that failed is tried again.
    private static let retryMilliseconds: Int32 = 250
    /// Times a second that the thread is awakened for a line at once. Beyond that it gathers lines first: at thousands a
    /// second a wake-up costs more than a line.
    private static let promptWakes = 200.0
    private static let gatherMilliseconds: Int32 = 5

    /// Whole lines.
    private struct Piece {
        var bytes: [UInt8] = []
        var lines: Int { LogWriter.lines(in: bytes[...]) }
    }

    private struct State {
        var pieces: [Piece] = []
        /// Bytes that wait or are being written.
        var bufferedBytes = 0
        var isAsleep = false
        var isStarted = false
        var dropped = 0
        var unreported = 0
        var flushes: [DispatchSemaphore] = []
        var report: @Sendable (Int) -> [UInt8] = { _ in [] }
    }

    static let droppedMessage = "log lines were dropped"
    static let droppedName = "lines"

    private let descriptor: Int32
    private let capacity: Int
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    public init(descriptor: Int32, capacity: Int = LogWriter.capacity) {
        self.descriptor = descriptor
        self.capacity = capacity
        // A pipe whose reader is gone is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Lines that were dropped since the process began.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Sets the form of the line that reports dropped lines.
    public func reportDropped(_ line: @escaping @Sendable (Int) -> [UInt8]) { state.withLock { $0.report = line } }

    /// Adds one line, with its line break. Returns at once.
    public func write(_ line: [UInt8]) {
        let (starts, wakes) = state.withLock { state -> (Bool, Bool) in
            guard state.bufferedBytes + line.count <= capacity else {
                state.dropped += 1
                state.unreported += 1
                return (false, false)
            }
            state.bufferedBytes += line.count
            if let last = state.pieces.last, last.bytes.count + line.count <= Self.pieceBytes {
                state.pieces[state.pieces.count - 1].bytes += line
            } else {
                state.pieces.append(Piece(bytes: line))
            }
            let starts = !state.isStarted
            let wakes = state.isAsleep
            state.isStarted = true
            state.isAsleep = false
            return (starts, wakes)
        }
        if starts { startThread() }
        if wakes { wake.signal() }
    }

    /// Waits until everything is written, for this many seconds at most. For the end of the process only: it blocks.
    public func flush(within seconds: Double = 1) {
        let flushed = DispatchSemaphore(value: 0)
        let isEmpty = state.withLock { state in
            if state.bufferedBytes > 0 { state.flushes.append(flushed) }
            return state.bufferedBytes == 0
        }
        if !isEmpty { _ = flushed.wait(timeout: .now() + seconds) }
    }

    private func startThread() {
        let thread = Thread { self.run() }
        thread.name = "log"
        thread.start()
    }

    private func run() {
        var writing = Writing(descriptor: descriptor, retryMilliseconds: Self.retryMilliseconds)
        var wakes = TokenBucket(tokens: Self.promptWakes)
        while true {
            for piece in next(&wakes) {
                let lost = writing.write(piece.bytes)
                finish(piece, lost: lost)
                if lost == 0 { report(&writing) }
            }
        }
    }

    /// Waits for lines.
    private func next(_ wakes: inout TokenBucket) -> [Piece] {
        while true {
            let pieces = state.withLock { state in
                defer { state.pieces = [] }
                state.isAsleep = state.pieces.isEmpty
                return state.pieces
            }
            if !pieces.isEmpty { return pieces }
            wake.wait()
            let rate = TokenBucket.Rate(perSecond: Self.promptWakes, burst: Self.promptWakes)
            if !wakes.take(rate, at: .now) { poll(nil, 0, Self.gatherMilliseconds) }
        }
    }

    private func finish(_ piece: Piece, lost: Int) {
        let flushes = state.withLock { state -> [DispatchSemaphore] in
            state.bufferedBytes -= piece.bytes.count
            state.dropped += lost
            state.unreported += lost
            guard state.bufferedBytes == 0 else { return [] }
            defer { state.flushes = [] }
            return state.flushes
        }
        for flush in flushes { flush.signal() }
    }

    /// Says how many lines are missing, now that lines can be written again.
    private func report(_ writing: inout Writing) {
        let (count, line) = state.withLock { state in
            defer { state.unreported = 0 }
            return (state.unreported, state.report)
        }
        guard count > 0 else { return }
        if writing.write(line(count)) > 0 { state.withLock { $0.unreported += count } }
    }

    fileprivate static func lines(in bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }

    /// The thread's side of the descriptor. It blocks.
    private struct Writing {
        let descriptor: Int32
        let retryMilliseconds: Int32
        /// True if the last line that was written has no end.
        private var isInsideLine = false

        init(descriptor: Int32, retryMilliseconds: Int32) {
            self.descriptor = descriptor
            self.retryMilliseconds = retryMilliseconds
        }

        /// - Returns: how many of the lines were lost.
        mutating func write(_ bytes: [UInt8]) -> Int {
            let all = isInsideLine ? [UInt8(ascii: "\n")] + bytes : bytes
            var rest = all[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if count > 0 {
                    rest = rest.dropFirst(count)
                    continue
                }
                switch errno {
                case EINTR where count < 0: continue
                case EAGAIN where count < 0:
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                case EPIPE where count < 0, EBADF where count < 0:
                    // A line break that only ends a broken line is none of the lines that are lost.
                    let extra = rest.startIndex == 0 && isInsideLine ? 1 : 0
                    if rest.startIndex > 0 { isInsideLine = all[rest.startIndex - 1] != UInt8(ascii: "\n") }
                    return LogWriter.lines(in: rest) - extra
                // A full disk, and whatever else may pass.
                default: poll(nil, 0, retryMilliseconds)
                }
            }
            isInsideLine = false
            return 0
        }
    }
}
