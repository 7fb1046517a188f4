import NIOCore

/// A count of the bytes of request bodies that nothing has verified yet, over all connections.
///
/// The count has an upper limit, a part of it is kept for small bodies, and one address has at most half. A body that
/// arrives while the count is full is not refused: the body that has arrived most slowly is dropped instead. A body is
/// not dropped for its rate within its first second, unless there is no older one. The bytes of a dropped body are
/// in memory until its connection has freed them: while many are, nothing more is read.
struct UnverifiedBytes {
    struct Limits: Sendable {
        /// Bytes of all bodies.
        var total = 64 << 20
        /// Bytes of `total` that only small bodies have.
        var keptForSmall = 16 << 20
        /// A body of at most so many bytes is small.
        var small = 256 << 10
        /// Bytes of the bodies of one address.
        var perAddress = 32 << 20
        /// Bytes of dropped bodies that wait to be freed, while others read on.
        var dropped = 8 << 20
        /// The age from which the rate of a body is looked at.
        var grace = TimeAmount.seconds(1)
    }

    typealias ID = UInt64

    private struct Body {
        let address: String?
        let began: NIODeadline
        var isLarge: Bool
        var bytes = 0
        /// A whole body waits for its check: it is counted and never dropped.
        var isWhole = false
    }

    let limits: Limits
    private var bodies: [ID: Body] = [:]
    private var byAddress: [String: Int] = [:]
    private var lastID: ID = 0
    private(set) var total = 0
    private(set) var large = 0
    /// Bytes of each dropped body that was not freed yet.
    private var dropped: [ID: Int] = [:]
    private var droppedBytes = 0

    init(limits: Limits = Limits()) { self.limits = limits }

    var count: Int { bodies.count }

    /// False while too much of what was dropped is still in memory.
    var mayRead: Bool { droppedBytes <= limits.dropped }

    /// Starts to count a body.
    /// - Parameters:
    ///   - address: the client's; nil for a trusted proxy, which speaks for many clients.
    ///   - length: bytes that the head announces; nil when it announces none.
    ///   - began: the time at which the head came.
    mutating func begin(address: String?, length: Int?, began: NIODeadline) -> ID {
        lastID += 1
        bodies[lastID] = Body(address: address, began: began, isLarge: (length ?? 0) > limits.small)
        return lastID
    }

    /// Counts bytes that came.
    /// - Returns: the bodies that are dropped for them. They are not counted any more; `id` may be among them.
    mutating func add(_ count: Int, to id: ID, at now: NIODeadline) -> [ID] {
        guard var body = bodies[id] else { return [] }
        let wasLarge = body.isLarge
        body.bytes += count
        body.isLarge = wasLarge || body.bytes > limits.small
        bodies[id] = body
        total += count
        if body.isLarge { large += wasLarge ? count : body.bytes }
        if let address = body.address { byAddress[address, default: 0] += count }
        var dropped: [ID] = []
        // Few look-ups for many small bodies: each time as many go as the excess needs.
        while let victims = victims(beside: body.address, at: now) {
            for victim in victims { drop(victim) }
            dropped += victims
        }
        return dropped
    }

    /// The whole body is here.
    mutating func complete(_ id: ID) { bodies[id]?.isWhole = true }

    private mutating func drop(_ id: ID) {
        guard let bytes = bodies[id]?.bytes else { return }
        end(id)
        dropped[id] = bytes
        droppedBytes += bytes
    }

    /// The body was verified, answered or given up, or freed after it was dropped.
    mutating func end(_ id: ID) {
        if let bytes = dropped.removeValue(forKey: id) { droppedBytes -= bytes }
        guard let body = bodies.removeValue(forKey: id) else { return }
        total -= body.bytes
        if body.isLarge { large -= body.bytes }
        if let address = body.address, let rest = byAddress[address].map({ $0 - body.bytes }) {
            byAddress[address] = rest > 0 ? rest : nil
        }
    }

    /// - Returns: the bodies to drop; nil while no limit is exceeded, and when every body is whole.
    private func victims(beside address: String?, at now: NIODeadline) -> [ID]? {
        if let address, let excess = byAddress[address].map({ $0 - limits.perAddress }), excess > 0,
            let victims = slowest(freeing: excess, at: now, where: { $0.address == address })
        {
            return victims
        }
        let excess = large - (limits.total - limits.keptForSmall)
        if excess > 0, let victims = slowest(freeing: excess, at: now, where: \.isLarge) { return victims }
        return total > limits.total ? slowest(freeing: total - limits.total, at: now, where: { _ in true }) : nil
    }

    /// The slowest bodies that are older than the grace period, as many as free so many bytes; without one, the oldest.
    private func slowest(freeing bytes: Int, at now: NIODeadline, where isCandidate: (Body) -> Bool) -> [ID]? {
        let candidates = bodies.filter { !$0.value.isWhole && isCandidate($0.value) }
        let ranked = candidates.compactMap { id, body -> (rate: Double, id: ID)? in
            let age = now - body.began
            return age >= limits.grace ? (Double(body.bytes) / Double(age.nanoseconds), id) : nil
        }.sorted { ($0.rate, $0.id) < ($1.rate, $1.id) }
        guard !ranked.isEmpty else {
            return candidates.min { ($0.value.began, $0.key) < ($1.value.began, $1.key) }.map { [$0.key] }
        }
        var (victims, freed): ([ID], Int) = ([], 0)
        for one in ranked where freed < bytes {
            victims.append(one.id)
            freed += bodies[one.id]?.bytes ?? 0
        }
        return victims
    }
}
