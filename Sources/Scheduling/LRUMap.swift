/// A dictionary of bounded size that evicts the entry whose last use is the longest ago. Every operation takes O(1).
///
/// The entries lie in one array and are linked in the order of their last use, so that a look-up allocates nothing.
///
/// Not an `OrderedDictionary` of swift-collections, which moves a key to its end in O(n).
@frozen public struct LRUMap<Key: Hashable, Value> {
    @usableFromInline struct Node {
        @usableFromInline let key: Key
        @usableFromInline var value: Value
        /// Positions of the entries that were used next before and next after this one.
        @usableFromInline var older: Int
        @usableFromInline var newer: Int

        @inlinable init(key: Key, value: Value, older: Int, newer: Int) {
            (self.key, self.value, self.older, self.newer) = (key, value, older, newer)
        }
    }

    /// The most entries that are kept.
    public let capacity: Int
    @usableFromInline var positions: [Key: Int] = [:]
    @usableFromInline var nodes: [Node] = []
    @usableFromInline var oldestPosition = Self.none
    @usableFromInline var newestPosition = Self.none

    @inlinable static var none: Int { -1 }

    /// - Parameter capacity: the most entries that are kept, at least 1.
    @inlinable public init(capacity: Int) { self.capacity = max(capacity, 1) }

    @inlinable public var count: Int { nodes.count }

    /// The entry whose last use is the longest ago: the one that is evicted next.
    @inlinable public var oldest: (key: Key, value: Value)? {
        oldestPosition == Self.none ? nil : (nodes[oldestPosition].key, nodes[oldestPosition].value)
    }

    /// Returns the value of a key and counts as a use of it.
    @inlinable public mutating func value(for key: Key) -> Value? {
        guard let position = positions[key] else { return nil }
        use(position)
        return nodes[position].value
    }

    /// Sets the value of a key, which counts as a use. When the map is full, the oldest entry is evicted.
    @inlinable public mutating func insert(_ value: Value, for key: Key) {
        if let position = positions[key] {
            nodes[position].value = value
            use(position)
            return
        }
        if nodes.count >= capacity, oldestPosition != Self.none { remove(nodes[oldestPosition].key) }
        let position = nodes.count
        nodes.append(Node(key: key, value: value, older: newestPosition, newer: Self.none))
        positions[key] = position
        if newestPosition != Self.none { nodes[newestPosition].newer = position } else { oldestPosition = position }
        newestPosition = position
    }

    /// - Returns: the value that the key had.
    @inlinable @discardableResult public mutating func remove(_ key: Key) -> Value? {
        guard let position = positions.removeValue(forKey: key) else { return nil }
        unlink(position)
        let removed = nodes[position].value
        // The last node takes the free position, so that the array has no gaps.
        let last = nodes.removeLast()
        if position < nodes.count {
            nodes[position] = last
            positions[last.key] = position
            if last.older != Self.none { nodes[last.older].newer = position } else { oldestPosition = position }
            if last.newer != Self.none { nodes[last.newer].older = position } else { newestPosition = position }
        }
        return removed
    }

    /// Makes an entry the newest.
    @inlinable mutating func use(_ position: Int) {
        guard position != newestPosition else { return }
        unlink(position)
        nodes[position].older = newestPosition
        nodes[position].newer = Self.none
        if newestPosition != Self.none { nodes[newestPosition].newer = position } else { oldestPosition = position }
        newestPosition = position
    }

    @inlinable mutating func unlink(_ position: Int) {
        let (older, newer) = (nodes[position].older, nodes[position].newer)
        if older != Self.none { nodes[older].newer = newer } else { oldestPosition = newer }
        if newer != Self.none { nodes[newer].older = older } else { newestPosition = older }
    }
}

extension LRUMap: Sendable where Key: Sendable, Value: Sendable {}
extension LRUMap.Node: Sendable where Key: Sendable, Value: Sendable {}
