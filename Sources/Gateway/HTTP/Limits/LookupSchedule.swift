import NIOCore

/// The order in which waiting look-ups get their turn: addresses in rotation, and within one the first first.
///
/// A turn takes up to `batch` look-ups of one address together, so that the wrong credentials of a flood do not keep a
/// valid one from its turn. One batch of an address runs at a time. A look-up that has waited for `timeout` is given up.
struct LookupSchedule {
    enum Action: Equatable {
        case none
        /// These waited too long.
        case expire([Int])
        /// These are looked up together. `finish` follows.
        case run(address: String, [Int])
        /// Nothing is due before.
        case wait(until: ContinuousClock.Instant)
    }

    /// The look-ups of one address.
    private struct Line {
        var waiting = CircularBuffer<Int>()
        var isRunning = false
    }

    private struct Arrival {
        let id: Int
        let address: String
        let deadline: ContinuousClock.Instant
    }

    let batch: Int
    let timeout: Duration
    private var lines: [String: Line] = [:]
    /// Addresses with look-ups that wait and none that run, the next one first.
    private var rotation = CircularBuffer<String>()
    /// In their order of time; those that ran already are passed over.
    private var arrivals = CircularBuffer<Arrival>()

    init(batch: Int = 256, timeout: Duration = .seconds(1)) {
        self.batch = batch
        self.timeout = timeout
    }

    /// - Parameter id: greater than all before.
    mutating func add(_ id: Int, address: String, at now: ContinuousClock.Instant) {
        var line = lines[address] ?? Line()
        if line.waiting.isEmpty, !line.isRunning { rotation.append(address) }
        line.waiting.append(id)
        lines[address] = line
        arrivals.append(Arrival(id: id, address: address, deadline: now + timeout))
    }

    /// The batch of an address has ended.
    mutating func finish(_ address: String) {
        guard var line = lines[address] else { return }
        line.isRunning = false
        lines[address] = line.waiting.isEmpty ? nil : line
        if !line.waiting.isEmpty { rotation.append(address) }
    }

    /// To be asked until it says `none` or `wait`.
    mutating func next(at now: ContinuousClock.Instant, _ tokens: inout LookupTokens) -> Action {
        let expired = expire(at: now)
        if !expired.isEmpty { return .expire(expired) }
        var earliest = arrivals.first?.deadline
        for _ in 0..<rotation.count {
            guard let address = rotation.popFirst(), var line = lines[address], !line.waiting.isEmpty, !line.isRunning
            else { continue }
            switch tokens.take(address, at: now) {
            case .taken:
                let count = min(batch, line.waiting.count)
                let ids = Array(line.waiting.prefix(count))
                line.waiting.removeFirst(count)
                line.isRunning = true
                lines[address] = line
                return .run(address: address, ids)
            case .addressWaits(let time):
                rotation.append(address)
                earliest = earliest.map { min($0, time) } ?? time
            case .allWait(let time):
                rotation.prepend(address)
                return .wait(until: earliest.map { min($0, time) } ?? time)
            }
        }
        return earliest.map { .wait(until: $0) } ?? .none
    }

    private mutating func expire(at now: ContinuousClock.Instant) -> [Int] {
        var expired: [Int] = []
        while let first = arrivals.first {
            let waits = lines[first.address]?.waiting.first == first.id
            guard !waits || first.deadline <= now else { break }
            arrivals.removeFirst()
            guard waits, var line = lines[first.address] else { continue }
            line.waiting.removeFirst()
            lines[first.address] = line.waiting.isEmpty && !line.isRunning ? nil : line
            expired.append(first.id)
        }
        return expired
    }
}
