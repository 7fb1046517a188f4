/// Doubly linked lists of small integers, each of which is in at most one list. Every change takes O(1).
///
/// swift-collections has no linked list: a `Deque` and an `OrderedSet` remove from their middle in O(n).
struct IndexedLists {
    /// The ends of one list.
    struct List {
        fileprivate(set) var first: Int?
        fileprivate(set) var last: Int?
    }

    private struct Links {
        var previous: Int?
        var next: Int?
    }
    private var links: [Links] = []

    mutating func append(_ element: Int, to list: inout List) {
        while links.count <= element { links.append(Links()) }
        links[element] = Links(previous: list.last, next: nil)
        if let last = list.last { links[last].next = element } else { list.first = element }
        list.last = element
    }

    /// - Parameter list: the list that the element is in.
    mutating func remove(_ element: Int, from list: inout List) {
        let (previous, next) = (links[element].previous, links[element].next)
        if let previous { links[previous].next = next } else { list.first = next }
        if let next { links[next].previous = previous } else { list.last = previous }
        links[element] = Links()
    }
}
