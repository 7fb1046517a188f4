import JSONValue
import Foundation

/// What time it is; injected, so that tests can say.
struct GatewayClock: Sendable {
    private let read: @Sendable () -> Timestamp
    init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }
    var now: Timestamp { read() }
    static let system = GatewayClock { Timestamp(Date()) }
}
