/// Deficit round robin (Shreedhar and Varghese, 1995) over lanes: however much one lane holds, each lane that waits is
/// served once a round, for as much as its quantum allows.
public struct FairQueue<Lane: Hashable & Sendable, Item: Sendable>: Sendable {
    private struct LaneItems: Sendable {
        var items: [(item: Item, cost: Double)] = []
        var deficit = 0.0
    }
    private var lanes: [Lane: LaneItems] = [:]
    /// Lanes that hold something, in the order of their turns.
    private var turns: [Lane] = []
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
        while let lane = turns.first, var waiting = lanes[lane] {
            // A lane at the front that cannot pay yet gets its quantum and, if that does not do, waits for its next turn.
            if waiting.deficit < waiting.items[0].cost { waiting.deficit += quantum }
            guard waiting.deficit >= waiting.items[0].cost else {
                lanes[lane] = waiting
                turns.append(turns.removeFirst())
                continue
            }
            let (item, cost) = waiting.items.removeFirst()
            waiting.deficit -= cost
            count -= 1
            if waiting.items.isEmpty {
                // An empty lane saves nothing up.
                lanes[lane] = nil
                turns.removeFirst()
            } else {
                let isDone = waiting.deficit < waiting.items[0].cost
                lanes[lane] = waiting
                if isDone { turns.append(turns.removeFirst()) }
            }
            return item
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
