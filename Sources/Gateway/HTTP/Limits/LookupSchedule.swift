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
        var isReady: Bool { !waiting.isEmpty && !isRunning }

        mutating func start(_ batch: Int) -> [Int] {
            let ids = Array(waiting.prefix(batch))
            waiting.removeFirst(ids.count)
            isRunning = true
            return ids
        }
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
        if lines[address].map({ $0.waiting.isEmpty && !$0.isRunning }) ?? true { rotation.append(address) }
        // In place, here and below: a copy of the line would copy all that waits in it.
        lines[address, default: Line()].waiting.append(id)
        arrivals.append(Arrival(id: id, address: address, deadline: now + timeout))
    }

    /// The batch of an address has ended.
    mutating func finish(_ address: String) {
        guard let waits = lines[address].map({ !$0.waiting.isEmpty }) else { return }
        lines[address]?.isRunning = false
        if waits { rotation.append(address) } else { lines[address] = nil }
    }

    /// To be asked until it says `none` or `wait`.
    mutating func next(at now: ContinuousClock.Instant, _ tokens: inout LookupTokens) -> Action {
        let expired = expire(at: now)
        if !expired.isEmpty { return .expire(expired) }
        var earliest = arrivals.first?.deadline
        for _ in 0..<rotation.count {
            guard let address = rotation.popFirst(), lines[address]?.isReady ?? false else { continue }
            switch tokens.take(address, at: now) {
            case .taken: return .run(address: address, lines[address]?.start(batch) ?? [])
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
            guard waits else { continue }
            lines[first.address]?.waiting.removeFirst()
            if let line = lines[first.address], line.waiting.isEmpty, !line.isRunning { lines[first.address] = nil }
            expired.append(first.id)
        }
        return expired
    }
}
