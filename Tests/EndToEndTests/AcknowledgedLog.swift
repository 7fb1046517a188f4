import Synchronization

/// What was answered 200, from many senders.
final class AcknowledgedLog: Sendable {
    private let marks = Mutex<[String]>([])
    func add(_ mark: String) { marks.withLock { $0.append(mark) } }
    var all: [String] { marks.withLock { $0 } }
}
