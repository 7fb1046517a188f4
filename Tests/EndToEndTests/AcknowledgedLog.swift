import Synchronization

/// What was answered 200, from many senders.
final class AcknowledgedLog: Sendable {
    private let marks = Mutex<[String]>([])
    func add(_ mark: String) { marks.withLock { $0.append(mark) } }
    var all: [String] { marks.withLock { $0 } }
}

/// A value that is set while others read it.
final class Held<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)
    func set(_ value: Value) { held.withLock { $0 = value } }
    var value: Value? { held.withLock { $0 } }
}

/// What came in pieces.
final class Heard: Sendable {
    private let pieces = Mutex("")
    func add(_ text: String) { pieces.withLock { $0 += text } }
    var text: String { pieces.withLock { $0 } }
}
