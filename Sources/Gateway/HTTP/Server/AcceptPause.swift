import Foundation
import NIOCore
import Synchronization

/// Stops accepting connections for a quarter of a second when the system has no descriptor or memory for another one.
///
/// NIO's `AcceptBackoffHandler` only delays the next read. When the very first `accept` of a turn fails, NIO (2.101) keeps
/// the read pending and the socket registered, so the event loop wakes again at once and spins. Switching `autoRead` off is
/// what takes the socket out of the selector. Stands first in the listening channel's pipeline.
final class AcceptPause: ChannelInboundHandler, Sendable {
    typealias InboundIn = any Channel

    static let pause = TimeAmount.milliseconds(250)
    /// Between two reports.
    private static let silence = TimeAmount.seconds(60)
    private let reported = Mutex<NIODeadline?>(nil)
    private let isPaused = Mutex(false)
    private let report: @Sendable (IOError) -> Void

    /// - Parameter report: called at most once a minute, on the event loop.
    init(report: @escaping @Sendable (IOError) -> Void) { self.report = report }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) {
            pause(context.channel)
            let isDue = reported.withLock { last in
                let now = NIODeadline.now()
                if let last, now - last < Self.silence { return false }
                last = now
                return true
            }
            if isDue { report(error) }
        }
        context.fireErrorCaught(error)
    }

    private func pause(_ channel: any Channel) {
        let isFirst = isPaused.withLock { paused in
            defer { paused = true }
            return !paused
        }
        guard isFirst else { return }
        channel.setOption(.autoRead, value: false).whenComplete { _ in }
        channel.eventLoop.scheduleTask(in: Self.pause) {
            self.isPaused.withLock { $0 = false }
            channel.setOption(.autoRead, value: true).whenComplete { _ in }
        }
    }
}
