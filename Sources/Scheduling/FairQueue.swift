import DequeModule

/// Deficit round robin (Shreedhar and Varghese, 1995) over lanes: however much one lane holds, each lane that waits is
/// served once a round, for as much as its quantum allows.
public struct FairQueue<Lane: Hashable & Sendable, Item: Sendable>: Sendable {
    private struct LaneItems: Sendable {
        var items: Deque<(item: Item, cost: Double)> = []
        var deficit = 0.0
        var mustWait: Bool { items.first.map { deficit < $0.cost } ?? true }

        /// The next item if the lane can pay for it, with its quantum if need be.
        mutating func take(_ quantum: Double) -> Item? {
            guard let next = items.first else { return nil }
            if deficit < next.cost { deficit += quantum }
            guard deficit >= next.cost else { return nil }
            deficit -= next.cost
            items.removeFirst()
            return next.item
        }
    }
    private var lanes: [Lane: LaneItems] = [:]
    /// Lanes that hold something, in the order of their turns.
    private var turns: Deque<Lane> = []
    private let quantum: Double
    public private(set) var count = 0

    /// - Parameter quantum: what a lane may take in one turn, in the unit of the items' costs.
    public init(quantum: Double = 1) { self.quantum = quantum }

    public var isEmpty: Bool { count == 0 }

    public func contains(_ lane: Lane) -> Bool { lanes[lane] != nil }

    /// - Parameter cost: what serving it takes of a lane's share.
    public mutating func add(_ item: Item, lane: Lane, cost: Double = 1) {
        if lanes[lane] == nil { turns.append(lane) }
        lanes[lane, default: LaneItems()].items.append((item, cost))
        count += 1
    }

    /// The next item whose lane's turn it is.
    public mutating func next() -> Item? {
        while let lane = turns.first {
            // In place: a copy of the lane would copy its items when one is removed.
            let item = lanes[lane]?.take(quantum)
            if item != nil { count -= 1 }
            if lanes[lane]?.items.isEmpty ?? true {
                // An empty lane saves nothing up.
                lanes[lane] = nil
                turns.removeFirst()
            } else if lanes[lane]?.mustWait ?? true {
                turns.append(turns.removeFirst())
            }
            if let item { return item }
        }
        return nil
    }

    /// The number of items served before an item that is added to `lane` now, if all cost the quantum.
    public func ahead(of lane: Lane) -> Int {
        let own = lanes[lane]?.items.count ?? 0
        return lanes.reduce(0) { $0 + ($1.key == lane ? own : min($1.value.items.count, own + 1)) }
    }

    /// - Returns: what was taken out.
    @discardableResult
    public mutating func remove(where isGone: (Item) -> Bool) -> [Item] {
        var gone: [Item] = []
        for (lane, waiting) in lanes {
            var rest = waiting
            rest.items.removeAll { entry in
                guard isGone(entry.item) else { return false }
                gone.append(entry.item)
                return true
            }
            guard rest.items.count < waiting.items.count else { continue }
            lanes[lane] = rest.items.isEmpty ? nil : rest
            if rest.items.isEmpty { turns.removeAll { $0 == lane } }
        }
        count -= gone.count
        return gone
    }
}
