import Synchronization

/// Callers of this process that wait until another replica gives a lease back, by the lease's name.
final class LeaseWaiters: Sendable {
    private let signals = Mutex<[String: WakeSignal]>([:])

    /// - Returns: woken when the lease is given back. One caller of a process waits for a lease at a time.
    func add(_ name: String) -> WakeSignal {
        let signal = WakeSignal()
        signals.withLock { $0[name] = signal }
        return signal
    }

    func remove(_ name: String) { signals.withLock { $0[name] = nil } }

    func wake(_ name: String) { signals.withLock { $0[name] }?.wake() }

    func wakeAll() {
        for signal in signals.withLock({ Array($0.values) }) { signal.wake() }
    }
}
