/// A binary heap of small integers with priorities that may change; the greatest priority comes first.
///
/// `set` and `remove` take O(log n), `first` O(1). Elements are indices of the owner's arrays, so that positions lie in an
/// array as well.
///
/// Not the `Heap` of swift-collections, which neither removes an element nor changes its priority.
struct IndexedHeap<Priority: Comparable> {
    private var nodes: [(element: Int, priority: Priority)] = []
    /// The position of each element in `nodes`; -1 for one that is not there.
    private var positions: [Int] = []

    /// The element with the greatest priority.
    var first: Int? { nodes.first?.element }

    /// Adds the element, or changes its priority.
    mutating func set(_ element: Int, _ priority: Priority) {
        while positions.count <= element { positions.append(-1) }
        let position = positions[element]
        if position < 0 {
            positions[element] = nodes.count
            nodes.append((element, priority))
            moveUp(from: nodes.count - 1)
        } else {
            nodes[position].priority = priority
            moveUp(from: position)
            moveDown(from: positions[element])
        }
    }

    /// Removes the element if it is there.
    mutating func remove(_ element: Int) {
        guard element < positions.count, positions[element] >= 0 else { return }
        let (position, last) = (positions[element], nodes.count - 1)
        exchange(position, last)
        nodes.removeLast()
        positions[element] = -1
        guard position < last else { return }
        let moved = nodes[position].element
        moveUp(from: position)
        moveDown(from: positions[moved])
    }

    private mutating func moveUp(from start: Int) {
        var position = start
        while position > 0, nodes[(position - 1) / 2].priority < nodes[position].priority {
            exchange(position, (position - 1) / 2)
            position = (position - 1) / 2
        }
    }

    private mutating func moveDown(from start: Int) {
        var position = start
        while true {
            var greatest = position
            for child in 2 * position + 1...2 * position + 2 where child < nodes.count {
                if nodes[greatest].priority < nodes[child].priority { greatest = child }
            }
            if greatest == position { return }
            exchange(position, greatest)
            position = greatest
        }
    }

    private mutating func exchange(_ first: Int, _ second: Int) {
        nodes.swapAt(first, second)
        positions[nodes[first].element] = first
        positions[nodes[second].element] = second
    }
}
