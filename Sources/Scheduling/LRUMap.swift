/// A dictionary of bounded size that evicts the entry whose last use is the longest ago. Every operation takes O(1).
///
/// The entries lie in one array and are linked in the order of their last use, so that a look-up allocates nothing. A table
/// of positions finds them by their hash (open addressing, at most half full). Each key is kept once: a cache of a hundred
/// thousand entries would double with a `Dictionary` beside the array.
///
/// Not an `OrderedDictionary` of swift-collections, which moves a key to its end in O(n).
@frozen public struct LRUMap<Key: Hashable, Value> {
    @usableFromInline struct Node {
        @usableFromInline let key: Key
        @usableFromInline var value: Value
        @usableFromInline let hash: Int
        /// Positions of the entries that were used next before and next after this one.
        @usableFromInline var older: Int32
        @usableFromInline var newer: Int32

        @inlinable init(key: Key, value: Value, hash: Int, older: Int32, newer: Int32) {
            (self.key, self.value, self.hash, self.older, self.newer) = (key, value, hash, older, newer)
        }
    }

    /// The most entries that are kept.
    public let capacity: Int
    @usableFromInline var nodes: [Node] = []
    /// Positions in `nodes`; the number of slots is a power of two.
    @usableFromInline var slots: [Int32] = [Self.none, Self.none]
    @usableFromInline var oldestPosition = Self.none
    @usableFromInline var newestPosition = Self.none

    @inlinable static var none: Int32 { -1 }

    /// - Parameter capacity: the most entries that are kept, at least 1.
    @inlinable public init(capacity: Int) { self.capacity = min(max(capacity, 1), Int(Int32.max)) }

    @inlinable public var count: Int { nodes.count }

    /// The entry whose last use is the longest ago: the one that is evicted next.
    @inlinable public var oldest: (key: Key, value: Value)? {
        oldestPosition == Self.none ? nil : (nodes[Int(oldestPosition)].key, nodes[Int(oldestPosition)].value)
    }

    /// Returns the value of a key and counts as a use of it.
    @inlinable public mutating func value(for key: Key) -> Value? {
        guard let slot = slot(of: key, key.hashValue) else { return nil }
        use(slots[slot])
        return nodes[Int(slots[slot])].value
    }

    /// Sets the value of a key, which counts as a use. When the map is full, the oldest entry is evicted.
    @inlinable public mutating func insert(_ value: Value, for key: Key) {
        let hash = key.hashValue
        if let slot = slot(of: key, hash) {
            nodes[Int(slots[slot])].value = value
            use(slots[slot])
            return
        }
        if nodes.count >= capacity, oldestPosition != Self.none { remove(nodes[Int(oldestPosition)].key) }
        let position = Int32(nodes.count)
        nodes.append(Node(key: key, value: value, hash: hash, older: newestPosition, newer: Self.none))
        if newestPosition != Self.none {
            nodes[Int(newestPosition)].newer = position
        } else {
            oldestPosition = position
        }
        newestPosition = position
        if nodes.count * 2 > slots.count { grow() } else { place(position) }
    }

    /// - Returns: the value that the key had.
    @inlinable @discardableResult public mutating func remove(_ key: Key) -> Value? {
        guard let slot = slot(of: key, key.hashValue) else { return nil }
        let position = slots[slot]
        unlink(position)
        clear(slot)
        let removed = nodes[Int(position)].value
        // The last node takes the free position, so that the array has no gaps.
        let lastPosition = Int32(nodes.count - 1)
        if position != lastPosition {
            var lastSlot = nodes[Int(lastPosition)].hash & mask
            while slots[lastSlot] != lastPosition { lastSlot = (lastSlot + 1) & mask }
            slots[lastSlot] = position
        }
        let last = nodes.removeLast()
        if position != lastPosition {
            nodes[Int(position)] = last
            if last.older != Self.none { nodes[Int(last.older)].newer = position } else { oldestPosition = position }
            if last.newer != Self.none { nodes[Int(last.newer)].older = position } else { newestPosition = position }
        }
        return removed
    }

    // MARK: The table

    @inlinable var mask: Int { slots.count - 1 }

    @inlinable func slot(of key: Key, _ hash: Int) -> Int? {
        var slot = hash & mask
        while slots[slot] != Self.none {
            let node = Int(slots[slot])
            if nodes[node].hash == hash, nodes[node].key == key { return slot }
            slot = (slot + 1) & mask
        }
        return nil
    }

    @inlinable mutating func place(_ position: Int32) {
        var slot = nodes[Int(position)].hash & mask
        while slots[slot] != Self.none { slot = (slot + 1) & mask }
        slots[slot] = position
    }

    @inlinable mutating func grow() {
        slots = [Int32](repeating: Self.none, count: slots.count * 2)
        for position in nodes.indices { place(Int32(position)) }
    }

    /// Frees a slot. Entries behind it that would not be found any more move up.
    @inlinable mutating func clear(_ slot: Int) {
        var (free, next) = (slot, slot)
        while true {
            next = (next + 1) & mask
            guard slots[next] != Self.none else { break }
            let distance = (next &- nodes[Int(slots[next])].hash) & mask
            guard distance >= (next - free) & mask else { continue }
            slots[free] = slots[next]
            free = next
        }
        slots[free] = Self.none
    }

    // MARK: The order of use

    /// Makes an entry the newest.
    @inlinable mutating func use(_ position: Int32) {
        guard position != newestPosition else { return }
        unlink(position)
        nodes[Int(position)].older = newestPosition
        nodes[Int(position)].newer = Self.none
        if newestPosition != Self.none {
            nodes[Int(newestPosition)].newer = position
        } else {
            oldestPosition = position
        }
        newestPosition = position
    }

    @inlinable mutating func unlink(_ position: Int32) {
        let (older, newer) = (nodes[Int(position)].older, nodes[Int(position)].newer)
        if older != Self.none { nodes[Int(older)].newer = newer } else { oldestPosition = newer }
        if newer != Self.none { nodes[Int(newer)].older = older } else { newestPosition = older }
    }
}

extension LRUMap: Sendable where Key: Sendable, Value: Sendable {}
extension LRUMap.Node: Sendable where Key: Sendable, Value: Sendable {}
