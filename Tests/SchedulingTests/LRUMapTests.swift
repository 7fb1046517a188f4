import Scheduling
import Support
import Testing

@Suite struct LRUMapTests {
    @Test func `When it is full, the entry whose last use is the longest ago goes, and only that`() {
        var map = LRUMap<String, Int>(capacity: 3)
        for (number, key) in ["a", "b", "c"].enumerated() { map.insert(number, for: key) }
        #expect(map.value(for: "a") == 0)
        map.insert(3, for: "d")
        #expect(map.count == 3 && map.value(for: "b") == nil && map.oldest?.key == "c")
        // Writing is a use.
        map.insert(4, for: "c")
        map.insert(5, for: "e")
        let left = ["a", "c", "d", "e"].map { map.value(for: $0) }
        #expect(left == [nil, 4, 3, 5])
        let removed = map.remove("d")
        let again = map.remove("d")
        #expect(removed == 3 && again == nil && map.count == 2 && map.oldest?.key == "c")
        map.remove("c")
        map.remove("e")
        #expect(map.count == 0 && map.oldest == nil)
    }

    @Test func `It does what a list in the order of use does, whatever comes`() {
        var generator = SeededGenerator("lru")
        for capacity in [1, 2, 7, 100] {
            var map = LRUMap<Int, Int>(capacity: capacity)
            var model: [(key: Int, value: Int)] = []
            for step in 0..<5_000 {
                let key = Int.random(in: 0..<(capacity + 9), using: &generator)
                let found = model.firstIndex { $0.key == key }
                switch Int.random(in: 0..<4, using: &generator) {
                case 0:
                    let removed = map.remove(key)
                    #expect(removed == found.map { model.remove(at: $0).value })
                case 1:
                    let value = map.value(for: key)
                    #expect(value == found.map { model[$0].value })
                    if let found { model.append(model.remove(at: found)) }
                default:
                    map.insert(step, for: key)
                    if let found { model.remove(at: found) }
                    model.append((key, step))
                    if model.count > capacity { model.removeFirst() }
                }
                #expect(map.count == model.count && map.oldest?.key == model.first?.key)
                #expect(map.oldest?.value == model.first?.value)
            }
        }
    }

    /// All keys in one chain of the table, at the ends of the numbers.
    private struct Colliding: Hashable {
        let number: Int
        var hashValue: Int { [Int.min, .min + 1, .max, -1][number % 4] }
        func hash(into hasher: inout Hasher) { hasher.combine(hashValue) }
    }

    @Test func `Keys whose hashes collide or are extreme are found until they go`() {
        var map = LRUMap<Colliding, Int>(capacity: 50)
        for number in 0..<50 { map.insert(number, for: Colliding(number: number)) }
        for number in stride(from: 0, to: 50, by: 3) { map.remove(Colliding(number: number)) }
        for number in 0..<50 {
            #expect(map.value(for: Colliding(number: number)) == (number.isMultiple(of: 3) ? nil : number))
        }
    }
}
