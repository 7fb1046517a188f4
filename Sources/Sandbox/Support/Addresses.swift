import Synchronization

/// The ports, as they become known, and the one moment at which all are.
final class Addresses: Sendable {
    enum Name: String, Sendable, CaseIterable {
        case google, microsoft, meetingBaaS, receiver, demo
    }

    private let host: String
    private let expected: Set<Name>
    private let ports = Mutex<[Name: Int]>([:])
    private let signal: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(host: String, expected: Set<Name>) {
        self.host = host
        self.expected = expected
        (signal, continuation) = AsyncStream.makeStream(of: Void.self)
    }

    func listening(_ name: Name, port: Int) {
        let complete = ports.withLock { ports in
            ports[name] = port
            return ports.count == expected.count
        }
        if complete { continuation.finish() }
    }

    /// Waits for all; nil when the task is cancelled before.
    func all() async -> SandboxAddresses? {
        for await _ in signal {}
        guard ports.withLock({ $0.count }) == expected.count else { return nil }
        return SandboxAddresses(
            google: url(.google), microsoft: url(.microsoft), meetingBaaS: url(.meetingBaaS), receiver: url(.receiver),
            demo: expected.contains(.demo) ? url(.demo) : nil)
    }

    func url(_ name: Name) -> String {
        let port = ports.withLock { $0[name] } ?? 0
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// A link to one of a bot's files that is good for four hours and new at each read, like the vendor's.
    func artifact(_ botID: String, _ name: String) -> String {
        let expiry = Moment.now.adding(4 * 3600).seconds
        return
            "\(url(.meetingBaaS))/_sandbox/artifacts/\(botID)/\(name)?expires=\(expiry)&signature=\(Identifiers.random(22))"
    }
}
