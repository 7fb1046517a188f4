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

    /// The credential that the connection's last request presented, with its digest: most connections have one caller.
    private let lastCredential = Mutex<(text: String, digest: [UInt8])?>(nil)

    /// The digest of a credential.
    /// - Parameter compute: computes it, when the last request presented another one.
    func digest(of text: String, compute: () -> [UInt8]) -> [UInt8] {
        lastCredential.withLock { last in
            if let last, Self.isEqual(last.text, text) { return last.digest }
            let digest = compute()
            last = (text, digest)
            return digest
        }
    }

    /// Compares in a time that depends on the lengths alone.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
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
