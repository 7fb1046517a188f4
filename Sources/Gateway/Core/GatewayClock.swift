import Foundation
import JSONValue

/// The current time. It is injected, so that tests can set it.
struct GatewayClock: Sendable {
    private let read: @Sendable () -> Timestamp
    init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }
    var now: Timestamp { read() }
    static let system = GatewayClock { Timestamp(Date()) }

    /// The database's time, which all replicas share.
    static func following(_ offset: ClockOffset) -> GatewayClock {
        GatewayClock { Timestamp(milliseconds: Timestamp(Date()).milliseconds + offset.milliseconds) }
    }
}
