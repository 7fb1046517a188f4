import Foundation
import NIOCore
import Synchronization

/// Open connections of callers.
final class ConnectionCount: Sendable {
    private let number = Atomic(0)
    var open: Int { number.load(ordering: .relaxed) }
    func add(_ change: Int) { number.add(change, ordering: .relaxed) }
}

extension ChannelHandlerContext {
    /// Bytes that were written and that the kernel did not take yet.
    var unreadBytes: Int { (try? channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0 }

    /// The peer sees a reset instead of an orderly end when the connection is closed.
    func resetsAtClose() {
        _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    }
}
