import Foundation
import NIOCore
import Synchronization

/// One open client connection, as the requests on it see it.
final class ClientConnection: Sendable {
    /// The connection whose request the current task answers.
    @TaskLocal static var current: ClientConnection?

    private let authenticated = Atomic(false)
    /// True once a request of the connection carried a valid credential.
    var isAuthenticated: Bool { authenticated.load(ordering: .relaxed) }
    func markAuthenticated() { authenticated.store(true, ordering: .relaxed) }
}

/// Asks a connection to close, unless a request is under way on it. An outbound event of the connection's pipeline.
struct CloseIdleConnection: Sendable {}

extension ChannelHandlerContext {
    /// Bytes that were written and that the kernel did not take yet.
    var unreadBytes: Int { (try? channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0 }

    /// The peer sees a reset instead of an orderly end when the connection is closed.
    func resetsAtClose() {
        _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    }
}
